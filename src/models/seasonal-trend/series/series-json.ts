import { FIRST_DAY, LAST_DAY } from '../../../calendar/day.js';
import type { CheckedJson } from '../../../checked-json.js';
import type { SerializedModel } from '../../contract.js';
import { modelFromJson, modelToJson, readArray } from '../../model-json.js';
import { encodeArray } from '../../typed-array-json.js';
import { componentSize } from '../components.js';
import type { Parameters } from '../solver/problem.js';
import { readOptions } from './read-options.js';
import { readSpecification } from './read-specification.js';
import type { SeriesHistory } from './series-history.js';
import type { SeasonalTrendOptions } from './series-options.js';
import { listEvents, type Specification } from './specification.js';

const MODEL_NAME = 'seasonal-trend-series';

/** All parts of a fit to one series. */
export interface SeriesParts {
  readonly specification: Specification;
  readonly parameters: Parameters;
  readonly warnings: readonly string[];
  readonly history: SeriesHistory | undefined;
  readonly options: SeasonalTrendOptions | undefined;
}

export function seriesToJson(parts: SeriesParts): SerializedModel {
  const { specification, parameters, warnings, history, options } = parts;
  return modelToJson(MODEL_NAME, {
    specification,
    parameters: {
      ...parameters,
      sizes: encodeArray(parameters.sizes),
      coefficients: encodeArray(parameters.coefficients),
      // JSON has no infinity, which is the log posterior of a constant series.
      logPosterior: Number.isFinite(parameters.logPosterior) ? parameters.logPosterior : null,
    },
    warnings,
    history: history && historyToJson(history),
    options: options && withoutFunctions(options, history),
  });
}

/** Replaces an event source, which is a function, by its events. */
function withoutFunctions(
  options: SeasonalTrendOptions,
  history: SeriesHistory | undefined,
): SeasonalTrendOptions {
  if (typeof options.events !== 'function') return options;
  return { ...options, events: history ? listEvents(options.events, history.points.days) : [] };
}

function historyToJson({ points, values, lastDay }: SeriesHistory) {
  return {
    days: encodeArray(points.days),
    values: encodeArray(values),
    lastDay,
    cap: points.cap && encodeArray(points.cap),
    floor: points.floor && encodeArray(points.floor),
    inputs: Object.fromEntries([...points.inputs].map(([name, column]) => [name, encodeArray(column)])),
  };
}

/** @throws ForecastError `invalid-model` if the data is not what {@link seriesToJson} wrote. */
export function seriesFromJson(data: SerializedModel): SeriesParts {
  const json = modelFromJson(data, MODEL_NAME);
  const specification = readSpecification(json.object('specification'));
  return {
    specification,
    parameters: readParameters(json.object('parameters'), specification),
    warnings: json.has('warnings') ? json.texts('warnings') : [],
    history: json.has('history') ? readHistory(json.object('history'), specification) : undefined,
    options: json.has('options') ? readOptions(json.object('options')) : undefined,
  };
}

function readParameters(json: CheckedJson, { changepoints, components }: Specification): Parameters {
  const columns = components.reduce((sum, component) => sum + componentSize(component), 0);
  return {
    slope: json.number('slope'),
    offset: json.number('offset'),
    sizes: readArray(json, 'sizes', 'float64', changepoints.length),
    coefficients: readArray(json, 'coefficients', 'float64', columns),
    noise: json.number('noise', 0),
    logPosterior: json.has('logPosterior') ? json.number('logPosterior') : Infinity,
  };
}

function readHistory(json: CheckedJson, { growth, components }: Specification): SeriesHistory {
  const days = readArray(json, 'days', 'float64', undefined, { least: FIRST_DAY, most: LAST_DAY });
  const column = (from: CheckedJson, name: string) => readArray(from, name, 'float64', days.length);
  const inputs = json.object('inputs');
  const needed = components.flatMap((component) => {
    if (component.kind === 'regressor') return component.name;
    return component.kind === 'seasonality' ? (component.condition ?? []) : [];
  });
  for (const name of needed) if (!inputs.has(name)) json.fail('inputs', name);
  if (growth === 'logistic' && !json.has('cap')) json.fail('cap');
  if (days.length === 0 || days.some((day, i) => day < days[i - 1])) json.fail('days');
  return {
    points: {
      days,
      cap: json.has('cap') ? column(json, 'cap') : undefined,
      floor: json.has('floor') ? column(json, 'floor') : undefined,
      inputs: new Map(inputs.names.map((name) => [name, column(inputs, name)])),
    },
    values: column(json, 'values'),
    lastDay: json.number('lastDay', days[days.length - 1], LAST_DAY),
  };
}
