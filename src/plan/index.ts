export { type KnownPlans, knownPlans } from './known-plans.js';
export {
  createPlanBook,
  type PlanBook,
  type PlanEntry,
  type PlanProblem,
  type PlanQuery,
  type PlanReport,
} from './plan-book.js';
export type { Plan, PlanRecord } from './plan-record.js';
