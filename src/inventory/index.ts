export {
  allocateBudget,
  type BudgetItem,
  type BudgetOptions,
  type BudgetPlan,
} from './budget.js';
export {
  type AbcClass,
  type AbcOptions,
  abcClasses,
  type XyzClass,
  type XyzOptions,
  xyzClass,
} from './classes.js';
export { daysOfCover, type OrderDelayOptions, orderDelay } from './cover.js';
export * from './laws/index.js';
export {
  economicOrderQuantity,
  type LotSizeOptions,
  type LotSizeReorderPoint,
  type LotSizeReorderPointOptions,
  lotSizeReorderPoint,
} from './lot-size.js';
export {
  criticalRatio,
  expectedProfit,
  type Margins,
  type NewsvendorOptions,
  type NewsvendorOrder,
  newsvendor,
} from './newsvendor.js';
export {
  type OrderQuantity,
  type OrderQuantityOptions,
  type OrderTerms,
  orderQuantity,
} from './order-quantity.js';
export {
  type CycleServiceOptions,
  type FillRateOptions,
  type ReorderPoint,
  reorderPoint,
} from './reorder-point.js';
export { type StockCondition, type StockConditionOptions, stockCondition } from './stock-condition.js';
export { type StockOutcome, stockOutcome } from './stock-outcome.js';
