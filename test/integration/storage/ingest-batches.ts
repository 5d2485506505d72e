import type { SalesBatch } from '../../../src/storage/contract.js';

export const PRODUCTS = 100;
export const DAYS = 60;
/** The sum of 2 ** batch over all of them is a whole number that a double holds exactly. */
export const BATCHES = 50;

/** Batches that all add to the same rows, so that one that is lost, halved or doubled shows in every total. */
export function batchOf(batch: number): Required<SalesBatch> {
  const rows = Array.from({ length: PRODUCTS * DAYS }, (_, i) => ({
    day: 19_700 + (i % DAYS),
    productId: `product-${Math.floor(i / DAYS)}`,
    category: 'all',
    units: 2 ** batch,
  }));
  return { id: `batch-${batch}`, mode: 'add', rows };
}
