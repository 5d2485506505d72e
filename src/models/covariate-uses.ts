import type { Panel } from '../panel/panel.js';
import type { ForecastModel } from './contract.js';
import { COVARIATE_KINDS, type CovariateKind } from './covariate-kinds.js';
import type { Covariates } from './covariates.js';

/** A covariate that was given and made no difference, or less than it says. */
export interface IgnoredCovariate {
  readonly kind: CovariateKind;
  /**
   * `unused`: the model has no use for it. `undeclared`: the model does not say what it uses. `never-seen`:
   * planned for the future but absent from the history, so that nothing could be learnt from it. `constant`: it
   * never changes. `no-such-product`: planned for products without sales. `overruled`: another plan of the same products and
   * days says otherwise. `far-price`: a planned price farther from the usual one than effects are read. Single events, products
   * and plans may be ignored although their kind is used.
   */
  readonly reason:
    | 'unused'
    | 'undeclared'
    | 'never-seen'
    | 'constant'
    | 'no-such-product'
    | 'overruled'
    | 'far-price';
  /** The same as a sentence. */
  readonly message: string;
}

/** A reason that applies to a whole kind. */
type WholeKind = Exclude<IgnoredCovariate['reason'], 'no-such-product' | 'overruled' | 'far-price'>;

/** Covariates that a model was given besides the sales, used or ignored. */
export interface CovariateReport {
  readonly given: readonly CovariateKind[];
  readonly used: readonly CovariateKind[];
  readonly ignored: readonly IgnoredCovariate[];
}

/** The kinds that any of the models uses, in the order of {@link COVARIATE_KINDS}. */
export function unionOfUses(models: readonly ForecastModel[]): readonly CovariateKind[] {
  return COVARIATE_KINDS.filter((kind) => models.some(({ uses }) => uses?.includes(kind)));
}

/** Compares what a model is given with what it uses. */
export function covariateReport(model: ForecastModel, panel: Panel, covariates: Covariates): CovariateReport {
  const given: CovariateKind[] = [];
  const ignored: IgnoredCovariate[] = [];
  for (const kind of COVARIATE_KINDS) {
    const found = WHAT_IS_GIVEN[kind](panel, covariates);
    if (found === undefined) continue;
    given.push(kind);
    const reason = model.uses === undefined ? 'undeclared' : model.uses.includes(kind) ? found : 'unused';
    if (reason !== 'usable') ignored.push({ kind, reason, message: sentence(model, kind, reason) });
  }
  const used = given.filter((kind) => ignored.every((one) => one.kind !== kind));
  return { given, used, ignored };
}

type Finding = 'usable' | 'never-seen' | 'constant' | undefined;

/** For each kind: whether anything can be learnt from the data given for it; undefined where none is given. */
const WHAT_IS_GIVEN: Readonly<Record<CovariateKind, (panel: Panel, covariates: Covariates) => Finding>> = {
  events: (_, { events }) => (events?.length ? 'usable' : undefined),
  indicators: (_, { indicators }) => (indicators?.length ? 'usable' : undefined),
  price: ({ price, seriesCount, days }, { future }) => {
    const past = price ? priceFinding(price, seriesCount, days) : undefined;
    if (past !== undefined) return past;
    return future?.price?.some((value) => value > 0) ? 'never-seen' : undefined;
  },
  promo: ({ promo }, { future }) => {
    if (promo?.includes(1)) return 'usable';
    return future?.promo?.includes(1) ? 'never-seen' : undefined;
  },
  // Closed days are always usable: they are zero by definition, without learning.
  open: ({ open }, { future }) => (open?.includes(0) || future?.open?.includes(0) ? 'usable' : undefined),
  available: ({ inStock }, { future }) =>
    inStock?.includes(0) || future?.available?.includes(0) ? 'usable' : undefined,
  pastOnly: (_, { pastOnly }) => (pastOnly?.length ? 'usable' : undefined),
  static: (_, { static: attributes }) => (attributes?.length ? 'usable' : undefined),
};

function priceFinding(price: Float32Array, seriesCount: number, days: number): Finding {
  let known = false;
  for (let s = 0; s < seriesCount; s++) {
    let last = Number.NaN;
    for (let i = s * days; i < (s + 1) * days; i++) {
      if (!(price[i] > 0)) continue;
      known = true;
      if (last > 0 && price[i] !== last) return 'usable';
      last = price[i];
    }
  }
  return known ? 'constant' : undefined;
}

const LABELS: Readonly<Record<CovariateKind, string>> = {
  events: 'Events',
  indicators: 'Indicators',
  price: 'Prices',
  promo: 'Promotions',
  open: 'Closed days',
  available: 'Days out of stock',
  pastOnly: 'Past-only columns',
  static: 'Attributes',
};

function sentence(model: ForecastModel, kind: CovariateKind, reason: WholeKind): string {
  const label = LABELS[kind];
  switch (reason) {
    case 'unused':
      return `${label} were given, and the model "${model.name}" has no use for them`;
    case 'undeclared':
      return `${label} were given, and the model "${model.name}" does not say whether it uses them`;
    case 'never-seen':
      return `${label} are planned, and there were none in the history to learn from`;
    case 'constant':
      return `${label} were given, and never changed, so that nothing could be learnt from them`;
  }
}
