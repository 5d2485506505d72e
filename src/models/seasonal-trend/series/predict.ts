import { allColumns, componentSize, multiplicativeColumns } from '../components.js';
import type { Parameters } from '../solver/problem.js';
import { trendAt } from '../trend.js';
import type { Points } from './points.js';
import type { EffectMode } from './series-options.js';
import type { Specification } from './specification.js';

/** The parts of a prediction at some points. Additive parts are in units of the series, multiplicative ones shares. */
export interface Parts {
  readonly trend: Float64Array;
  readonly additiveTerms: Float64Array;
  readonly multiplicativeTerms: Float64Array;
  /** `trend * (1 + multiplicativeTerms) + additiveTerms`. */
  readonly mean: Float64Array;
}

/** Scaled times: 0 at the first observation and 1 at the last. */
export function scaledTimes(specification: Specification, days: Float64Array): Float64Array {
  return days.map((day) => (day - specification.startDay) / specification.span);
}

/** Capacities above the floor in scaled units. */
export function scaledCaps(specification: Specification, points: Points): Float64Array | undefined {
  const { scale, floor } = specification;
  return points.cap?.map((cap, i) => (cap - (points.floor?.[i] ?? floor)) / scale);
}

export function predictParts(specification: Specification, parameters: Parameters, points: Points): Parts {
  const { growth, changepoints, scale, components } = specification;
  const rows = points.days.length;
  const times = scaledTimes(specification, points.days);
  const caps = scaledCaps(specification, points);
  const trend = trendAt({ growth, ...parameters, changepoints }, times, caps, new Float64Array(rows));
  for (let i = 0; i < rows; i++) trend[i] = trend[i] * scale + (points.floor?.[i] ?? specification.floor);
  const additiveTerms = new Float64Array(rows);
  const multiplicativeTerms = new Float64Array(rows);
  const multiplicative = multiplicativeColumns(components);
  allColumns(components, points).forEach((column, c) => {
    const multiplies = multiplicative[c] === 1;
    const effect = parameters.coefficients[c] * (multiplies ? 1 : scale);
    const out = multiplies ? multiplicativeTerms : additiveTerms;
    if (effect !== 0) for (let i = 0; i < rows; i++) out[i] += effect * column[i];
  });
  const mean = trend.map((value, i) => value * (1 + multiplicativeTerms[i]) + additiveTerms[i]);
  return { trend, additiveTerms, multiplicativeTerms, mean };
}

/**
 * The contribution of every component by name, and the sums `holidays`, `extra_regressors_additive` and
 * `extra_regressors_multiplicative` where there are such components.
 */
export function predictComponents(
  specification: Specification,
  parameters: Parameters,
  points: Points,
): Record<string, Float64Array> {
  const { components, scale } = specification;
  const columns = allColumns(components, points);
  const result: Record<string, Float64Array> = {};
  let at = 0;
  for (const component of components) {
    const unit = component.mode === 'additive' ? scale : 1;
    const sum = new Float64Array(points.days.length);
    for (const end = at + componentSize(component); at < end; at++) {
      const effect = parameters.coefficients[at] * unit;
      for (let i = 0; i < sum.length; i++) sum[i] += effect * columns[at][i];
    }
    result[component.name] = sum;
    const group = groupName(component.kind, component.mode);
    if (group === undefined) continue;
    const total = (result[group] ??= new Float64Array(sum.length));
    for (let i = 0; i < sum.length; i++) total[i] += sum[i];
  }
  return result;
}

function groupName(kind: string, mode: string): string | undefined {
  if (kind === 'event') return 'holidays';
  return kind === 'regressor' ? `extra_regressors_${mode}` : undefined;
}

/** The effect of one unit of a regressor. */
export interface RegressorCoefficient {
  readonly name: string;
  readonly mode: EffectMode;
  /** Value of the regressor whose effect is 0. */
  readonly center: number;
  readonly coefficient: number;
}

export function regressorCoefficients(
  { components, scale }: Specification,
  { coefficients }: Parameters,
): RegressorCoefficient[] {
  let at = 0;
  return components.flatMap((component) => {
    const coefficient = coefficients[at];
    at += componentSize(component);
    if (component.kind !== 'regressor') return [];
    const { name, mode, mean, deviation } = component;
    const unit = mode === 'additive' ? scale : 1;
    return [{ name, mode, center: mean, coefficient: (coefficient * unit) / deviation }];
  });
}
