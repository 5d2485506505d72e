import type { Progress } from '../../long-call.js';
import { square } from '../../math/index.js';
import { seasonPositions } from './calendar-columns.js';
import type { StructuralHistory } from './history.js';
import { balancedIndices, groupWeights, type Pooling } from './pooling.js';
import { SeasonEstimator, type SeasonProfile, smoothCircle } from './season.js';
import { seasonOnly } from './season-only.js';
import { type Deviation, deviationOf, mixFactors, NO_DEVIATION, ownShares } from './shrinkage.js';

/** Season of every series, from all years and leaving out each. */
export interface SeasonFactors {
  readonly positions: number;
  /** Series-major, `positions` values each. */
  readonly all: Float64Array;
  /** The same without year `k` of the history; empty unless requested. */
  readonly without: readonly Float64Array[];
  /** Years that the season was learnt from. */
  readonly years: number;
}

export interface LearntSeason extends SeasonFactors {
  /** Level of each step of each series, series-major like the units. */
  readonly trend: Float64Array;
}

/** Candidate half-widths of smoothing for categories and the panel. */
const SMOOTHINGS = [3, 0, 1, 6, 10];
/** Half-width for single series, which are noisier. */
const OWN_SMOOTHING = 9;
/** Factor on the error variance when the panel's season is shrunk to none. */
const PANEL_STRICTNESS = 1.5;
const LEAST_FACTOR = 0.02;

/**
 * Shrinks the season of each series to that of its category, these to that of the panel, and this to none.
 *
 * @param values units adjusted for weekdays and everything else that is explained
 */
export function* seasonFactors(
  history: StructuralHistory,
  pooling: Pooling,
  values: Float64Array,
  leaveOut: boolean,
): Generator<Progress, LearntSeason, void> {
  const { steps, seriesCount, groupCount, groupOf, grid, years } = history;
  const positions = seasonPositions(grid);
  const estimator = new SeasonEstimator(history);
  const alone = yield* seasonOnly(history);
  const ordinary = pooling.weight.map((weight, s) => (alone[s] ? 0 : weight));
  const common = ordinary.some((weight) => weight > 0) ? { ...pooling, weight: ordinary } : pooling;
  const indices = yield* balancedIndices(history, common, values);
  const indexOf = (g: number) => indices.subarray(g * steps, (g + 1) * steps);
  const flat = new Float64Array(positions).fill(1);
  const smoothing = bestSmoothing(estimator, indexOf(groupCount), flat);
  yield { phase: 'season', done: 0, total: seriesCount };
  const settings = { smoothing, rounds: 4, leaveOut: true };

  const panel = estimator.estimate(indexOf(groupCount), settings);
  const panelShare = panel.known
    ? (credibility(panel, flat) ?? ownShares([deviationOf(panel, flat)], [1], undefined, PANEL_STRICTNESS)[0])
    : 0;
  const panelSeason = profilesOf(panel, panelShare, [flat], years);

  const groups: SeasonProfile[] = [];
  for (let g = 0; g < groupCount; g++) {
    groups.push(estimator.estimate(indexOf(g), settings));
    yield { phase: 'season', done: 0, total: seriesCount };
  }
  const groupShares = ownShares(
    groups.map((group) => (group.known ? deviationOf(group, panelSeason[0]) : NO_DEVIATION)),
    groupWeights(history, common),
  );
  const groupSeasons = groups.map((group, g) =>
    profilesOf(
      group,
      group.known && groupCount > 1 ? (credibility(group, panelSeason[0]) ?? groupShares[g]) : 0,
      panelSeason,
      years,
    ),
  );

  // Own profiles are smoother: they are compared with parents that are as smooth, and only the difference is added.
  const ownSmoothing = grid.stepDays === 1 ? OWN_SMOOTHING : 0;
  const blurred = groupSeasons.map((season) => season.map((profile) => blur(profile, ownSmoothing)));
  const perSeries = () => new Array<SeasonProfile | undefined>(seriesCount).fill(undefined);
  const [profiles, exact] = [perSeries(), perSeries()];
  const trend = new Float64Array(seriesCount * steps);
  const sharpTrend = new Float64Array(steps);
  for (let s = 0; s < seriesCount; s++) {
    const initial = groupSeasons[groupOf[s]][0];
    const ownTrend = trend.subarray(s * steps, (s + 1) * steps);
    if (!(pooling.mean[s] > 0)) ownTrend.fill(Number.NaN);
    else {
      const own = values.subarray(s * steps, (s + 1) * steps);
      const eventOf = history.events.of(s);
      const smooth = { smoothing: ownSmoothing, rounds: 2, initial, leaveOut };
      const profile = estimator.estimate(own, smooth, eventOf, ownTrend);
      profiles[s] = profile.known ? { ...profile, trend: NO_TREND } : undefined;
      if (profile.known && (alone[s] || (profile.chance === undefined && pooling.zeroShare[s] < RARE))) {
        const sharp = { smoothing: 0, rounds: 4, initial: profile.all, leaveOut };
        exact[s] = { ...estimator.estimate(own, sharp, eventOf, sharpTrend), trend: NO_TREND };
      }
    }
    if (s % 4 === 0) yield { phase: 'season', done: s, total: seriesCount };
  }
  const deviations: Deviation[] = [];
  for (const [s, profile] of profiles.entries()) {
    deviations.push(profile ? deviationOf(profile, blurred[groupOf[s]][0]) : NO_DEVIATION);
    if (s % 64 === 0) yield { phase: 'season', done: seriesCount, total: seriesCount };
  }
  // What sells in some months only says nothing of how far the seasons of others are their own.
  const shares = ownShares(deviations, common.weight, pooling.noise);
  const all = new Float64Array(seriesCount * positions);
  const without = Array.from(
    { length: leaveOut ? years : 0 },
    () => new Float64Array(seriesCount * positions),
  );
  for (let s = 0; s < seriesCount; s++) {
    if (s % 16 === 0) yield { phase: 'season', done: s, total: seriesCount };
    const parents = groupSeasons[groupOf[s]];
    const profile = profiles[s];
    const parent = blurred[groupOf[s]][0];
    const share = profile ? (alone[s] ? 1 : (credibility(profile, parent) ?? shares[s])) : 0;
    const at = s * positions;
    const place = (own: Float64Array | undefined, k: number, out: Float64Array) => {
      const smooth = blurred[groupOf[s]][k];
      for (let i = 0; i < positions; i++) {
        const difference = own ? share * (own[i] - smooth[i]) : 0;
        out[at + i] = Math.max(LEAST_FACTOR, parents[k][i] + difference);
      }
    };
    place(profile?.all, 0, all);
    without.forEach((out, k) => {
      place(profile?.without[k], k + 1, out);
    });
    const sharp = exact[s];
    if (!sharp) continue;
    const least = alone[s] ? 0 : LEAST_FACTOR;
    const sharpened = alone[s] ? 1 : sharpShare(sharp, all.subarray(at, at + positions));
    if (sharpened === 0) continue;
    const sharpen = (own: Float64Array, out: Float64Array) => {
      for (let i = 0; i < positions; i++) {
        out[at + i] += sharpened * (Math.max(least, own[i]) - out[at + i]);
      }
    };
    sharpen(sharp.all, all);
    without.forEach((out, k) => {
      sharpen(sharp.without[k], out);
    });
  }
  return { positions, all, without, trend, years: panel.years };
}

