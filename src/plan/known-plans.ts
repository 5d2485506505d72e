import type { CalendarEvent } from '../calendar/events.js';
import type { KnownFuture } from '../models/covariates.js';
import { lastDay, type Panel } from '../panel/panel.js';
import type { PlanBook } from './plan-book.js';
import { eventsOfPlans, futureOfPlans, withPastPlans } from './plan-columns.js';

/** Plans for a panel and the days after it, as known at the end of its last day. */
export interface KnownPlans {
  /** The panel with what the plans say of its days. */
  readonly panel: Panel;
  readonly events: readonly CalendarEvent[];
  /** Undefined if nothing was planned for the days after the panel. */
  readonly future: KnownFuture | undefined;
}

/**
 * Tells what was planned at the end of a panel, for `backtest`: plans that became known later do not reach a cutoff, and
 * plans that were taken back later still do.
 *
 * ```ts
 * import { backtest, knownPlans, type Panel, type PlanBook, structural } from 'commerce-forecast';
 *
 * async function withPlans(panel: Panel, plans: PlanBook) {
 *   return backtest(panel, [structural()], { horizon: 28, origins: 3, plannedAt: knownPlans(plans, 28) });
 * }
 * ```
 *
 * @param daysAhead days after the panel that are asked about, such as the horizon
 */
export function knownPlans(
  book: Pick<PlanBook, 'knownOn'>,
  daysAhead: number,
): (past: Panel) => Promise<KnownPlans> {
  return async (past) => {
    const plans = await book.knownOn(lastDay(past));
    return {
      panel: withPastPlans(past, plans),
      events: eventsOfPlans(plans),
      future: futureOfPlans(past, plans, daysAhead),
    };
  };
}
