import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatDay, parseDay } from '../../src/calendar/day.js';
import { yahooFinanceIndicators } from '../../src/indicators/yahoo-finance.js';
import { type FakeService, fakeService, json } from '../transport/fake-service.js';

/** An answer in the form of the chart service: New York opens at 9:30, 14:30 UTC in winter. */
function chart(bars: readonly (readonly [date: string, close: number | null, adjusted?: number | null])[]) {
  return {
    chart: {
      result: [
        {
          meta: { symbol: 'SPY', gmtoffset: -18_000, exchangeTimezoneName: 'America/New_York' },
          timestamp: bars.map(([date]) => Date.parse(`${date}T14:30:00Z`) / 1_000),
          indicators: {
            quote: [{ close: bars.map(([, close]) => close), volume: bars.map(() => 1) }],
            adjclose: [{ adjclose: bars.map(([, close, adjusted = close]) => adjusted) }],
          },
        },
      ],
      error: null,
    },
  };
}

describe('yahooFinanceIndicators', () => {
  let service: FakeService;
  beforeEach(async () => {
    service = await fakeService();
  });
  afterEach(() => service.close());

  const source = (returnDays?: number) =>
    yahooFinanceIndicators({
      acceptUnofficialApi: true,
      series: { market: { symbol: '^GSPC', returnDays } },
      http: { baseUrl: service.url, sleep: async () => {} },
    });
  const range = { from: parseDay('2024-01-03'), to: parseDay('2024-01-09') };
  const bars = [
    ['2024-01-02', 100, 99],
    ['2024-01-03', 110, 108.9],
    ['2024-01-04', null, null],
    ['2024-01-05', 104.5, 104.5],
    ['2024-01-08', 104.5, 104.5],
    ['2024-01-09', 120, 120],
  ] as const;

  it('gives returns of adjusted prices, known from the day after', async () => {
    service.answer(json(chart(bars)));
    const { days, values } = await source().load('market', range);
    expect(days.map(formatDay)).toEqual(['2024-01-04', '2024-01-06', '2024-01-09']);
    // 108.9 / 99, 104.5 / 108.9 and no change; the close of 9 January is known on the 10th, after the range.
    expect(values.map((value) => value.toFixed(3))).toEqual(['10.000', '-4.040', '0.000']);
    const request = service.requests[0]!;
    expect(request.path).toBe('/v8/finance/chart/%5EGSPC');
    expect(Number(request.query.get('period2'))).toBe((range.to + 1) * 86_400);
    expect(request.query.get('interval')).toBe('1d');
  });

  it('gives returns over several trading days, and closing prices', async () => {
    service.answer(json(chart(bars)));
    const twoDays = await source(2).load('market', { ...range, to: range.to + 1 });
    expect(twoDays.values[0]!.toFixed(3)).toBe('5.556');
    const levels = await source(0).load('market', range);
    expect(levels.values).toEqual([100, 110, 104.5, 104.5]);
    expect(formatDay(levels.days[0]!)).toBe('2024-01-03');
  });

  it('takes the present price for one bar of its day', async () => {
    const answer = chart([bars[0], bars[1], ['2024-01-03', 115, 115]]);
    answer.chart.result[0]!.timestamp[2]! += 3 * 3_600;
    service.answer(json(answer));
    expect((await source(0).load('market', range)).values).toEqual([100, 115]);
  });

  it('answers an unknown symbol, a changed form and an empty answer with typed results', async () => {
    const missing = { chart: { result: null, error: { code: 'Not Found', description: 'No data found' } } };
    service.answer(json(missing, 404));
    await expect(source().load('market', range)).rejects.toMatchObject({ code: 'not-found' });
    service.answer(json(missing));
    await expect(source().load('market', range)).rejects.toMatchObject({ code: 'invalid-data' });
    service.answer(json(chart([])));
    expect((await source().load('market', range)).days).toEqual([]);
  });

  it('is opt-in', () => {
    const options = { series: {} } as never;
    expect(() => yahooFinanceIndicators(options)).toThrow(
      expect.objectContaining({ code: 'invalid-option', path: ['acceptUnofficialApi'] }),
    );
  });
});
