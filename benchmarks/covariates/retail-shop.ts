import type { CovariateKind } from '../../src/models/contract.js';
import { type GenerateOptions, generatePanel, generateSales } from '../../src/testing/index.js';
import type { AccuracyCase } from '../accuracy/cases.js';
import type { KnownInputs } from '../accuracy/known-inputs.js';

const SHOP: GenerateOptions = {
  seed: 11,
  products: 30,
  categories: 3,
  days: 1096,
  elasticity: -2,
  postPromotionDip: 0.2,
  closures: 24,
};

/** A generated shop with promotions, prices, holidays, and closures at irregular distances, two a month. */
export function retailShop(): { data: AccuracyCase; inputs: KnownInputs; kinds: readonly CovariateKind[] } {
  const panel = generatePanel(SHOP);
  const { events } = generateSales(SHOP).truth;
  const data: AccuracyCase = {
    name: 'A',
    grid: 'day',
    panel,
    horizon: 28,
    cutoffs: [panel.days - 1],
    weekSteps: 7,
    monthSteps: 28,
    groups: [{ name: 'category', groupOf: panel.categoryOf, count: panel.categories.length }],
    topTen: false,
  };
  return { data, inputs: { panel, covariates: { events } }, kinds: ['events', 'price', 'promo', 'open'] };
}
