import { DAYS_OF_52_WEEKS } from '../../calendar/weeks.js';
import type { Progress } from '../../long-call.js';
import { exp, log, pow } from '../../math/index.js';
import { meanOfObserved, observedCount } from '../mean-size.js';
import { CLASS_COUNT, classOf, zeroShare } from '../sales-classes.js';
import type { StructuralHistory } from './history.js';
import type { LevelSteps } from './level-steps.js';
import { smoothedLevels } from './levels.js';
import type { StructuralSettings } from './options.js';
import type { Pooling } from './pooling.js';
import { type YearlyGrowths, yearlyGrowths } from './yearly-growth.js';

/** Parameters for smoothing levels, and their expected growth. */
export interface Memory {
  /** Class of each series by how rarely it sells, in its season if it has one. */
  readonly classes: Uint8Array;
  /** Smoothing weight of each class of series. */
  readonly weights: readonly number[];
  /** Expected growth of the log of the level of each series for each step, before it is damped. */
  readonly growth: Float64Array;
}

const DAILY_WEIGHTS = [0.002, 0.004, 0.007, 0.01, 0.015, 0.02, 0.03, 0.05, 0.08];
const WEEKLY_WEIGHTS = [0.03, 0.05, 0.1, 0.15, 0.2, 0.3, 0.45];
/** Prior weights by class: the rarer the sales, the longer the memory. */
const USUAL_DAILY = [0.03, 0.02, 0.004, 0.002];
const USUAL_WEEKLY = [0.15, 0.1, 0.07, 0.05];
/** Origins at which weights are tried. */
const ORIGINS = 6;
/** Number of measured series that weigh as much as the prior, by class: rare sales say little. */
const USUAL_STRENGTH = [5, 8, 20, 20];
/**
 * Sharpness of the preference when many series were measured: a candidate with a 1 % larger error weighs e^-1.
 */
const SHARPNESS = 100;
const MANY_SERIES = 50;
/** Candidate shares of last year's growth that continue: of what series share, and of what each has of its own. */
const SHARED_SHARES = [0, 0.25, 0.5, 0.75, 1];
const OWN_SHARES = [0, 0.5, 1];
const GROWTH_SHARES = OWN_SHARES.flatMap((own) => SHARED_SHARES.map((shared) => ({ own, shared })));
/** Prior share of both. */
const USUAL_GROWTH_SHARE = 0.75;
/** Cap on errors, relative to the mean. */
const WORST_ERROR = 3;
/** Largest age of a level, in days, for which growth is added. */
const OLDEST_LEVEL_DAYS = 200;

/**
 * Mean age, in steps, of the values in a level, for growth.
 *
 * @param silent steps since the last value
 */
export function levelAge(weight: number, stepDays: number, silent = 0): number {
  return Math.min(OLDEST_LEVEL_DAYS / stepDays, 1 / weight + silent);
}

/** Damped number of steps ahead: growth fades, so that long forecasts do not explode. */
function dampedSteps(step: number, stepDays: number): number {
  const fade = stepDays / 730;
  return (1 - pow(1 - fade, step)) / fade;
}

/** The damped numbers of steps of the next steps, which all series share. */
export function dampedPath(stepDays: number, length: number): Float64Array {
  return Float64Array.from({ length }, (_, h) => dampedSteps(h + 1, stepDays));
}

/** Factors by which a level of that age grows in the next steps, written to `out`. @param damped of {@link dampedPath} */
export function growthPath(
  growth: number,
  age: number,
  damped: Float64Array,
  out: Float64Array,
): Float64Array {
  if (growth === 0) return out.fill(1);
  for (let h = 0; h < out.length; h++) out[h] = exp(growth * (damped[h] + age));
  return out;
}

/**
 * Chooses the smoothing weight of each class, and the share of the panel's growth that continues, by the errors
 * of sums over the horizon at origins in the past. Each series is scaled by its own mean.
 *
 * @param adjusted units over factors, series-major
 * @param ends of {@link lastSales}
 */
