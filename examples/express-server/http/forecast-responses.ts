import type {
  CategoryForecast,
  CategoryForecasts,
  CategoryTrend,
  Prediction,
  ProductForecast,
  TopProducts,
  Trend,
  TrendPoint,
} from 'commerce-forecast';
import { LIFE_CYCLE_STATUSES, roundForecast, roundTo, WEEKDAYS } from 'commerce-forecast';
import * as z from 'zod';

const trendSchema = z.object({
  direction: z.enum(['up', 'down', 'flat']),
  base: z.enum(['year-before', 'days-before']).nullable(),
  percent: z.number().nullable(),
  previous_sales: z.number().nullable(),
  p_value: z.number(),
  significant: z.boolean(),
  percent_on_year_before: z.number().nullable(),
  percent_on_days_before: z.number().nullable(),
});

const productForecastSchema = z.object({
  rank: z.number().int(),
  category_rank: z.number().int(),
  product_id: z.string(),
  category: z.string(),
  predicted_sales: z.number(),
  confidence_lower: z.number(),
  confidence_upper: z.number(),
  quantiles: z.array(z.number()).optional(),
  trend: trendSchema,
  life_cycle: z
    .object({ status: z.enum(LIFE_CYCLE_STATUSES), since: z.string(), evidence: z.number() })
    .optional(),
});

const categoryForecastSchema = z.object({
  category: z.string(),
  predicted_sales: z.number(),
  confidence_lower: z.number().optional(),
  confidence_upper: z.number().optional(),
  quantiles: z.array(z.number()).optional(),
  trend: trendSchema,
  product_count: z.number().int(),
  top_products: z.array(productForecastSchema),
});

const trendDataPointSchema = z.object({
  date: z.string(),
  sales: z.number(),
  confidence_lower: z.number().optional(),
  confidence_upper: z.number().optional(),
});

const periodFields = {
  time_period: z.enum(['week', 'month', 'year']),
  first_day: z.string(),
  last_day: z.string(),
  /** Probabilities of the quantiles, if any were asked for. */
  probabilities: z.array(z.number()).optional(),
};

/** Response of `GET /api/v1/forecast/top-products`. */
export const topProductsResponseSchema = z
  .object({
    products: z.array(productForecastSchema),
    total_count: z.number().int(),
    generated_at: z.string(),
    model_version: z.string(),
    confidence_level: z.number(),
    ...periodFields,
  })
  .meta({ id: 'TopProducts' });

/** Response of `GET /api/v1/forecast/categories`. */
export const categoriesResponseSchema = z
  .object({
    predictions: z.array(categoryForecastSchema),
    model_version: z.string(),
    accuracy_score: z.number().nullable(),
    generated_at: z.string(),
    confidence_level: z.number(),
    ...periodFields,
  })
  .meta({ id: 'CategoryForecasts' });

/** Response of `GET /api/v1/forecast/trends/{category}`. */
export const trendsResponseSchema = z
  .object({
    category: z.string(),
    historical_data: z.array(trendDataPointSchema),
    forecast_data: z.array(trendDataPointSchema),
    statistics: z.object({
      history_mean: z.number(),
      history_std: z.number(),
      history_min: z.number(),
      history_max: z.number(),
      history_total: z.number(),
      forecast_mean: z.number(),
      forecast_total: z.number(),
      slope_per_day: z.number(),
      growth_percent: z.number().nullable(),
      strongest_weekday: z.enum(WEEKDAYS),
    }),
    model_version: z.string(),
    generated_at: z.string(),
    confidence_level: z.number(),
  })
  .meta({ id: 'CategoryTrend' });

/** Response of `POST /api/v1/forecast/predict`. */
export const predictResponseSchema = z
  .object({
    forecast_date: z.string(),
    predictions: z.array(categoryForecastSchema),
    model_version: z.string(),
    confidence_level: z.number(),
    ...periodFields,
  })
  .meta({ id: 'Prediction' });

export type TopProductsResponse = z.output<typeof topProductsResponseSchema>;
export type CategoriesResponse = z.output<typeof categoriesResponseSchema>;
export type TrendsResponse = z.output<typeof trendsResponseSchema>;
export type PredictResponse = z.output<typeof predictResponseSchema>;

/** Response to a question for the top products. */
export function topProductsResponse(result: TopProducts): TopProductsResponse {
  return {
    products: result.products.map(productFields),
    total_count: result.totalCount,
    generated_at: result.generatedAt,
    model_version: result.modelVersion,
    confidence_level: result.intervalLevel,
    ...period(result),
  };
}

