import type { Day } from '../calendar/day.js';

/** All life-cycle statuses. */
export const LIFE_CYCLE_STATUSES = [
  'never-sold',
  'new',
  'active',
  'intermittent',
  'seasonal',
  'fading',
  'ended',
] as const;

/** Stage of a product's life. */
export type LifeCycleStatus = (typeof LIFE_CYCLE_STATUSES)[number];

/** Status of one series, with its evidence. */
export interface LifeCycle {
  readonly status: LifeCycleStatus;
  /**
   * Day since which the status holds: of the launch, the last sale or the shift; the first day of the history
   * where it always held.
   */
  readonly since: Day;
  /** Certainty of the status, from 0 to 1. */
  readonly evidence: number;
}

/** Facts from which the status of a series is derived. */
export interface LifeCycleFacts {
  readonly stepDays: number;
  readonly startDay: Day;
  readonly steps: number;
  /** First step with a sale; -1 if nothing was ever sold. */
  readonly firstSale: number;
  /** First step of the current spell without sales. */
  readonly gapFrom: number;
  /** Probability that sales have ended. */
  readonly ended: number;
  /** Level now over the level before the last shift; 1 without a shift. */
  readonly shift: number;
  readonly zeroShare: number;
  /** Largest share of the year's sales that fall in a quarter of the year, by the season. */
  readonly seasonShare: number;
}

const NEW_DAYS = 28;
/** Probability that sales do not resume from which a product has ended, and from which it fades. */
export const ENDED = 0.9;
const DOUBTFUL = 0.5;
const FADED = 0.6;
const SHIFT_DAYS = 56;
const INTERMITTENT = 0.5;
/** A quarter of the year in which a seasonal product sells more than this share of its year. */
const SEASONAL = 0.6;

/** Status of a series from the facts about it; the first that holds, in the order ended, new, fading, seasonal, intermittent. */
export function lifeCycleOf(facts: LifeCycleFacts): LifeCycle {
  const { stepDays, startDay, steps, firstSale } = facts;
  const dayOf = (step: number) => startDay + step * stepDays;
  if (firstSale < 0) return { status: 'never-sold', since: startDay, evidence: 1 };
  if (facts.ended > DOUBTFUL) {
    const status = facts.ended >= ENDED ? 'ended' : 'fading';
    return { status, since: dayOf(facts.gapFrom), evidence: facts.ended };
  }
  const age = (steps - firstSale) * stepDays;
  if (age <= NEW_DAYS && firstSale > 0) {
    return { status: 'new', since: dayOf(firstSale), evidence: 1 - age / (2 * NEW_DAYS) };
  }
  if (facts.shift < FADED) {
    const since = Math.max(firstSale, steps - Math.round(SHIFT_DAYS / stepDays));
    return { status: 'fading', since: dayOf(since), evidence: 1 - facts.shift };
  }
  const since = dayOf(firstSale);
  if (facts.seasonShare > SEASONAL) return { status: 'seasonal', since, evidence: facts.seasonShare };
  if (facts.zeroShare > INTERMITTENT) return { status: 'intermittent', since, evidence: facts.zeroShare };
  return { status: 'active', since, evidence: 1 - facts.zeroShare };
}