export function* chooseMemory(
  history: StructuralHistory,
  pooling: Pooling,
  adjusted: Float64Array,
  levelSteps: LevelSteps,
  ends: Int32Array,
  settings: StructuralSettings,
): Generator<Progress, Memory, void> {
  const { steps, seriesCount, grid } = history;
  const { stepDays } = grid;
  const candidates = stepDays === 1 ? DAILY_WEIGHTS : WEEKLY_WEIGHTS;
  const usual = stepDays === 1 ? USUAL_DAILY : USUAL_WEEKLY;
  const { horizon } = settings;
  const classes = new Uint8Array(seriesCount);
  for (let s = 0; s < seriesCount; s++) {
    classes[s] = classOf(zeroShare(adjusted.subarray(s * steps, (s + 1) * steps), grid.year));
    yield { phase: 'levels', done: s, total: seriesCount };
  }
  const spacing = Math.max(horizon, Math.round(28 / stepDays));
  const earliest = Math.round((stepDays === 1 ? 182 : DAYS_OF_52_WEEKS) / stepDays);
  const origins = Array.from({ length: ORIGINS }, (_, k) => steps - horizon - k * spacing).filter(
    (o) => o >= earliest,
  );
  const growths: YearlyGrowths[] = [];
  for (const origin of [...origins, steps]) {
    growths.push(yield* yearlyGrowths(history, pooling, { adjusted, levelSteps, ends }, origin));
  }
  // Class x growth share x weight.
  const errors = Array.from({ length: CLASS_COUNT }, () =>
    GROWTH_SHARES.map(() => new Float64Array(candidates.length)),
  );
  const evidence = new Float64Array(CLASS_COUNT);
  const levels = new Float64Array(steps + 1);
  const ahead = candidates.map((weight) => horizon / 2 + levelAge(weight, stepDays));
  // Origin x weight x share: what all series have in common, so that few exponentials are left to each of them.
  const shared = growths.map((growth) =>
    ahead.map((length) => GROWTH_SHARES.map((share) => exp(share.shared * growth.shared * length))),
  );
  for (let s = 0; s < seriesCount; s++) {
    if (pooling.weight[s] === 0 || origins.length === 0) continue;
    const own = adjusted.subarray(s * steps, (s + 1) * steps);
    const outcomes = origins.map((origin) => observedMean(own, origin, origin + horizon));
    const kind = classes[s];
    let [counted, grown] = [0, 0];
    candidates.forEach((weight, w) => {
      smoothedLevels(own, weight, levels);
      origins.forEach((origin, o) => {
        if (!(levels[origin] >= 0) || Number.isNaN(outcomes[o])) return;
        counted += 1 / (candidates.length * origins.length);
        for (let r = 0; r < GROWTH_SHARES.length; r++) {
          // The shares of what is its own come in runs.
          if (r % SHARED_SHARES.length === 0) {
            grown = levels[origin] * exp(GROWTH_SHARES[r].own * growths[o].own[s] * ahead[w]);
          }
          const forecast = grown * shared[o][w][r];
          const error = Math.min(WORST_ERROR, Math.abs(forecast - outcomes[o]) / pooling.mean[s]);
          errors[kind][r][w] += kind < 2 ? error : error * error;
        }
      });
    });
    evidence[kind] += counted;
    yield { phase: 'levels', done: s, total: seriesCount };
  }
  const { index, share } = bestGrowthShare(errors, evidence);
  const weights = errors.map((byShare, kind) => {
    const measured = softChoice(candidates.map(log), byShare[index], evidence[kind]);
    const believed = evidence[kind] / (evidence[kind] + USUAL_STRENGTH[kind]);
    return exp(believed * measured + (1 - believed) * log(usual[kind]));
  });
  const latest = growths[growths.length - 1];
  const growth = latest.own.map((own) => share.shared * latest.shared + share.own * own);
  return { classes, weights, growth };
}

/** Shares of growth that continue. */
interface GrowthShare {
  readonly own: number;
  readonly shared: number;
}

/** The shares of growth with the least error over all classes, and the mean shares around them. */
function bestGrowthShare(
  errors: readonly Float64Array[][],
  evidence: Float64Array,
): { index: number; share: GrowthShare } {
  const totals = GROWTH_SHARES.map((_, r) =>
    errors.reduce((sum, byShare, kind) => (evidence[kind] > 0 ? sum + Math.min(...byShare[r]) : sum), 0),
  );
  const index = totals.indexOf(Math.min(...totals));
  const total = evidence.reduce((sum, x) => sum + x, 0);
  const believed = total / (total + USUAL_STRENGTH[0]);
  const believe = (measured: number) => believed * measured + (1 - believed) * USUAL_GROWTH_SHARE;
  if (total === 0) return { index, share: { own: believe(0), shared: believe(0) } };
  const { own } = GROWTH_SHARES[index];
  const line = totals.filter((_, r) => GROWTH_SHARES[r].own === own);
  const shared = softChoice(SHARED_SHARES, Float64Array.from(line), total);
  return { index, share: { own: believe(own), shared: believe(shared) } };
}

/** Mean of the candidates, weighted by how little their errors exceed the least. */
function softChoice(candidates: readonly number[], errors: Float64Array, measured: number): number {
  const least = Math.min(...errors);
  if (!(least > 0)) return candidates[errors.indexOf(least)];
  const sharpness = SHARPNESS * Math.min(1, measured / MANY_SERIES);
  let sum = 0;
  let total = 0;
  candidates.forEach((candidate, k) => {
    const weight = exp(-sharpness * (errors[k] / least - 1));
    sum += weight * candidate;
    total += weight;
  });
  return sum / total;
}

/** Mean of the observed values from `from` to before `to`; NaN unless half of them are observed. */
function observedMean(values: Float64Array, from: number, to: number): number {
  const span = values.subarray(Math.max(0, from), to);
  return observedCount(span) * 2 >= to - from ? meanOfObserved(span) : Number.NaN;
}
