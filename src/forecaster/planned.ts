import type { Covariates } from '../models/covariates.js';
import { covariatesUntil } from '../models/covariates.js';
import { lastDay, type Panel } from '../panel/panel.js';
import type { Plan, PlanBook } from '../plan/index.js';
import { eventsOfPlans, futureOfPlans, withPastPlans } from '../plan/plan-columns.js';

/** The plans that a training knows, and what was known of them at each earlier day. */
export class PlannedDays {
  /**
   * @param plans those that stand on the day of the training
   * @param book tells what was planned on earlier days; without it, the same plans as far as they were known then
   */
  constructor(
    readonly plans: readonly Plan[],
    private readonly book: Pick<PlanBook, 'knownOn'> = standing(plans),
  ) {}

  static async knownOn(book: PlanBook | undefined, day: number): Promise<PlannedDays> {
    return book ? new PlannedDays(await book.knownOn(day), book) : new PlannedDays([]);
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
   * them, nor their events, and what was recorded of the days after it was not known either.
   *
   * @param others covariates without what is planned
   */
  async covariatesAt(panel: Panel, end: number, others: Covariates, daysAhead: number): Promise<Covariates> {
    const past = { ...panel, days: end };
    const then = new PlannedDays(await this.book.knownOn(lastDay(past)));
    const { future: _, ...known } = covariatesUntil(others, panel, end);
    return then.covariates(past, known, daysAhead);
  }
}

/** A book of plans that were never taken back. */
function standing(plans: readonly Plan[]): Pick<PlanBook, 'knownOn'> {
  return { knownOn: async (day) => plans.filter(({ knownSince }) => knownSince <= day) };
}
