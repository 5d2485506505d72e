import type { Progress } from '../../long-call.js';
import { exp, square } from '../../math/index.js';
import type { StructuralHistory } from './history.js';
import { fitLogLinear } from './log-linear.js';
import { groupMembers, LEAST_NOISE, type Pooling } from './pooling.js';
import { MOST_ROWS, type Responses, responseLogs } from './response.js';

/**
 * Cross effects (cannibalisation) between the products of a group: the effect, on the log of the sales of one,
 * of the units that promotions and prices add to the others, as a share of the sales of the group. At -0.3,
 * three of ten units that a promotion gains are lost by other products of the group.
 */
export interface CrossEffects {
  /** One per group; 0 where nothing could be measured. */
  readonly effect: Float64Array;
  /** Standard error; NaN where nothing could be measured. */
  readonly error: Float64Array;
}

/** Number of standard errors by which an effect must differ from zero to be used. */
const EVIDENCE = 3;
/** Bound of an effect: others cannot lose more than the promotion gains. */
const STRONGEST = -1;
const PRIOR_PRECISION = 1;

/**
 * Measures the effects. Their standard errors are clustered by week, as a shock that is common to all products
 * of a group would otherwise be taken for an effect.
 *
 * @param expected units with the own responses, series-major; NaN where unknown
 */
export function* crossEffects(
  history: StructuralHistory,
  pooling: Pooling,
  expected: Float64Array,
  responses: Responses,
): Generator<Progress, CrossEffects, void> {
  const measured: ReturnType<typeof measureGroup>[] = [];
  for (const own of groupMembers(history, pooling)) {
    yield { phase: 'responses', done: measured.length, total: history.groupCount };
    measured.push(own.length < 2 ? undefined : measureGroup(history, pooling, expected, responses, own));
  }
  return {
    effect: Float64Array.from(measured, (group) => group?.effect ?? 0),
    error: Float64Array.from(measured, (group) => group?.error ?? Number.NaN),
  };
}

/** The effect of a group if it is significant, else undefined. */
export function measuredCross(
  cross: CrossEffects | undefined,
  group: number,
): { readonly effect: number; readonly error: number } | undefined {
  if (!cross) return undefined;
  const effect = cross.effect[group];
  const error = cross.error[group];
  if (!(effect < -EVIDENCE * error)) return undefined;
  return { effect: Math.max(STRONGEST, effect), error };
}

function measureGroup(
  history: StructuralHistory,
  pooling: Pooling,
  expected: Float64Array,
  responses: Responses,
  members: readonly number[],
): { effect: number; error: number } | undefined {
  const { steps, units, events, grid } = history;
  const extra = new Float64Array(members.length * steps);
  const total = new Float64Array(steps);
  let size = 0;
  members.forEach((s, m) => {
    const own = extra.subarray(m * steps, (m + 1) * steps);
    responseLogs(responses, history, s, own);
    for (let i = 0; i < steps; i++) {
      own[i] = pooling.mean[s] * (exp(own[i]) - 1);
      total[i] += own[i];
    }
    size += pooling.mean[s];
  });
  const stride = Math.max(1, Math.ceil((members.length * steps) / MOST_ROWS));
  const room = members.length * Math.ceil(steps / stride);
  const column = () => new Float64Array(room);
  const rows = { outcome: column(), expected: column(), weight: column() };
  const others = column();
  const weekOf = new Int32Array(room);
  let count = 0;
  members.forEach((s, m) => {
    const scale = pooling.size[s];
    const eventOf = events.of(s);
    for (let i = m % stride; i < steps; i += stride) {
      const at = s * steps + i;
      if (Number.isNaN(units[at]) || !(expected[at] > 0) || eventOf[i] >= 0) continue;
      rows.outcome[count] = units[at] / scale;
      rows.expected[count] = expected[at] / scale;
      rows.weight[count] = 1 / (LEAST_NOISE + pooling.noise[s]);
      others[count] = (total[i] - extra[m * steps + i]) / size;
      weekOf[count++] = Math.floor(i / grid.week);
    }
  });
  if (!varies(others, count)) return undefined;
  const prior = { mean: [0], precision: [PRIOR_PRECISION] };
  const fit = fitLogLinear({ count, ...rows, columns: [others] }, prior);
  const [effect] = fit.effects;
  const error = clusteredError({ count, ...rows }, others, weekOf, effect);
  return Number.isFinite(error) ? { effect, error } : undefined;
}

/** Standard error of the effect: the sandwich estimator of weekly scores. */
function clusteredError(
  rows: { count: number; outcome: Float64Array; expected: Float64Array; weight: Float64Array },
  column: Float64Array,
  weekOf: Int32Array,
  effect: number,
): number {
  const { count, outcome, expected, weight } = rows;
  let [sum, mean] = [0, 0];
  for (let i = 0; i < count; i++) {
    const w = weight[i] * expected[i];
    sum += w;
    mean += w * column[i];
  }
  mean /= sum;
  let [actual, fitted] = [0, 0];
  for (let i = 0; i < count; i++) {
    actual += weight[i] * outcome[i];
    fitted += weight[i] * expected[i] * exp(effect * column[i]);
  }
  const scale = actual / fitted;
  const scores = new Map<number, number>();
  let curvature = PRIOR_PRECISION;
  for (let i = 0; i < count; i++) {
    const centred = column[i] - mean;
    const forecast = scale * expected[i] * exp(effect * column[i]);
    curvature += weight[i] * forecast * square(centred);
    const score = weight[i] * (outcome[i] - forecast) * centred;
    scores.set(weekOf[i], (scores.get(weekOf[i]) ?? 0) + score);
  }
  let squares = 0;
  for (const score of scores.values()) squares += square(score);
  const weeks = scores.size;
  return Math.sqrt((squares * weeks) / Math.max(1, weeks - 2)) / curvature;
}

function varies(column: Float64Array, count: number): boolean {
  for (let i = 1; i < count; i++) if (Math.abs(column[i] - column[0]) > 1e-6) return true;
  return false;
}
