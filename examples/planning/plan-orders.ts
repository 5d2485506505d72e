import { createForecaster, type SalesRecord, type StockPlan, structural } from 'commerce-forecast';
import { readStockCsv } from 'commerce-forecast/csv';

/** Plans the orders of today from past sales, a file of the stock and the money that there is for them. */
export async function planOrders(
  sales: readonly SalesRecord[],
  stockFile: string,
  budget: number,
  now: () => Date = () => new Date(),
): Promise<StockPlan> {
  const forecaster = createForecaster({ model: structural(), now });
  await forecaster.ingest(sales);
  await forecaster.train();
  const { records } = await readStockCsv(stockFile);
  return forecaster.stockPlan({ stock: records, leadTime: 7, reviewPeriod: 7, serviceLevel: 0.95, budget });
}
