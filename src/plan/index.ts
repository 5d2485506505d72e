export {
  createPlanBook,
  type PlanBook,
  type PlanEntry,
  type PlanProblem,
  type PlanQuery,
  type PlanReport,
  plansOf,
} from './plan-book.js';
export { eventsOfPlans, futureOfPlans, withPastPlans } from './plan-columns.js';
export { type Plan, type PlanRecord, planRecordSchema } from './plan-record.js';
export { type PlannedPanel, PlanTargets } from './plan-targets.js';
