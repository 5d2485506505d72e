import type { CalendarEvent } from '../calendar/events.js';
import type { KnownFuture } from '../models/covariates.js';
import { lastDay, type Panel } from '../panel/panel.js';
import type { PlanBook } from './plan-book.js';
import { eventsOfPlans, futureOfPlans, withPastPlans } from './plan-columns.js';

/** Plans for a panel and the days after it, as known at the end of its last day. */
export interface KnownPlans {
  /** The panel with the plans for its days filled in. */
  readonly panel: Panel;
  readonly events: readonly CalendarEvent[];
  /** Undefined if nothing was planned for the days after the panel. */
  readonly future: KnownFuture | undefined;
}

/**
 * Makes the option `plannedAt` of `backtest`: at each cutoff, plans that became known later are excluded, and
 * plans that were withdrawn later are included.
 *
 * ```ts
 * import { backtest, knownPlans, type Panel, type PlanBook, structural } from 'commerce-forecast';
 *
 * async function withPlans(panel: Panel, plans: PlanBook) {
 *   return backtest(panel, [structural()], { horizon: 28, origins: 3, plannedAt: knownPlans(plans, 28) });
 * }
 * ```
 *
 * @param daysAhead number of days after the panel, such as the horizon
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
