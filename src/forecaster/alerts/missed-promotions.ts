import type { FittedModel, KnownFuture, StepRange } from '../../models/contract.js';
import { groupsOfOne } from '../../models/effect.js';
import { forecastQuantiles } from '../../models/quantiles.js';
import { numberAt } from '../../present.js';
import type { PastPromotion } from '../past-promotions.js';
import { discoveries } from './false-discovery.js';
import {
  bandBound,
  TAIL_PROBABILITIES,
  tailDeviation,
  tailProbability,
  tailQuantiles,
} from './tail-probability.js';
import type { UnusualStretch } from './unusual-stretches.js';
import { unitsOfGroups, type WatchedDays } from './watched-days.js';

/** Least lift that a promotion is known to have for its absence to be looked for. */
const LEAST_LIFT = 1.2;
/** Sales without the promotion are plausible from this probability on. */
const PLAUSIBLE = 0.05;

export interface PromotionTestOptions {
  /** Largest expected share of promotions that are told to be missed and are not. */
  readonly rate: number;
  /** Factor by which deviations of promoted days are larger than their laws say. */
  readonly factor: number;
  readonly signal: AbortSignal | undefined;
}

export interface PromotionTest {
  readonly missed: readonly UnusualStretch[];
  /** Number of promotions that could be told from their absence. */
  readonly tested: number;
}

/**
 * Promotions whose sales are too few for a promotion that works, and as usual without one.
 *
 * @param promotions days of the window
 * @param unpromoted future without these promotions and their prices
 */
export async function missedPromotions(
  fitted: FittedModel,
  watched: WatchedDays,
  promotions: readonly PastPromotion[],
  unpromoted: KnownFuture,
  { rate, factor, signal }: PromotionTestOptions,
): Promise<PromotionTest> {
  if (promotions.length === 0) return { missed: [], tested: 0 };
  const ranges: StepRange[] = promotions.map(({ from, to }) => ({ from, to }));
  const series = [...new Set(promotions.map((promotion) => promotion.series))];
  const groups = groupsOfOne(fitted.seriesCount, series);
  const unitsOf = unitsOfGroups(watched, groups);
  const sums = { ranges, ...groups, signal };
  const tails = { ...sums, probabilities: TAIL_PROBABILITIES };
  const promoted = await forecastQuantiles(fitted, tails);
  const plain = await forecastQuantiles(fitted, { ...tails, future: unpromoted });
  const { mean } = await fitted.totals(sums);
  const { mean: usual } = await fitted.totals({ ...sums, future: unpromoted });
  const tests = promotions.flatMap((promotion, r) => {
    const group = numberAt(groups.groupOf, promotion.series);
    const at = group * ranges.length + r;
    const [expected, expectedWithout] = [numberAt(mean, at), numberAt(usual, at)];
    const units = unitsOf(group, promotion);
    if (Number.isNaN(units) || !(expected >= LEAST_LIFT * expectedWithout)) return [];
    const quantiles = tailQuantiles(promoted.values, at);
    const stretch = {
      group: promotion.series,
      range: { from: promotion.from, to: promotion.to },
      units,
      expected,
      lower: bandBound('lower', quantiles, factor),
      upper: bandBound('upper', quantiles, factor),
      pValue: tailProbability(tailDeviation(units, 'lower', quantiles), factor),
    };
    const without = tailDeviation(units, 'upper', tailQuantiles(plain.values, at));
    return [{ stretch, plausible: tailProbability(without) }];
  });
  const found = discoveries(
    tests.map(({ stretch }) => stretch.pValue),
    tests.length,
    rate,
  );
  const missed = found.flatMap((i) => tests[i] ?? []).filter(({ plausible }) => plausible > PLAUSIBLE);
  return { missed: missed.map(({ stretch }) => stretch), tested: tests.length };
}