/** Response to a question for all categories. */
export function categoriesResponse(result: CategoryForecasts): CategoriesResponse {
  return {
    predictions: result.predictions.map(categoryFields),
    model_version: result.modelVersion,
    accuracy_score: result.accuracyScore === null ? null : roundTo(result.accuracyScore, 4),
    generated_at: result.generatedAt,
    confidence_level: result.intervalLevel,
    ...period(result),
  };
}

/** Response to a question for the trend of a category. */
export function trendsResponse(result: CategoryTrend): TrendsResponse {
  const { statistics: s } = result;
  return {
    category: result.category,
    historical_data: result.history.map(pointFields),
    forecast_data: result.forecast.map(pointFields),
    statistics: {
      history_mean: roundTo(s.historyMean, DIGITS),
      history_std: roundTo(s.historyStd, DIGITS),
      history_min: roundTo(s.historyMin, DIGITS),
      history_max: roundTo(s.historyMax, DIGITS),
      history_total: roundTo(s.historyTotal, DIGITS),
      forecast_mean: roundTo(s.forecastMean, DIGITS),
      forecast_total: roundTo(s.forecastTotal, DIGITS),
      slope_per_day: roundTo(s.slopePerDay, 2 * DIGITS),
      growth_percent: roundedPercent(s.growthPercent),
      strongest_weekday: s.strongestWeekday,
    },
    model_version: result.modelVersion,
    generated_at: result.generatedAt,
    confidence_level: result.intervalLevel,
  };
}

/** Response to a prediction. */
export function predictResponse(result: Prediction): PredictResponse {
  return {
    forecast_date: result.generatedAt,
    predictions: result.predictions.map(categoryFields),
    model_version: result.modelVersion,
    confidence_level: result.intervalLevel,
    ...period(result),
  };
}

function period(result: TopProducts | CategoryForecasts | Prediction) {
  const { timePeriod, firstDay, lastDay, probabilities } = result;
  return {
    time_period: timePeriod,
    first_day: firstDay,
    last_day: lastDay,
    ...(probabilities && { probabilities: [...probabilities] }),
  };
}

/** Decimal places of units that no interval bounds. */
const DIGITS = 2;

function productFields(product: ProductForecast): z.output<typeof productForecastSchema> {
  const { predictedUnits, lower, upper } = roundForecast(product);
  const { lifeCycle } = product;
  return {
    rank: product.rank,
    category_rank: product.categoryRank,
    product_id: product.productId,
    category: product.category,
    predicted_sales: predictedUnits,
    confidence_lower: lower,
    confidence_upper: upper,
    ...quantileFields(product),
    trend: trendFields(product.trend),
    ...(lifeCycle && { life_cycle: { ...lifeCycle, evidence: roundTo(lifeCycle.evidence, 2) } }),
  };
}

function categoryFields(forecast: CategoryForecast): z.output<typeof categoryForecastSchema> {
  const { predictedUnits, ...bounds } = roundForecast(forecast);
  return {
    category: forecast.category,
    predicted_sales: predictedUnits,
    ...boundFields(bounds),
    ...quantileFields(forecast),
    trend: trendFields(forecast.trend),
    product_count: forecast.productCount,
    top_products: forecast.topProducts.map(productFields),
  };
}

function pointFields({ date, units, lower, upper }: TrendPoint): z.output<typeof trendDataPointSchema> {
  if (lower === undefined || upper === undefined) return { date, sales: roundTo(units, DIGITS) };
  const { predictedUnits, ...bounds } = roundForecast({ predictedUnits: units, lower, upper });
  return { date, sales: predictedUnits, ...boundFields(bounds) };
}

function quantileFields({ quantiles }: Pick<ProductForecast, 'quantiles'>) {
  return quantiles ? { quantiles: quantiles.map((units) => roundTo(units, DIGITS)) } : {};
}

function boundFields({ lower, upper }: { readonly lower?: number; readonly upper?: number }) {
  return lower === undefined || upper === undefined
    ? {}
    : { confidence_lower: lower, confidence_upper: upper };
}

function trendFields(trend: Trend): z.output<typeof trendSchema> {
  const { direction, base, percent, previousUnits, pValue, significant, onYearBefore, onDaysBefore } = trend;
  return {
    direction,
    base,
    percent: roundedPercent(percent),
    previous_sales: previousUnits === null ? null : roundTo(previousUnits, DIGITS),
    p_value: roundTo(pValue, 4),
    significant,
    percent_on_year_before: roundedPercent(onYearBefore?.percent ?? null),
    percent_on_days_before: roundedPercent(onDaysBefore?.percent ?? null),
  };
}

function roundedPercent(percent: number | null): number | null {
  return percent === null ? null : roundTo(percent, 1);
}
