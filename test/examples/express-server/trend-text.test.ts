import { createForecaster, type Forecaster, weekdayMean } from 'commerce-forecast';
import { generateSales } from 'commerce-forecast/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { trendsResponse } from '../../../examples/express-server/http/forecast-responses.js';
import { trendText } from '../../../examples/express-server/services/trend-text.js';

describe('trendText', () => {
  let forecaster: Forecaster;
  beforeAll(async () => {
    forecaster = createForecaster({ model: weekdayMean() });
    await forecaster.ingest(generateSales({ seed: 1, days: 730 }).records);
    await forecaster.train();
  });

  it.each([
    ['growing', [1, 2, 30, 365, 366, 730]],
    ['shrinking', [730, 366, 365, 30, 2, 1]],
  ])('is the JSON of the response for %s numbers of days', async (_, lengths) => {
    for (const category of forecaster.snapshot()!.categories) {
      for (const days of lengths) {
        const trend = await forecaster.trends(category, { days });
        expect(trendText(trend)).toBe(JSON.stringify(trendsResponse(trend)));
      }
    }
  });

  it('holds for answers that share some of their days only', async () => {
    const [category] = forecaster.snapshot()!.categories;
    const trend = await forecaster.trends(category, { days: 7 });
    trendText(trend);
    const changed = {
      ...trend,
      history: trend.history.map((point, i) => (i === 3 ? { ...point, units: 99.5 } : point)),
      forecast: [],
    };
    expect(trendText(changed)).toBe(JSON.stringify(trendsResponse(changed)));
    expect(trendText(trend)).toBe(JSON.stringify(trendsResponse(trend)));
  });
});
