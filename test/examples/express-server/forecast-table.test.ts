import type { ForecastQuery } from 'commerce-forecast';
import { expect, it } from 'vitest';
import { forecastTableEndpoints } from '../../../examples/express-server/routes/forecast-table.js';
import type { PlanningService } from '../../../examples/express-server/services/planning-service.js';

it('hands the limit of rows over, so that a table beyond it is refused before it is computed', async () => {
  const asked: ForecastQuery[] = [];
  const planning = {
    forecast: async (query: ForecastQuery) => {
      asked.push(query);
      return {
        modelVersion: '1',
        generatedAt: '',
        source: 'model',
        level: 'total',
        granularity: 'day',
        probabilities: [],
        rows: [],
        productsWithoutPrice: [],
      };
    },
  } as unknown as PlanningService;
  const [table] = forecastTableEndpoints(planning);
  await table.handle({ body: { granularity: 'day' }, principal: { role: 'merchant' } } as never);
  expect(asked).toMatchObject([{ maxRows: 20_000 }]);
});
