import { ForecastError } from '../errors.js';
import type { SalesSelection } from './contract.js';

/** Later deliveries that an error names at most. */
export const NAMED_DELIVERIES = 5;

/** @throws ForecastError `invalid-option` for a selection without a condition, which would be everything. */
export function checkSelection(selection: SalesSelection): void {
  const { from, to, categories, productIds } = selection;
  if ([from, to, categories, productIds].some((condition) => condition !== undefined)) return;
  throw new ForecastError('invalid-option', 'A selection of sales to be removed needs a condition', {
    path: ['selection'],
    hint: 'Name days, categories or products.',
  });
}

export function noSuchDelivery(id: string): ForecastError {
  return new ForecastError('not-found', `There is no delivery ${JSON.stringify(id)}`, { path: ['id'] });
}

/** The refusal to take back a delivery whose rows were written again. */
export function overwritten(id: string, laterIds: readonly string[]): ForecastError {
  const later = laterIds.map((one) => JSON.stringify(one)).join(', ');
  return new ForecastError('conflict', `Later deliveries changed rows of ${JSON.stringify(id)}: ${later}`, {
    path: ['id'],
    hint: 'Take back the later deliveries first, or remove the sales by days and products.',
  });
}

/** The refusal to take back a delivery of which it is not known what it changed. */
export function tooOld(id: string): ForecastError {
  return new ForecastError(
    'conflict',
    `It is no longer known what the delivery ${JSON.stringify(id)} changed`,
    {
      path: ['id'],
      hint: 'Remove the sales by days and products.',
    },
  );
}
