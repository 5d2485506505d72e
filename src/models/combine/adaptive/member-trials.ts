import { runInSlices } from '../../../long-call.js';
import type { Panel } from '../../../panel/panel.js';
import { sliceDaysSteps } from '../../../panel/slice.js';
import type { FitOptions } from '../../contract.js';
import { covariatesUntil } from '../../covariates.js';
import { giveCalendarBack } from '../../structural/adjusted-panel.js';
import { FittedStructural } from '../../structural/fitted-structural.js';
import { type EnsembleMembers, phased } from './ensemble-members.js';
import type { Trial } from './error-ratios.js';
import { fitUnboosted } from './unboosted-members.js';

/** Runs the trials of an ensemble, such as in another thread. */
export type TrialRunner = (panel: Panel, options: FitOptions) => Promise<readonly Trial[]>;

/**
 * Forecasts the last holdouts of a panel by the members, the last one first. The place of the boosters is empty: they try
 * themselves while they are trained.
 */
export async function tryMembers(
  members: EnsembleMembers,
  panel: Panel,
  options: FitOptions,
): Promise<Trial[]> {
  const { horizon, trials, stepDays, week, base } = members;
  const { signal, covariates = {}, onProgress } = options;
  const trying: FitOptions = {
    ...options,
    onProgress: (progress) => onProgress?.({ ...progress, phase: `try ${progress.phase}` }),
  };
  const slicing = phased(trying, base);
  const tried: Trial[] = [];
  for (let trial = 1; trial <= trials; trial++) {
    const end = panel.days - trial * horizon;
    if (end < Math.max(2 * horizon, 4 * week)) break;
    const history = await runInSlices(sliceDaysSteps(panel, 0, end), slicing);
    if (history.units.every(Number.isNaN)) break;
    const known = covariatesUntil(covariates, panel, end, stepDays);
    const { state, plain } = await fitUnboosted(members, history, { ...trying, covariates: known });
    const fittedBase = new FittedStructural(base.name, state);
    const { mean, calendar } = await fittedBase.withCalendar(horizon, { signal });
    const means: (Float64Array | undefined)[] = [mean, undefined];
    for (const fitted of plain) {
      const { mean: own } = await fitted.forecast({ horizon, signal });
      giveCalendarBack(own, calendar);
      means.push(own);
    }
    tried.push({ end, means });
  }
  return tried;
}
