import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createForecastCache } from '../../src/cache/forecast-cache.js';
import { MemoryCacheStore } from '../../src/cache/memory-cache-store.js';
import { parseDay } from '../../src/calendar/day.js';
import { ForecastError } from '../../src/errors.js';
import type { IndicatorSource } from '../../src/indicators/contract.js';
import { manualIndicators } from '../../src/indicators/csv-indicators.js';
import { fredIndicators } from '../../src/indicators/fred.js';
import { createIndicatorLoader, type IndicatorWarning } from '../../src/indicators/indicator-loader.js';
import { type FakeService, fakeService, hang, json, text, truncated } from '../transport/fake-service.js';
import { FRED_KEY, fakeFred } from './fake-fred.js';

const RANGE = { from: parseDay('2024-01-01'), to: parseDay('2024-06-30') };

describe('createIndicatorLoader', () => {
  let warnings: IndicatorWarning[];
  const onWarning = (warning: IndicatorWarning) => void warnings.push(warning);
  beforeEach(() => {
    warnings = [];
  });

  /** A source whose answers a test decides. */
  function source(name: string, load: IndicatorSource['load'], indicators = ['gdp']): IndicatorSource {
    return {
      specificationVersion: 'v1',
      name,
      indicators,
      cacheKey: name,
      maxAgeDays: () => 40,
      load: vi.fn(load),
    };
  }
  const good = (values: Record<string, number>, name = 'good') =>
    source(name, (indicator, range) => manualIndicators({ [indicator]: values }).load(indicator, range));
  const bad = (name = 'bad') =>
    source(name, () => Promise.reject(new ForecastError('unavailable', `${name} is down`)));

  it('loads every indicator once, from the first source that delivers it', async () => {
    const first = source('first', (name) => Promise.resolve({ name, days: [RANGE.to - 5], values: [1] }), [
      'gdp',
      'a',
    ]);
    const second = source('second', (name) => Promise.resolve({ name, days: [RANGE.to], values: [2] }), [
      'gdp',
      'b',
    ]);
    const load = createIndicatorLoader({ sources: [first, second], onWarning });
    const series = await load(RANGE);
    expect(series.map(({ name, values }) => [name, values[0]])).toEqual([
      ['gdp', 1],
      ['a', 1],
      ['b', 2],
    ]);
    expect(warnings).toEqual([]);
  });

  it('falls back to the next source, with a warning', async () => {
    const load = createIndicatorLoader({ sources: [bad(), good({ '2024-06-01': 5 })], onWarning });
    expect((await load(RANGE))[0]!.values).toEqual([5]);
    expect(warnings).toMatchObject([
      { kind: 'failed', indicator: 'gdp', source: 'bad', code: 'unavailable' },
    ]);
  });

  it('falls back to its last answer, without what was published after the range', async () => {
    const flaky = good({ '2024-02-01': 1, '2024-06-01': 2 }, 'flaky');
    const lastKnown = new MemoryCacheStore();
    await createIndicatorLoader({ sources: [flaky], lastKnown })(RANGE);
    vi.mocked(flaky.load).mockRejectedValue(new ForecastError('timeout', 'slow'));
    const load = createIndicatorLoader({ sources: [flaky], lastKnown, onWarning });
    expect((await load(RANGE))[0]).toEqual({
      name: 'gdp',
      days: [parseDay('2024-02-01'), parseDay('2024-06-01')],
      values: [1, 2],
    });
    expect((await load({ ...RANGE, to: parseDay('2024-03-01') }))[0]!.values).toEqual([1]);
    expect(warnings.map((warning) => warning.kind)).toEqual(['failed', 'last-known', 'failed', 'last-known']);
    expect(warnings[1]!.message).toContain('2024-06-01');
  });

  it('does without indicators that no source has', async () => {
    const empty = source('empty', async (name) => ({ name, days: [], values: [] }));
    const load = createIndicatorLoader({ sources: [empty, bad()], onWarning });
    expect(await load(RANGE)).toEqual([]);
    expect(warnings.map((warning) => warning.kind)).toEqual(['failed', 'failed', 'missing']);
  });

  it('warns of overdue data, and keeps using it', async () => {
    const load = createIndicatorLoader({ sources: [good({ '2024-01-15': 3 })], onWarning });
    expect((await load(RANGE))[0]!.values).toEqual([3]);
    expect(warnings).toMatchObject([{ kind: 'late', indicator: 'gdp', source: 'good' }]);
  });

  it('asks a source once in 24 hours for the same range', async () => {
    const clock = { time: 0 };
    const cache = createForecastCache({ now: () => clock.time });
    const counted = good({ '2024-06-01': 5 });
    const load = createIndicatorLoader({ sources: [counted], cache });
    await load(RANGE);
    clock.time = 24 * 3_600_000 - 1;
    await load(RANGE);
    expect(counted.load).toHaveBeenCalledTimes(1);
    await load({ ...RANGE, to: RANGE.to - 1 });
    expect(counted.load).toHaveBeenCalledTimes(2);
    clock.time = 24 * 3_600_000;
    await load(RANGE);
    expect(counted.load).toHaveBeenCalledTimes(3);
  });

  it('does not cache a failure', async () => {
    const failing = bad();
    const load = createIndicatorLoader({ sources: [failing], cache: createForecastCache() });
    await load(RANGE);
    await load(RANGE);
    expect(failing.load).toHaveBeenCalledTimes(2);
  });

  it('rejects when it is aborted, and only then', async () => {
    const waiting = source('waiting', () => new Promise(() => {}));
    const controller = new AbortController();
    const call = createIndicatorLoader({ sources: [waiting], cache: createForecastCache() })({
      ...RANGE,
      signal: controller.signal,
    });
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'aborted' });
    const reversed = createIndicatorLoader({ sources: [] })({ from: 2, to: 1 });
    await expect(reversed).rejects.toMatchObject({ code: 'invalid-option' });
  });

  describe('with FRED in trouble', () => {
    let service: FakeService;
    beforeEach(async () => {
      service = await fakeService();
    });
    afterEach(() => service.close());

    it.each([
      ['401', json({ error_message: 'bad key' }, 401), 'unauthorized'],
      ['403', json({}, 403), 'unauthorized'],
      ['429', json({}, 429, { 'retry-after': '1' }), 'limit-exceeded'],
      ['500', json({}, 500), 'unavailable'],
      ['a slow answer', hang, 'timeout'],
      ['a truncated answer', truncated('{"observations":['), 'unavailable'],
      ['malformed JSON', text('{"observations":['), 'invalid-data'],
      ['a changed form', json({ data: [] }), 'invalid-data'],
    ] as const)('goes on after %s', async (_, handler, code) => {
      const vintage = {
        period: RANGE.from,
        value: 28_000,
        knownFrom: RANGE.from + 20,
        knownTo: Number.POSITIVE_INFINITY,
      };
      const fred = fredIndicators({
        apiKey: FRED_KEY,
        series: { gdp: { id: 'GDP', frequency: 'quarterly' } },
        http: {
          baseUrl: service.url,
          timeoutMs: 2_000,
          maxRetries: 1,
          now: () => Date.parse('2024-07-01T12:00:00Z'),
          sleep: async () => {},
        },
      });
      const load = createIndicatorLoader({ sources: [fred], onWarning });
      service.answer(handler);
      expect(await load(RANGE)).toEqual([]);
      expect(warnings).toMatchObject([
        { kind: 'failed', code },
        { kind: 'missing', indicator: 'gdp' },
      ]);
      service.answer(fakeFred({ GDP: [vintage] }, '2024-07-01'));
      expect((await load(RANGE))[0]!.values).toEqual([28_000]);
      service.answer(handler);
      expect((await load(RANGE))[0]!.values).toEqual([28_000]);
      expect(warnings.at(-1)!.kind).toBe('last-known');
      expect(JSON.stringify(warnings)).not.toContain(FRED_KEY);
    });
  });
});
