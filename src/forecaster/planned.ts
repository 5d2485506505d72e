import type { Covariates } from '../models/covariates.js';
import { covariatesUntil } from '../models/covariates.js';
import { lastDay, type Panel } from '../panel/panel.js';
import type { Plan, PlanBook } from '../plan/index.js';
import { eventsOfPlans, futureOfPlans, withPastPlans } from '../plan/plan-columns.js';

/** The plans of a training, with the state of knowledge on each earlier day. */
export class PlannedDays {
  /**
   * @param plans plans in force on the day of the training
   * @param book source of the plans known on earlier days; without it, `plans` as far as they were known then
   */
  constructor(
    readonly plans: readonly Plan[],
    private readonly book: Pick<PlanBook, 'knownOn'> = standing(plans),
  ) {}

  static async knownOn(book: PlanBook | undefined, day: number): Promise<PlannedDays> {
    return book ? new PlannedDays(await book.knownOn(day), book) : new PlannedDays([]);
  }

  /** Fills the plans into the days of a panel. */
  fillIn(panel: Panel): Panel {
    return withPastPlans(panel, this.plans);
  }

  /** Adds to covariates the events of the plans, and the planned days after the panel. */
  covariates(panel: Panel, others: Covariates, daysAhead: number): Covariates {
    const future = futureOfPlans(panel, this.plans, daysAhead);
    return {
      ...others,
      events: [...(others.events ?? []), ...eventsOfPlans(this.plans)],
      ...(future && { future }),
    };
  }

  /**
   * Covariates as they were known after the first `end` days of a panel, without plans and events that became
   * known later, and without what was recorded on later days.
   *
   * @param others covariates without plans
   */
  async covariatesAt(panel: Panel, end: number, others: Covariates, daysAhead: number): Promise<Covariates> {
    const past = { ...panel, days: end };
    const then = new PlannedDays(await this.book.knownOn(lastDay(past)));
    const { future: _, ...known } = covariatesUntil(others, panel, end);
    return then.covariates(past, known, daysAhead);
  }
}

/** A book of plans that were never withdrawn. */
function standing(plans: readonly Plan[]): Pick<PlanBook, 'knownOn'> {
  return { knownOn: async (day) => plans.filter(({ knownSince }) => knownSince <= day) };
}
