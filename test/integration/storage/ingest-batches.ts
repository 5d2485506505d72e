import type { SalesBatch } from '../../../src/storage/contract.js';

export const PRODUCTS = 100;
export const DAYS = 60;
/** 2 ** batch stays below the largest amount of a row, and the sum over all is a whole number that a double holds. */
export const BATCHES = 40;

/**
 * Batches that all add to the same rows, so that one that is lost, halved or doubled shows in every total. Every other one
 * comes in chunks.
 */
export function batchOf(batch: number): Required<Omit<SalesBatch, 'position'>> {
  const rows = Array.from({ length: PRODUCTS * DAYS }, (_, i) => ({
    day: 19_700 + (i % DAYS),
    productId: `product-${Math.floor(i / DAYS)}`,
    category: 'all',
    units: 2 ** batch,
  }));
  return { id: `batch-${batch}`, mode: 'add', rows: batch % 2 === 0 ? rows : inChunks(rows) };
}

async function* inChunks<T>(rows: readonly T[]): AsyncGenerator<readonly T[]> {
  for (let start = 0; start < rows.length; start += 1_000) yield rows.slice(start, start + 1_000);
}
