import type { Panel } from '../../panel/panel.js';
import type { FitOptions } from '../contract.js';
import type { LifeCycle } from '../life-cycle.js';
import { structural } from './structural.js';

/**
 * Determines the life-cycle status of each series of a panel: new, active, intermittent, seasonal, fading,
 * ended or never sold, with the day since which it holds and its certainty from 0 to 1.
 *
 * ```ts
 * import { formatDay, lifeCycle, type Panel } from 'commerce-forecast';
 *
 * async function endedProducts(panel: Panel): Promise<string[]> {
 *   const stages = await lifeCycle(panel);
 *   return panel.ids.flatMap((id, s) =>
 *     stages[s].status === 'ended' ? `${id} since ${formatDay(stages[s].since)}` : [],
 *   );
 * }
 * ```
 *
 * @throws ForecastError `empty-data` without any observed value, `aborted` if the signal fired.
 */
export async function lifeCycle(panel: Panel, options: FitOptions = {}): Promise<readonly LifeCycle[]> {
  return (await structural().fit(panel, options)).lifeCycle;
}
