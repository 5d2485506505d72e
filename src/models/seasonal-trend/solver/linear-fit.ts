import { square } from '../../../math/index.js';
import type { Design } from './gram.js';
import { fillCross } from './gram.js';
import { PenalizedSystem } from './penalized-system.js';
import { bestVariance, ModeSolver } from './posterior-mode.js';
import type { FitProblem, Parameters } from './problem.js';
import { LOW_START, MODE_TOLERANCE, TREND_PRECISION } from './problem.js';

/**
 * The exact posterior mode of a model with linear or no growth whose effects are all additive.
 *
 * @param warm parameters to start from; then only the mode reached from them is searched.
 */
export function fitLinear(problem: FitProblem, warm?: Parameters): Parameters {
  const { growth, times, values, columns, precisions, changepoints } = problem;
  const rows = times.length;
  const flat = growth === 'flat';
  const trend = flat ? [new Float64Array(rows).fill(1)] : [new Float64Array(rows).fill(1), times];
  const design: Design = { rows, smooth: [...trend, ...columns], times, changepoints };
  const system = new PenalizedSystem();
  system.prepare(design, Float64Array.of(...trend.map(() => TREND_PRECISION), ...precisions));
  const { target, centre, squares } = centred(values, design.smooth.length);
  const cross = new Float64Array(design.smooth.length + changepoints.length);
  fillCross(design, target, cross);
  const start = bestVariance(rows, squares + rows * centre[0] * centre[0]);
  const mode = new ModeSolver(system).search(
    { rows, cross, squares },
    {
      changepointScale: problem.changepointScale,
      starts: warm ? [square(warm.noise)] : [start, start * LOW_START],
      tolerance: MODE_TOLERANCE,
      centre,
      warmSizes: warm?.sizes.length === changepoints.length ? warm.sizes : undefined,
    },
  );
  return {
    slope: flat ? 0 : mode.smooth[1],
    offset: mode.smooth[0] + centre[0],
    sizes: mode.sizes.slice(),
    coefficients: mode.smooth.slice(trend.length),
    noise: Math.sqrt(mode.variance),
    logPosterior: mode.logPosterior,
  };
}

/** The values around their mean, so that sums of squares do not cancel when the level is far above the variation. */
function centred(values: Float64Array, smooth: number) {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  const mean = sum / values.length;
  const target = values.map((value) => value - mean);
  let squares = 0;
  for (let i = 0; i < target.length; i++) squares += target[i] * target[i];
  const centre = new Float64Array(smooth);
  centre[0] = mean;
  return { target, centre, squares };
}