/** Share of days without sales from which on two sales of a date may be chance, and a season keeps its smoothing. */
const RARE = 0.75;
/** Multiple of the error variance by which a sharp season must differ from the smooth one to be used. */
const SHARP_EVIDENCE = 3;

/**
 * Share of the unsmoothed season in the mix with the smooth one: none where the difference may be chance,
 * judged by the halves of the history, and nearly all where it recurs every year.
 */
function sharpShare(sharp: SeasonProfile, smooth: Float64Array): number {
  const { distance, error } = deviationOf(sharp, smooth);
  return distance > SHARP_EVIDENCE * error ? (distance - error) / distance : 0;
}

const NO_TREND = new Float64Array(0);

/** Share of what a profile of less than two years differs by from another that is not chance; undefined for longer ones. */
function credibility(profile: SeasonProfile, parent: Float64Array): number | undefined {
  const { chance } = profile;
  if (chance === undefined) return undefined;
  const { distance } = deviationOf(profile, parent);
  return distance > chance ? 1 - chance / distance : 0;
}

/** The shrunk profile, followed by the leave-one-year-out ones. */
function profilesOf(
  profile: SeasonProfile,
  share: number,
  parents: readonly Float64Array[],
  years: number,
): Float64Array[] {
  return Array.from({ length: years + 1 }, (_, k) => {
    const parent = parents[Math.min(k, parents.length - 1)];
    const own = k === 0 ? profile.all : profile.without[k - 1];
    const out = new Float64Array(parent.length);
    mixFactors(own ?? parent, parent, own ? share : 0, LEAST_FACTOR, out);
    return out;
  });
}

function blur(season: Float64Array, half: number): Float64Array {
  if (half === 0) return season;
  const blurred = new Float64Array(season.length);
  smoothCircle(season, half, blurred, new Float64Array(season.length));
  const total = square(half + 1);
  for (let k = 0; k < blurred.length; k++) blurred[k] /= total;
  return blurred;
}

/**
 * Chooses the width of smoothing that best predicts the years left out, or, of less than two years, the one of least expected
 * error.
 *
 * Source: C. L. Mallows, "Some comments on Cp", Technometrics 15 (1973).
 */
function bestSmoothing(estimator: SeasonEstimator, index: Float64Array, flat: Float64Array): number {
  const { grid, position, yearOf, events } = estimator.history;
  if (grid.stepDays !== 1) return 0;
  let best = SMOOTHINGS[0];
  let least = Number.POSITIVE_INFINITY;
  for (const smoothing of SMOOTHINGS) {
    const profile = estimator.estimate(index, { smoothing, rounds: 4, leaveOut: true });
    if (!profile.known) return best;
    const { chance } = profile;
    let error = 0;
    if (chance !== undefined) error = 2 * chance - deviationOf(profile, flat).distance;
    else
      for (let i = 0; i < index.length; i++) {
        if (Number.isNaN(index[i]) || !(profile.trend[i] > 0) || events.common[i] >= 0) continue;
        error += Math.abs(index[i] - profile.trend[i] * profile.without[yearOf[i]][position[i]]);
      }
    if (error < least) {
      least = error;
      best = smoothing;
    }
  }
  return best;
}
