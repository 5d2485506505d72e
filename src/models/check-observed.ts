import { ForecastError } from '../errors.js';
import type { Panel } from '../panel/panel.js';

/** Refuses a panel that nothing can be learnt from. @throws ForecastError `empty-data` without any observed value. */
export function checkObserved({ units }: Panel): void {
  for (let i = 0; i < units.length; i++) if (!Number.isNaN(units[i])) return;
  throw new ForecastError('empty-data', 'The panel has no observed value', { path: ['units'] });
}
