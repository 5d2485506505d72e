import { createForecaster, type Forecaster, weekdayMean } from 'commerce-forecast';
import { generateSales } from 'commerce-forecast/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  categoriesResponse,
  categoriesResponseSchema,
  predictResponse,
  predictResponseSchema,
  topProductsResponse,
  topProductsResponseSchema,
  trendsResponse,
  trendsResponseSchema,
} from '../../../examples/express-server/http/forecast-responses.js';

const NOW = '2025-01-01T06:00:00.000Z';

describe('responses of the forecast API', () => {
  let forecaster: Forecaster;
  let category: string;
  beforeAll(async () => {
    forecaster = createForecaster({ model: weekdayMean({ weeks: 4 }), now: () => new Date(NOW) });
    await forecaster.ingest(generateSales({ seed: 1 }).records);
    await forecaster.train();
    [category] = forecaster.snapshot()!.categories;
  });

  it('list the top products of a category', async () => {
    const top = topProductsResponse(await forecaster.topProducts({ timePeriod: 'month', category }));
    expect(topProductsResponseSchema.strict().parse(top)).toEqual(top);
    expect(top).toMatchObject({ total_count: 10, generated_at: NOW });
    for (const { predicted_sales: sales, confidence_lower: lower, confidence_upper: upper } of top.products) {
      expect(upper - lower).toBeGreaterThan(10);
      expect([sales, lower, upper].every(Number.isInteger)).toBe(true);
    }
  });

  it('list the categories with an accuracy of 1 minus WAPE', async () => {
    const all = categoriesResponse(await forecaster.categories({ timePeriod: 'week' }));
    expect(categoriesResponseSchema.strict().parse(all)).toEqual(all);
    const { validation } = forecaster.snapshot()!;
    expect(all.accuracy_score).toBeCloseTo(1 - validation!.model.categories.wape, 4);
  });

  it('show the trend of a category', async () => {
    const result = await forecaster.trends(category, { days: 7 });
    const trends = trendsResponse(result);
    const busiest = result.history.reduce((a, b) => (b.units > a.units ? b : a));
    const name = new Date(busiest.date).toLocaleDateString('en-US', { weekday: 'long', timeZone: 'UTC' });
    expect(trends.statistics.strongest_weekday).toBe(name);
    expect(trendsResponseSchema.strict().parse(trends)).toEqual(trends);
  });

  it('leave bounds out of a prediction without confidence', async () => {
    const result = await forecaster.predict({ timePeriod: 'year', includeConfidence: false });
    const predicted = predictResponse(result);
    expect(predictResponseSchema.strict().parse(predicted)).toEqual(predicted);
    expect(predicted.predictions[0]).not.toHaveProperty('confidence_lower');
    expect(predicted.model_version).toBe(forecaster.snapshot()!.modelVersion);
  });
});
