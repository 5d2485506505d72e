import { describe, expect, it } from 'vitest';
import { parseDay } from '../../src/calendar/day.js';
import { failureReport } from '../../src/monitoring/failure-rate.js';
import { dataAgeDays, freshnessReport } from '../../src/monitoring/freshness.js';
import { populationReport } from '../../src/monitoring/population-stability.js';
import { combineReports, eventChanges } from '../../src/monitoring/report.js';
import { DEFAULT_THRESHOLDS } from '../../src/monitoring/thresholds.js';

const at = (text: string) => Date.parse(text);

describe('freshnessReport', () => {
  it.each([
    ['2024-03-05T01:59:00Z', '2024-03-04', 0],
    ['2024-03-05T01:59:00Z', '2024-03-03', 1],
    ['2024-03-05T23:59:59Z', '2024-03-01', 3],
    ['2024-03-05T12:00:00Z', '2024-03-05', 0],
  ])('at %s the data up to %s lacks %i complete days', (now, lastDay, age) => {
    expect(dataAgeDays(parseDay(lastDay), at(now))).toBe(age);
  });

  it('puts up with one missing day, since yesterday is collected at 02:00', () => {
    const now = at('2024-03-05T06:00:00Z');
    const report = (lastDay: string) => freshnessReport({ now, lastDays: { sales: parseDay(lastDay) } });
    expect(report('2024-03-03').events).toEqual([]);
    expect(report('2024-03-02')).toEqual({
      metrics: [{ name: 'forecast_data_age_days', value: 2, labels: { source: 'sales' } }],
      events: [
        {
          kind: 'data-stale',
          severity: 'warning',
          metric: 'forecast_data_age_days',
          value: 2,
          threshold: 1,
          labels: { source: 'sales' },
          message: 'The data of sales lacks the last 2 complete days',
        },
      ],
    });
  });

  it('reports a source without data', () => {
    const { metrics, events } = freshnessReport({ now: at('2024-03-05'), lastDays: { gdp: undefined } });
    expect(metrics).toEqual([]);
    expect(events).toMatchObject([{ kind: 'data-stale', labels: { source: 'gdp' } }]);
  });

  it('puts up with a model of eight days', () => {
    const trainedAt = '2024-03-01T03:00:00Z';
    const report = (now: string) => freshnessReport({ now: at(now), lastDays: {}, trainedAt });
    expect(report('2024-03-09T03:00:00Z')).toEqual({
      metrics: [{ name: 'forecast_model_age_days', value: 8, labels: {} }],
      events: [],
    });
    expect(report('2024-03-09T04:00:00Z').events).toMatchObject([{ kind: 'model-stale', threshold: 8 }]);
  });

  it.each([
    ['now', { now: Number.NaN, lastDays: {} }],
    ['lastDays', { now: 0, lastDays: { sales: 1.5 } }],
    ['trainedAt', { now: 0, lastDays: {}, trainedAt: 'yesterday' }],
  ])('refuses a wrong %s', (part, facts) => {
    expect(() => freshnessReport(facts)).toThrow(
      expect.objectContaining({ code: 'invalid-data', path: expect.arrayContaining([part]) }),
    );
  });
});

describe('failureReport', () => {
  it.each([
    [1_000, 10, false],
    [1_000, 11, true],
    [99, 99, false],
    [100, 2, true],
    [0, 0, false],
  ])('of %i predictions with %i failures is critical: %s', (requests, failures, critical) => {
    const { metrics, events } = failureReport([{ version: 'retail@3', requests, failures }]);
    expect(metrics[0].value).toBe(requests === 0 ? 0 : failures / requests);
    expect(events.map(({ severity }) => severity)).toEqual(critical ? ['critical'] : []);
  });

  it('refuses counts that cannot be', () => {
    for (const [requests, failures] of [
      [1, 2],
      [-1, 0],
      [1.5, 0],
      [10, Number.NaN],
    ]) {
      expect(() => failureReport([{ version: 'a', requests, failures }])).toThrow(
        expect.objectContaining({ code: 'invalid-data' }),
      );
    }
  });
});

describe('combineReports and eventChanges', () => {
  it('reports an event once when it starts and once when it ends', () => {
    const first = combineReports(populationReport({ price: 0.12, gdp: 0.3 }), failureReport([]));
    const second = populationReport({ price: 0.15, gdp: 0.2 });
    expect(first.metrics).toHaveLength(2);
    expect(eventChanges([], first.events).raised).toEqual(first.events);
    const { raised, cleared } = eventChanges(first.events, second.events);
    // The price is still drifting; the drift of gdp has fallen from critical to a warning.
    expect(raised.map(({ labels, severity }) => [labels['feature'], severity])).toEqual([['gdp', 'warning']]);
    expect(cleared.map(({ labels, severity }) => [labels['feature'], severity])).toEqual([
      ['gdp', 'critical'],
    ]);
  });
});

describe('DEFAULT_THRESHOLDS', () => {
  it('are those of the system document', () => {
    // "accuracy > 85 %", "model prediction failure rate > 1 %"
    expect(DEFAULT_THRESHOLDS).toMatchObject({ minimumAccuracy: 0.85, maximumFailureRate: 0.01 });
  });
});
