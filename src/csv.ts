export {
  readStockCsv,
  type StockCsv,
  type StockCsvOptions,
} from './inventory/csv/read-stock-csv.js';
export type { StockColumn } from './inventory/csv/stock-column-names.js';
export * from './panel/csv/index.js';
export type { CsvLineProblem } from './panel/csv/small-table.js';
export type { PlanColumn } from './plan/csv/plan-column-names.js';
export {
  type PlanCsv,
  type PlanCsvOptions,
  readPlanCsv,
} from './plan/csv/read-plan-csv.js';
