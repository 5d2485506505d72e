import { ForecastError } from '../../../errors.js';
import type { Progress } from '../../../long-call.js';
import { eventScopes } from '../../../panel/event-scopes.js';
import type { Panel } from '../../../panel/panel.js';
import { lastDay } from '../../../panel/panel.js';
import type { Covariates } from '../../contract.js';
import { columnSets, panelFeatures } from './panel-features.js';
import type { Observed } from './panel-history.js';
import { compareCalendars, observe } from './panel-history.js';
import type { ResolvedSeasonalTrendPanelOptions } from './panel-options.js';
import type { PanelLayout, PanelState } from './panel-state.js';
import { RESIDUAL_DAYS } from './panel-state.js';
import { seriesValues } from './panel-values.js';
import { SeriesFitter } from './series-fitter.js';

/** Fits every series of a panel; a report of progress for each series, and for the steps of a long search. */
export function* fitPanelWork(
  panel: Panel,
  options: ResolvedSeasonalTrendPanelOptions,
  covariates: Covariates = {},
): Generator<Progress, PanelState, void> {
  const from = Math.max(0, panel.days - options.lookbackDays);
  const layout = panelLayout(panel, options, covariates, from);
  const fitter = new SeriesFitter(panel, layout, options, from);
  let done = 0;
  for (const observed of observeAll(panel, from, columnSets(layout))) {
    for (const _step of fitter.fit(observed)) yield { phase: 'fit', done, total: panel.seriesCount };
    yield { phase: 'fit', done: ++done, total: panel.seriesCount };
  }
  return fitter.state();
}

function panelLayout(
  panel: Panel,
  options: ResolvedSeasonalTrendPanelOptions,
  covariates: Covariates,
  from: number,
): PanelLayout {
  const events = options.holidays ? (covariates.events ?? []) : [];
  const scopes = eventScopes(panel, events);
  const logistic = options.growth === 'logistic';
  return {
    cutoffDay: lastDay(panel),
    seriesCount: panel.seriesCount,
    features: panelFeatures(options, events, panel.startDay + from, lastDay(panel), scopes),
    ...(scopes && { eventScopes: scopes }),
    regressors: options.regressors.map(({ values }) => seriesValues(panel, values)),
    ...(logistic && { cap: seriesValues(panel, options.cap) }),
    ...(logistic && options.floor.length > 0 && { floor: seriesValues(panel, options.floor) }),
    changepointCount: options.changepointCount,
    residualDays: Math.min(RESIDUAL_DAYS, panel.days - from),
  };
}

function observeAll(panel: Panel, from: number, setOf: (series: number) => number): Observed[] {
  const histories = Array.from({ length: panel.seriesCount }, (_, s) => observe(panel, s, from));
  const sets = histories.map(({ series }) => setOf(series));
  return histories.sort((a, b) => sets[a.series] - sets[b.series] || compareCalendars(a, b));
}

/** @throws ForecastError `empty-data` if no series has an observed value in the days used. */
export function requireObserved(panel: Panel, { lookbackDays }: ResolvedSeasonalTrendPanelOptions): void {
  const from = Math.max(0, panel.days - lookbackDays);
  for (let s = 0; s < panel.seriesCount; s++) {
    for (let d = Math.max(from, panel.firstDay[s]); d < panel.days; d++) {
      if (Number.isFinite(panel.units[s * panel.days + d])) return;
    }
  }
  throw new ForecastError('empty-data', 'The panel has no observed value in the days used', {
    path: ['units'],
    hint: 'Check lookbackDays and that the panel holds sales.',
  });
}
