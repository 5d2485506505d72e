import type { Progress } from '../../../long-call.js';
import type { Panel } from '../../../panel/panel.js';
import { selectSeries, sliceDays } from '../../../panel/slice.js';
import type { Covariates } from '../../contract.js';
import { clipAtZero } from '../../sales-forecasts.js';
import { fitPanelWork } from './panel-fit.js';
import { forecastPanelWork } from './panel-forecast.js';
import type { ResolvedSeasonalTrendPanelOptions } from './panel-options.js';
import type { PanelState } from './panel-state.js';
import { replaceSeries } from './panel-state.js';

/**
 * Share by which another candidate must be better to be chosen: small differences over a few weeks are chance.
 */
const MARGIN = 0.02;

/** The options themselves and the variations that a series may choose. */
function candidates(options: ResolvedSeasonalTrendPanelOptions): ResolvedSeasonalTrendPanelOptions[] {
  const other = options.seasonalityMode === 'additive' ? 'multiplicative' : 'additive';
  return [
    options,
    { ...options, seasonalityMode: other },
    { ...options, changepointPriorScale: options.changepointPriorScale / 10 },
    { ...options, minYearlyDays: Number.POSITIVE_INFINITY },
  ];
}

/**
 * Fits every series with the candidate that forecasts a holdout of its last days best: all candidates are
 * fitted without the holdout, and the winner of each series again with it. If the history is too short, the
 * options are used unchanged.
 */
export function* choosePanelWork(
  panel: Panel,
  options: ResolvedSeasonalTrendPanelOptions,
  covariates: Covariates,
): Generator<Progress, PanelState, void> {
  const known = panel.days - options.chooseDays;
  let state = yield* fitPanelWork(panel, options, covariates);
  if (known < options.chooseDays) return state;
  const past = sliceDays(panel, 0, known);
  const best = new Float64Array(panel.seriesCount);
  const winner = new Uint8Array(panel.seriesCount);
  const tried = candidates(options);
  for (let c = 0; c < tried.length; c++) {
    const fitted = yield* fitPanelWork(past, tried[c], covariates);
    const mean = clipAtZero((yield* forecastPanelWork(fitted, options.chooseDays, [])).mean);
    for (let s = 0; s < panel.seriesCount; s++) {
      const error = absoluteError(panel, s, known, mean);
      if (c > 0 && !(error < (1 - MARGIN) * best[s])) continue;
      best[s] = error;
      winner[s] = c;
    }
  }
  for (let c = 1; c < tried.length; c++) {
    const series = [...winner.keys()].filter((s) => winner[s] === c);
    if (series.length === 0) continue;
    const refitted = yield* fitPanelWork(selectSeries(panel, series), tried[c], covariates);
    state = replaceSeries(state, refitted, series);
  }
  return state;
}

function absoluteError(panel: Panel, s: number, known: number, mean: Float64Array): number {
  const horizon = panel.days - known;
  let sum = 0;
  for (let h = 0; h < horizon; h++) {
    const value = panel.units[s * panel.days + known + h];
    if (Number.isFinite(value)) sum += Math.abs(value - mean[s * horizon + h]);
  }
  return sum;
}
