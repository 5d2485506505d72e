import { log } from '../../../math/index.js';
import { allColumns, columnPrecisions, multiplicativeColumns } from '../components.js';
import { fitLinear } from '../solver/linear-fit.js';
import { fitNonlinear } from '../solver/nonlinear-fit.js';
import type { FitProblem, Parameters } from '../solver/problem.js';
import { flatStart, linearStart, type TrendStart } from '../trend.js';
import { scaledCaps, scaledTimes } from './predict.js';
import type { SeriesHistory } from './series-history.js';
import type { Specification } from './specification.js';

/** Noise that Prophet gives to a series without variation, in scaled units. */
const CONSTANT_NOISE = 1e-9;

/** The posterior mode of a model for its history. */
export function fitParameters(
  specification: Specification,
  history: SeriesHistory,
  warm?: Parameters,
): Parameters {
  const problem = toProblem(specification, history);
  if (isConstant(history.values)) {
    if (specification.growth !== 'logistic') return constantParameters(problem);
    const start = constantLogistic(problem);
    if (start) return { ...constantParameters(problem), ...start };
  }
  const linear = specification.growth !== 'logistic' && !problem.multiplicative.includes(1);
  return linear ? fitLinear(problem, warm) : fitNonlinear(problem, warm);
}

export function toProblem(specification: Specification, { points, values }: SeriesHistory): FitProblem {
  const { growth, scale, floor, components } = specification;
  return {
    growth,
    times: scaledTimes(specification, points.days),
    values: values.map((value, i) => (value - (points.floor?.[i] ?? floor)) / scale),
    caps: scaledCaps(specification, points),
    changepoints: Float64Array.from(specification.changepoints),
    changepointScale: specification.changepointPriorScale,
    columns: allColumns(components, points),
    precisions: columnPrecisions(components),
    multiplicative: multiplicativeColumns(components),
  };
}

function isConstant(values: Float64Array): boolean {
  return values.every((value) => value === values[0]);
}

/** Slope of the trend of a constant series, as a share of its distance from half of the capacity in logits. */
const STILL = 1e-9;

/**
 * Slope and offset of constant logistic growth, if the series is the same share of its capacity throughout.
 * Prophet searches for a mode here, and may end far below it.
 */
function constantLogistic({ values, caps }: FitProblem): TrendStart | undefined {
  if (caps === undefined) return undefined;
  const share = values[0] / caps[0];
  const constant = values.every((value, i) => Math.abs(value / caps[i] - share) <= 1e-12);
  if (!constant || share < 0 || share >= 1) return undefined;
  const logit = log(Math.max(share, STILL) / (1 - share));
  return logit === 0
    ? { slope: 0, offset: 0 }
    : { slope: STILL * Math.abs(logit), offset: -Math.sign(logit) / STILL };
}

/** As in Prophet: the constant itself, with almost no noise. The posterior has no mode. */
function constantParameters({ growth, times, values, changepoints, columns }: FitProblem): Parameters {
  return {
    ...(growth === 'flat' ? flatStart(values) : linearStart(times, values)),
    sizes: new Float64Array(changepoints.length),
    coefficients: new Float64Array(columns.length),
    noise: CONSTANT_NOISE,
    logPosterior: Infinity,
  };
}
