import { type Progress, runAtOnce } from '../../../long-call.js';
import { log, square } from '../../../math/index.js';
import { logisticStart, trendAt } from '../trend.js';
import type { Design } from './gram.js';
import { fillCross } from './gram.js';
import { fitLinear } from './linear-fit.js';
import { PenalizedSystem } from './penalized-system.js';
import { bestVariance, ModeSolver } from './posterior-mode.js';
import type { FitProblem, Parameters } from './problem.js';
import { TREND_PRECISION } from './problem.js';

const MAX_ITERATIONS = 60;
const MAX_HALVINGS = 25;
/** The search ends when a step improves the log posterior by less. */
const TOLERANCE = 1e-9;
const INNER_TOLERANCE = 1e-6;

/**
 * A posterior mode of a model with logistic growth or multiplicative effects: Gauss-Newton steps, each of which solves
 * the linearised model exactly (priors, changepoints and noise included) and is shortened until the posterior improves.
 *
 * @param warm parameters to start from.
 */
export function fitNonlinear(problem: FitProblem, warm?: Parameters): Parameters {
  return runAtOnce(nonlinearWork(problem, warm));
}

/** As {@link fitNonlinear}, with a report after each step: a search can take a fifth of a second. */
export function nonlinearWork(problem: FitProblem, warm?: Parameters): Generator<Progress, Parameters, void> {
  return new NonlinearFit(problem).run(warm ?? start(problem));
}

function start(problem: FitProblem): Parameters {
  const { growth, times, values, caps, columns, changepoints } = problem;
  if (growth === 'logistic' && caps !== undefined) {
    return {
      ...logisticStart(times, values, caps),
      sizes: new Float64Array(changepoints.length),
      coefficients: new Float64Array(columns.length),
      noise: 1,
      logPosterior: -Infinity,
    };
  }
  // Starts from the additive fit, with multiplicative effects divided by the mean trend.
  const additive = fitLinear(problem);
  const trend = trendAt({ growth, ...additive, changepoints }, times, caps, new Float64Array(times.length));
  let mean = 0;
  for (let i = 0; i < trend.length; i++) mean += trend[i] / trend.length;
  const divisor = Math.abs(mean) > 1e-3 ? mean : 1;
  const coefficients = additive.coefficients.map((value, c) =>
    problem.multiplicative[c] === 1 ? value / divisor : value,
  );
  return { ...additive, coefficients };
}

class NonlinearFit {
  readonly #problem: FitProblem;
  readonly #trendSize: number;
  readonly #precisions: Float64Array;
  readonly #design: Design & { readonly hingeWeights: Float64Array };
  readonly #system = new PenalizedSystem();
  #solver: ModeSolver | undefined;
  readonly #trend: Float64Array;
  readonly #factor: Float64Array;
  readonly #fitted: Float64Array;
  readonly #target: Float64Array;
  readonly #cross: Float64Array;
  readonly #bend: Float64Array;

  constructor(problem: FitProblem) {
    const { growth, times, columns, precisions, changepoints } = problem;
    const rows = times.length;
    const column = () => new Float64Array(rows);
    this.#problem = problem;
    this.#trendSize = growth === 'flat' ? 1 : 2;
    this.#precisions = new Float64Array(this.#trendSize + columns.length).fill(TREND_PRECISION);
    this.#precisions.set(precisions, this.#trendSize);
    const smooth = Array.from(this.#precisions, column);
    this.#design = { rows, smooth, times, changepoints, hingeWeights: column() };
    this.#trend = column();
    this.#factor = column();
    this.#fitted = column();
    this.#target = column();
    this.#cross = new Float64Array(smooth.length + changepoints.length);
    this.#bend = column();
  }

  *run(first: Parameters): Generator<Progress, Parameters, void> {
    let current = this.#evaluate(first);
    for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
      const goal = this.#linearised(current);
      const next = this.#lineSearch(current, goal);
      if (next === undefined) break;
      const gain = next.logPosterior - current.logPosterior;
      current = next;
      if (gain < TOLERANCE) break;
      yield { phase: 'search', done: iteration + 1, total: MAX_ITERATIONS };
    }
    return current;
  }

