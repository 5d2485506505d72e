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
import type { PanelState } from './panel-state.js';

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
  const doubles = (pick: (part: PanelState) => Float64Array) =>
    joinInto(parts.map(pick), (n) => new Float64Array(n));
  return {
    cutoffDay: first.cutoffDay,
    seriesCount: parts.reduce((sum, part) => sum + part.seriesCount, 0),
    features: first.features,
    ...(scopes.length > 0 && { eventScopes: joinEventScopes(scopes) }),
    changepointCount: first.changepointCount,
    residualDays: first.residualDays,
    level: doubles((part) => part.level),
    slope: doubles((part) => part.slope),
    noise: doubles((part) => part.noise),
    multiplicative: joinInto(
      parts.map((part) => part.multiplicative),
      (n) => new Uint8Array(n),
    ),
    effects: doubles((part) => part.effects),
    changes: doubles((part) => part.changes),
    changeRate: doubles((part) => part.changeRate),
    changeScale: doubles((part) => part.changeScale),
    staleDays: joinInto(
      parts.map((part) => part.staleDays),
      (n) => new Int32Array(n),
    ),
    residuals: joinInto(
      parts.map((part) => part.residuals),
      (n) => new Float32Array(n),
    ),
  };
}

function joinInto<T extends Float64Array | Float32Array | Int32Array | Uint8Array>(
  arrays: readonly T[],
  create: (length: number) => T,
): T {
  const joined = create(arrays.reduce((sum, array) => sum + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    joined.set(array, at);
    at += array.length;
  }
  return joined;
}
