export {
  type GeneratedRecord,
  type GeneratedSales,
  type GeneratePanelOptions,
  generatePanel,
  generateSales,
  type SalesTruth,
} from './generate-sales.js';
export type { GenerateOptions, ProductDays, Promotion } from './merchant.js';
