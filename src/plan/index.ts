export { type KnownPlans, knownPlans } from './known-plans.js';
export {
  createPlanBook,
  type PlanBook,
  type PlanEntry,
  type PlanProblem,
  type PlanQuery,
  type PlanReport,
} from './plan-book.js';
export { type Plan, type PlanRecord, planRecordSchema } from './plan-record.js';
