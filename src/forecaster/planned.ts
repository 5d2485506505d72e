import type { Covariates, KnownFuture } from '../models/covariates.js';
import { covariatesUntil } from '../models/covariates.js';
import { lastDay, type Panel } from '../panel/panel.js';
import type { Plan, PlanBook } from '../plan/index.js';
import { eventsOfPlans, futureOfPlans, withPastPlans } from '../plan/plan-columns.js';

/** The plans that a training knows, and what was known of them at each earlier day. */
export class PlannedDays {
  /** @param plans all plans that stood on any day up to the training */
  constructor(readonly plans: readonly Plan[]) {}

  static async knownOn(book: PlanBook | undefined, day: number): Promise<PlannedDays> {
    return new PlannedDays(book ? await book.knownOn(day) : []);
  }

  /** The panel with what the plans say of its days. */
  fillIn(panel: Panel): Panel {
    return withPastPlans(panel, this.plans);
  }

  /** The covariates with the events of the plans, and the days after the panel as they are planned. */
  covariates(panel: Panel, others: Covariates, daysAhead: number): Covariates {
    const future = futureOfPlans(panel, this.plans, daysAhead);
    return {
      ...others,
      events: [...(others.events ?? []), ...eventsOfPlans(this.plans)],
      ...(future && { future }),
    };
  }

  /**
   * Covariates as they were known after the first `end` days of a panel: plans that became known later are not among
   * them, and what was recorded of the days after it was not known either.
   */
  covariatesAt(panel: Panel, end: number, covariates: Covariates, daysAhead: number): Covariates {
    const known = covariatesUntil(covariates, panel, end);
    const future = this.futureAt(panel, end, daysAhead);
    const { future: _, ...rest } = known;
    return future ? { ...rest, future } : rest;
  }

  private futureAt(panel: Panel, end: number, daysAhead: number): KnownFuture | undefined {
    const past = { ...panel, days: end };
    const cutoff = lastDay(past);
    return futureOfPlans(
      past,
      this.plans.filter(({ knownSince }) => knownSince <= cutoff),
      daysAhead,
    );
  }
}
