import { DAYS_OF_52_WEEKS } from '../../calendar/weeks.js';
import { exp, log } from '../../math/index.js';
import type { Scratch } from './centred-mean.js';

/** The spell without sales up to the end of a series. */
export interface CurrentGap {
  /** First step of the spell. */
  readonly from: number;
  /** Steps of the spell that were observed. */
  readonly length: number;
  /** Evidence against chance: minus the log of the probability of the gap if sales continue as before. */
  readonly evidence: number;
}

/** An implausible spell without sales in the past, after which sales continued. */
export interface PastGap {
  /** First step of the spell, and the step after it. */
  readonly from: number;
  readonly to: number;
  /** Steps of the spell that were observed. */
  readonly length: number;
}

/** Evidence at which a spell begins to count as an end of sales, and at which it fully does. */
const DOUBT = 5;
const CERTAIN = 10;
/** Most evidence of a single step without sales. */
const MOST_EVIDENCE = 3;
/** Length in days of an implausible spell after which the prior probability that sales resume is 1/e. */
const RETURN_DAYS = 9;
const PRIOR_STRENGTH = 3;
/** Weight of a spell of the series itself, in spells of other series. */
const OWN_STRENGTH = 4;

/**
 * Finds spells without sales: the current one, and past ones that were implausible.
 *
 * @param units of one series, NaN where missing
 * @param factors relative expectation of each step without the level
 * @param scratch of `scratchFor` as many steps
 */
export function findGaps(
  units: Float64Array,
  factors: Float64Array,
  stepDays: number,
  scratch: Scratch,
): { current: CurrentGap | undefined; past: PastGap[] } {
  const window = DAYS_OF_52_WEEKS / stepDays;
  const past: PastGap[] = [];
  // Prefix sums, for the selling steps and expectations in the year before each spell.
  const { counts: selling, sums: observed } = scratch;
  for (let i = 0; i < units.length; i++) {
    const seen = !Number.isNaN(units[i]);
    selling[i + 1] = selling[i] + (seen && units[i] !== 0 ? 1 : 0);
    observed[i + 1] = observed[i] + (seen ? factors[i] : 0);
  }
  const begin = units.findIndex((value) => !Number.isNaN(value));
  const first = units[begin] > 0 ? begin : -1;
  let from = -1;
  let length = 0;
  let evidence = 0;
  let rate = 0;
  let before = 0;
  for (let i = 0; i < units.length; i++) {
    if (Number.isNaN(units[i])) continue;
    if (units[i] !== 0) {
      if (from >= 0 && evidence > CERTAIN) past.push({ from, to: i, length });
      from = -1;
      before++;
      continue;
    }
    if (from < 0) {
      from = i;
      length = 0;
      evidence = 0;
      const start = Math.max(0, i - window);
      const expected = observed[i] - observed[start];
      // The last sale, and the first one of a series that begins with it, were no matter of chance.
      const sales = selling[i] - selling[start] - (start <= first ? 2 : 1);
      const share = expected > 0 ? Math.max(0, sales) / expected : 0;
      rate = before > 1 ? share : 0;
    }
    length++;
    const chance = Math.min(1 - exp(-MOST_EVIDENCE), rate * factors[i]);
    evidence -= log(1 - chance);
  }
  return { current: from >= 0 ? { from, length, evidence } : undefined, past };
}

/** Computes the certainty that a spell is not chance, from 0 to 1. */
export function gapCertainty({ evidence }: CurrentGap): number {
  return Math.max(0, Math.min(1, (evidence - DOUBT) / (CERTAIN - DOUBT)));
}

/**
 * Probability that sales resume after an implausible spell of this length, from the number of spells at least
 * as long, of the series and of the panel, that ended and that did not.
 *
 * @param lengths of past spells of all series
 * @param open lengths of the current spells of all series
 */
export function returnProbability(
  gap: CurrentGap,
  own: readonly PastGap[],
  lengths: ArrayLike<number>,
  open: ArrayLike<number>,
  stepDays: number,
): number {
  const prior = exp((-gap.length * stepDays) / RETURN_DAYS);
  let returned = 0;
  for (let i = 0; i < lengths.length; i++) if (lengths[i] >= gap.length) returned++;
  let gone = 0;
  for (let i = 0; i < open.length; i++) if (open[i] >= gap.length) gone++;
  const ownReturned = own.filter(({ length }) => length >= gap.length).length;
  const returns = PRIOR_STRENGTH * prior + returned + (OWN_STRENGTH - 1) * ownReturned;
  return returns / (PRIOR_STRENGTH + returned + gone + (OWN_STRENGTH - 1) * ownReturned);
}
