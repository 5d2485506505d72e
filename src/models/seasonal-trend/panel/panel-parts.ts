import { ForecastError, invalidOption } from '../../../errors.js';
import { runAtOnce } from '../../../long-call.js';
import { joinEventScopes } from '../../../panel/event-scopes.js';
import type { Panel } from '../../../panel/panel.js';
import type { Covariates } from '../../contract.js';
import { choosePanelWork } from './panel-choice.js';
import { featureCount } from './panel-features.js';
import { fitPanelWork } from './panel-fit.js';
import type { SeasonalTrendPanelOptions } from './panel-options.js';
import { resolvePanelOptions } from './panel-options.js';
import { type PanelState, SERIES_ARRAYS, type UnseenInSeries } from './panel-state.js';
import { joinSeriesValues } from './panel-values.js';

/**
 * Fits the series `from` to `to` (excluded) of a panel: the part of one worker. Arguments and result are plain data, and
 * with columns over a `SharedArrayBuffer` nothing is copied to the worker. {@link joinPanelStates} puts parts together.
 *
 * @throws ForecastError `invalid-option` for a wrong option or range.
 */
export function fitPanelPart(
  panel: Panel,
  from: number,
  to: number,
  options: SeasonalTrendPanelOptions = {},
  covariates: Covariates = {},
): PanelState {
  if (!(from >= 0 && from < to && to <= panel.seriesCount)) {
    invalidOption('from', `There are no series ${from} to ${to}`);
  }
  const part: Panel = {
    startDay: panel.startDay,
    days: panel.days,
    seriesCount: to - from,
    ids: panel.ids.slice(from, to),
    categories: panel.categories,
    categoryOf: panel.categoryOf.subarray(from, to),
    units: panel.units.subarray(from * panel.days, to * panel.days),
    firstDay: panel.firstDay.subarray(from, to),
    ...(panel.attributes && {
      attributes: panel.attributes.map((one) => ({ ...one, valueOf: one.valueOf.subarray(from, to) })),
    }),
  };
  const resolved = resolvePanelOptions(options);
  const work = resolved.choose ? choosePanelWork : fitPanelWork;
  return runAtOnce(work(part, resolved, covariates));
}

/**
 * The state of a whole panel from its parts, in the order of the series; `new FittedPanel(state)` makes a model of it.
 *
 * @throws ForecastError `invalid-data` if the parts are not of one fit.
 */
export function joinPanelStates(parts: readonly PanelState[]): PanelState {
  const [first] = parts;
  const columns = first && featureCount(first.features);
  const same = (part: PanelState) =>
    part.cutoffDay === first.cutoffDay &&
    part.residualDays === first.residualDays &&
    part.changepointCount === first.changepointCount &&
    featureCount(part.features) === columns;
  if (first === undefined || !parts.every(same)) {
    throw new ForecastError('invalid-data', 'The parts are not of one fit', { path: ['parts'] });
  }
  const scopes = parts.flatMap(({ eventScopes }) => eventScopes ?? []);
  const quantity = (name: 'cap' | 'floor') =>
    first[name] && { [name]: joinSeriesValues(parts.flatMap((part) => part[name] ?? [])) };
  const arrays = SERIES_ARRAYS.map((name) => [name, joined(parts.map((part) => part[name]))]);
  return {
    cutoffDay: first.cutoffDay,
    seriesCount: parts.reduce((sum, part) => sum + part.seriesCount, 0),
    features: first.features,
    ...(scopes.length > 0 && { eventScopes: joinEventScopes(scopes) }),
    regressors: first.regressors.map((_, r) => joinSeriesValues(parts.map((part) => part.regressors[r]))),
    ...quantity('cap'),
    ...quantity('floor'),
    unseen: joinUnseen(parts),
    changepointCount: first.changepointCount,
    residualDays: first.residualDays,
    ...(Object.fromEntries(arrays) as Pick<PanelState, (typeof SERIES_ARRAYS)[number]>),
  };
}

function joinUnseen(parts: readonly PanelState[]): UnseenInSeries[] {
  let before = 0;
  return parts.flatMap(({ unseen, seriesCount }) => {
    const first = before;
    before += seriesCount;
    return unseen.map((one) => ({ ...one, series: first + one.series }));
  });
}

type SeriesArray = PanelState[(typeof SERIES_ARRAYS)[number]];

/** One array after the other, in an array of their type. */
function joined(arrays: readonly SeriesArray[]): SeriesArray {
  const length = arrays.reduce((sum, array) => sum + array.length, 0);
  const whole = new (arrays[0].constructor as new (length: number) => SeriesArray)(length);
  let at = 0;
  for (const array of arrays) {
    whole.set(array, at);
    at += array.length;
  }
  return whole;
}