  /**
   * Computes trend, factor and fitted values for the parameters; returns them with their best noise and log
   * posterior.
   */
  #evaluate(parameters: Parameters): Parameters {
    const { growth, times, values, caps, changepoints, columns, multiplicative } = this.#problem;
    const { coefficients, sizes } = parameters;
    trendAt({ growth, ...parameters, changepoints }, times, caps, this.#trend);
    this.#factor.fill(1);
    this.#fitted.fill(0);
    for (let c = 0; c < columns.length; c++) {
      addScaled(multiplicative[c] === 1 ? this.#factor : this.#fitted, columns[c], coefficients[c]);
    }
    let squaredError = 0;
    for (let i = 0; i < times.length; i++) {
      this.#fitted[i] += this.#trend[i] * this.#factor[i];
      const error = values[i] - this.#fitted[i];
      squaredError += error * error;
    }
    const variance = bestVariance(times.length, squaredError);
    let penalty = 0.5 * (square(parameters.slope) + square(parameters.offset)) * TREND_PRECISION;
    for (let c = 0; c < columns.length; c++) {
      penalty += 0.5 * this.#precisions[this.#trendSize + c] * coefficients[c] * coefficients[c];
    }
    for (let j = 0; j < sizes.length; j++) penalty += Math.abs(sizes[j]) / this.#problem.changepointScale;
    const fit = 0.5 * times.length * log(variance) + squaredError / (2 * variance) + 2 * variance;
    return { ...parameters, noise: Math.sqrt(variance), logPosterior: -(fit + penalty) };
  }

  /** The mode of the model linearised at the parameters that were evaluated last. */
  #linearised(at: Parameters): Parameters {
    const { values, columns, multiplicative, changepoints, times } = this.#problem;
    const { smooth, hingeWeights } = this.#design;
    this.#fillTrendColumns(at);
    for (let c = 0; c < columns.length; c++) {
      const out = smooth[this.#trendSize + c];
      if (multiplicative[c] === 1)
        for (let i = 0; i < out.length; i++) out[i] = this.#trend[i] * columns[c][i];
      else out.set(columns[c]);
    }
    // The smooth coefficients are solved for as increments, the changepoints as absolute sizes because of their
    // Laplace prior.
    trendAt(
      { growth: 'linear', slope: 0, offset: 0, changepoints, sizes: at.sizes },
      times,
      undefined,
      this.#bend,
    );
    let squares = 0;
    for (let i = 0; i < values.length; i++) {
      this.#target[i] = values[i] - this.#fitted[i] + hingeWeights[i] * this.#bend[i];
      squares += this.#target[i] * this.#target[i];
    }
    this.#system.prepare(this.#design, this.#precisions);
    this.#solver ??= new ModeSolver(this.#system);
    fillCross(this.#design, this.#target, this.#cross);
    const flat = this.#trendSize === 1;
    const centre = Float64Array.of(...(flat ? [at.offset] : [at.offset, at.slope]), ...at.coefficients);
    const mode = this.#solver.search(
      { rows: values.length, cross: this.#cross, squares },
      {
        changepointScale: this.#problem.changepointScale,
        starts: [square(at.noise)],
        tolerance: INNER_TOLERANCE,
        centre,
        warmSizes: at.sizes,
      },
    );
    const moved = mode.smooth.map((value, i) => value + centre[i]);
    return {
      offset: moved[0],
      slope: flat ? 0 : moved[1],
      coefficients: moved.slice(this.#trendSize),
      sizes: mode.sizes.slice(),
      noise: at.noise,
      logPosterior: -Infinity,
    };
  }

  /** Derivatives of the fitted values with respect to offset, slope and the changepoints. */
  #fillTrendColumns({ slope, offset }: Parameters): void {
    const { growth, times, caps } = this.#problem;
    const { smooth, hingeWeights } = this.#design;
    for (let i = 0; i < times.length; i++) {
      const factor = this.#factor[i];
      if (growth !== 'logistic' || caps === undefined) {
        hingeWeights[i] = factor;
        smooth[0][i] = factor;
        if (growth === 'linear') smooth[1][i] = factor * times[i];
        continue;
      }
      const share = this.#trend[i] / caps[i];
      const weight = factor * caps[i] * share * (1 - share);
      hingeWeights[i] = weight;
      smooth[0][i] = -weight * slope;
      smooth[1][i] = weight * (times[i] - offset);
    }
  }

  #lineSearch(from: Parameters, goal: Parameters): Parameters | undefined {
    let step = 1;
    for (let halving = 0; halving < MAX_HALVINGS; halving++, step *= 0.5) {
      const tried = this.#evaluate({
        slope: between(from.slope, goal.slope, step),
        offset: between(from.offset, goal.offset, step),
        coefficients: from.coefficients.map((value, c) => between(value, goal.coefficients[c], step)),
        sizes: from.sizes.map((value, j) => between(value, goal.sizes[j], step)),
        noise: from.noise,
        logPosterior: -Infinity,
      });
      if (tried.logPosterior > from.logPosterior) return tried;
    }
    return undefined;
  }
}

function between(from: number, to: number, share: number): number {
  return share === 1 ? to : from + share * (to - from);
}

function addScaled(out: Float64Array, column: Float64Array, factor: number): void {
  if (factor === 0) return;
  for (let i = 0; i < out.length; i++) out[i] += factor * column[i];
}
