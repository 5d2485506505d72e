import { createForecaster, forecastCsv, type SalesRecord, structural } from 'commerce-forecast';

/** The budget of the next year as CSV: units and revenue of each category by calendar month, with a cautious and a bold figure. */
export async function forecastBudget(
  sales: readonly SalesRecord[],
  now: () => Date = () => new Date(),
): Promise<string> {
  const forecaster = createForecaster({ model: structural(), now });
  await forecaster.ingest(sales);
  await forecaster.train();
  const forecast = await forecaster.forecast({
    level: 'category',
    horizon: 365,
    granularity: 'month',
    periodAlignment: 'calendar',
    quantiles: [0.2, 0.8],
  });
  return forecastCsv(forecast);
}
