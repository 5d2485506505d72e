import { ForecastError } from '../../../errors.js';
import type { SerializedModel } from '../../contract.js';
import { decodeArray, encodeArray } from '../../typed-array-json.js';
import { componentSize } from '../components.js';
import type { Parameters } from '../solver/problem.js';
import type { History } from './series-history.js';
import type { SeasonalTrendOptions } from './series-options.js';
import { listEvents, type Specification } from './specification.js';

const MODEL_NAME = 'seasonal-trend-series';

/** Everything of a fit to one series. */
export interface SeriesParts {
  readonly specification: Specification;
  readonly parameters: Parameters;
  readonly warnings: readonly string[];
  readonly history: History | undefined;
  readonly options: SeasonalTrendOptions | undefined;
}

export function seriesToJson(parts: SeriesParts): SerializedModel {
  const { specification, parameters, warnings, history, options } = parts;
  return {
    format: 'commerce-forecast.model',
    specificationVersion: 'v1',
    model: MODEL_NAME,
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
  };
}

/** An event source is a function; the events that it gives take its place. */
function withoutFunctions(options: SeasonalTrendOptions, history: History | undefined): SeasonalTrendOptions {
  if (typeof options.events !== 'function') return options;
  return { ...options, events: history ? listEvents(options.events, history.points.days) : [] };
}

function historyToJson({ points, values, lastDay }: History) {
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
  if (data?.format !== 'commerce-forecast.model' || data.model !== MODEL_NAME) {
    throw new ForecastError('invalid-model', `The data is not a fitted model "${MODEL_NAME}"`);
  }
  const specification = data['specification'] as Specification;
  const parameters = data['parameters'] as Record<string, unknown>;
  if (!Array.isArray(specification?.components) || typeof parameters !== 'object' || parameters === null) {
    throw new ForecastError('invalid-model', 'The fitted model has no specification or no parameters');
  }
  const columns = specification.components.reduce((sum, component) => sum + componentSize(component), 0);
  const number = (name: string) => {
    const value = parameters[name];
    if (typeof value === 'number') return value;
    throw new ForecastError('invalid-model', `The parameter ${name} is not a number`, { path: [name] });
  };
  return {
    specification,
    parameters: {
      slope: number('slope'),
      offset: number('offset'),
      sizes: decodeArray(parameters['sizes'], 'float64', specification.changepoints.length),
      coefficients: decodeArray(parameters['coefficients'], 'float64', columns),
      noise: number('noise'),
      logPosterior: parameters['logPosterior'] === null ? Infinity : number('logPosterior'),
    },
    warnings: (data['warnings'] as readonly string[] | undefined) ?? [],
    history: data['history'] === undefined ? undefined : historyFromJson(data['history']),
    options: data['options'] as SeasonalTrendOptions | undefined,
  };
}

function historyFromJson(value: unknown): History {
  const data = value as Record<string, unknown>;
  const days = decodeArray(data['days'], 'float64');
  const column = (encoded: unknown) =>
    encoded === undefined ? undefined : decodeArray(encoded, 'float64', days.length);
  const inputs = Object.entries((data['inputs'] ?? {}) as Record<string, unknown>);
  return {
    points: {
      days,
      cap: column(data['cap']),
      floor: column(data['floor']),
      inputs: new Map(inputs.map(([name, encoded]) => [name, decodeArray(encoded, 'float64', days.length)])),
    },
    values: decodeArray(data['values'], 'float64', days.length),
    lastDay: typeof data['lastDay'] === 'number' ? data['lastDay'] : days[days.length - 1],
  };
}
