import { describe, expect, it } from 'vitest';
import { bias } from '../../src/metrics/bias.js';
import { coverage } from '../../src/metrics/coverage.js';
import { wape } from '../../src/metrics/wape.js';
import type { PanelForecast } from '../../src/models/contract.js';
import { type AccuracyMonitor, createAccuracyMonitor } from '../../src/monitoring/accuracy-monitor.js';
import { accuracyReport } from '../../src/monitoring/accuracy-report.js';
import type { AccuracyMonitorState } from '../../src/monitoring/accuracy-state.js';
import { createRandom } from '../../src/random.js';

const START = 19_783;
const IDS = ['tea', 'coffee', '__proto__'];

/** Random forecasts of 30 days of three series, with 80 % and 95 % intervals. */
function forecastFrom(startDay: number, seed: number, horizon = 30): PanelForecast {
  const random = createRandom(seed);
  const mean = Float64Array.from({ length: IDS.length * horizon }, () => 20 * random.uniform());
  const interval = (level: number, width: number) => ({
    level,
    lower: mean.map((value) => Math.max(0, value - width)),
    upper: mean.map((value) => value + width),
  });
  return {
    startDay,
    horizon,
    seriesCount: IDS.length,
    mean,
    intervals: [interval(0.8, 4), interval(0.95, 9)],
  };
}

const random = createRandom(99);
const sold = new Map(
  Array.from(
    { length: 60 },
    (_, i) => [START + i, IDS.map(() => Math.round(20 * random.uniform()))] as const,
  ),
);

function recordDays(monitor: AccuracyMonitor, from: number, to: number): void {
  for (let day = from; day <= to; day++) monitor.recordActuals({ day, ids: IDS, units: sold.get(day)! });
}

/** Pairs of a forecast with what was sold, for the steps from `first` to `last` (from 1). */
function pairsOf(forecast: PanelForecast, first: number, last: number, lastDay: number, interval = 0) {
  const pairs = {
    actual: [] as number[],
    mean: [] as number[],
    lower: [] as number[],
    upper: [] as number[],
  };
  for (let s = 0; s < IDS.length; s++) {
    for (let step = first; step <= last; step++) {
      const day = forecast.startDay + step - 1;
      if (day > lastDay) continue;
      const at = s * forecast.horizon + step - 1;
      pairs.actual.push(sold.get(day)![s]);
      pairs.mean.push(forecast.mean[at]);
      pairs.lower.push(forecast.intervals[interval].lower[at]);
      pairs.upper.push(forecast.intervals[interval].upper[at]);
    }
  }
  return pairs;
}

describe('createAccuracyMonitor', () => {
  it('measures by version and horizon with the metrics of the package', () => {
    const monitor = createAccuracyMonitor();
    const forecasts = { 'retail@1': forecastFrom(START, 1), 'retail@2': forecastFrom(START + 5, 2) };
    for (const [version, forecast] of Object.entries(forecasts)) {
      monitor.recordForecast({ version, ids: IDS, forecast });
    }
    // After 40 days the scores of the first month are closed, those of the last week are open.
    recordDays(monitor, START, START + 39);
    for (const [version, forecast] of Object.entries(forecasts)) {
      for (const [horizon, first, last] of [
        [7, 1, 7],
        [30, 8, 30],
      ]) {
        const { actual, mean, lower, upper } = pairsOf(forecast, first, last, START + 39);
        const summary = monitor.accuracy({ version, horizon });
        expect(summary.observations).toBe(actual.length);
        expect(summary.wape).toBeCloseTo(wape(actual, mean), 12);
        expect(summary.accuracy).toBeCloseTo(1 - wape(actual, mean), 12);
        expect(summary.bias).toBeCloseTo(bias(actual, mean), 12);
        expect(summary.coverage).toBeCloseTo(coverage(actual, lower, upper), 12);
        expect(summary.level).toBeCloseTo(0.8, 12);
      }
    }
    expect(monitor.versions()).toEqual(['retail@1', 'retail@2']);
    expect(monitor.accuracy().observations).toBe(2 * 30 * 3);
  });

  it('monitors the interval of the requested level', () => {
    const monitor = createAccuracyMonitor();
    const forecast = forecastFrom(START, 1);
    monitor.recordForecast({ version: 'a', ids: IDS, forecast, level: 0.95 });
    recordDays(monitor, START, START + 6);
    const { actual, lower, upper } = pairsOf(forecast, 1, 7, START + 6, 1);
    expect(monitor.accuracy().coverage).toBeCloseTo(coverage(actual, lower, upper), 12);
    expect(() => monitor.recordForecast({ version: 'a', ids: IDS, forecast, level: 0.5 })).toThrow(
      expect.objectContaining({ code: 'invalid-option', path: ['level'] }),
    );
  });

  it('shows accuracy over time', () => {
    const monitor = createAccuracyMonitor();
    monitor.recordForecast({ version: 'a', ids: IDS, forecast: forecastFrom(START, 1) });
    recordDays(monitor, START, START + 19);
    const weeks = monitor.overTime(7, { version: 'a' });
    expect(weeks.reduce((sum, { observations }) => sum + observations, 0)).toBe(20 * 3);
    for (const { from, to, wape: ofWeek } of weeks) {
      expect(from % 7).toBe(0);
      expect(ofWeek).toBe(monitor.accuracy({ version: 'a', from, to }).wape);
    }
    expect(weeks.map(({ from }) => from)).toEqual([...weeks.map(({ from }) => from)].sort((a, b) => a - b));
  });

  it('takes parts, repetitions and corrections of actuals in any order', () => {
    const plain = createAccuracyMonitor();
    const messy = createAccuracyMonitor();
    const forecast = forecastFrom(START, 1);
    for (const monitor of [plain, messy]) monitor.recordForecast({ version: 'a', ids: IDS, forecast });
    messy.recordForecast({ version: 'a', ids: IDS, forecast });
    recordDays(plain, START, START + 5);
    for (let day = START + 5; day >= START; day--) {
      const units = sold.get(day)!;
      messy.recordActuals({ day, ids: ['tea'], units: [1_000] });
      messy.recordActuals({ day, ids: IDS.slice(1), units: units.slice(1) });
      messy.recordActuals({ day, ids: ['tea', 'unknown'], units: [units[0], 7] });
    }
    const { wape: expected, observations } = plain.accuracy();
    expect(messy.accuracy().observations).toBe(observations);
    expect(messy.accuracy().wape).toBeCloseTo(expected!, 12);
    messy.recordActuals({ day: START, ids: ['tea'], units: [Number.NaN] });
    expect(messy.accuracy().observations).toBe(observations - 1);
  });

  it('scores a forecast that is recorded after its actuals', () => {
    const before = createAccuracyMonitor();
    const after = createAccuracyMonitor();
    const issued = { version: 'a', ids: IDS, forecast: forecastFrom(START, 1) };
    before.recordForecast(issued);
    recordDays(before, START, START + 6);
    recordDays(after, START, START + 6);
    after.recordForecast(issued);
    expect(after.accuracy()).toEqual(before.accuracy());
  });

  it('closes days after the time for corrections and forgets scores after the time to keep them', () => {
    const monitor = createAccuracyMonitor({ correctionDays: 3, keepDays: 20 });
    monitor.recordForecast({ version: 'a', ids: IDS, forecast: forecastFrom(START, 1) });
    recordDays(monitor, START, START + 10);
    const before = monitor.accuracy();
    expect(monitor.recordActuals({ day: START + 6, ids: ['tea'], units: [999] })).toBe(false);
    expect(monitor.accuracy()).toEqual(before);
    expect(monitor.recordActuals({ day: START + 7, ids: ['tea'], units: [999] })).toBe(true);
    expect(monitor.accuracy()).not.toEqual(before);
    expect(
      monitor
        .toJSON()
        .open.map(({ day }) => day)
        .filter((day) => day <= START + 6),
    ).toEqual([]);
    recordDays(monitor, START + 11, START + 40);
    expect(monitor.accuracy({ to: START + 20 }).observations).toBe(0);
  });

  it('goes on from its stored state as if it had never stopped', () => {
    const whole = createAccuracyMonitor();
    let parts = createAccuracyMonitor();
    const restart = () => createAccuracyMonitor({}, JSON.parse(JSON.stringify(parts)));
    const issued = { version: 'a', ids: IDS, forecast: forecastFrom(START, 1) };
    for (const monitor of [whole, parts]) monitor.recordForecast(issued);
    parts = restart();
    recordDays(whole, START, START + 12);
    recordDays(parts, START, START + 12);
    parts = restart();
    for (const monitor of [whole, parts]) {
      monitor.recordForecast({ version: 'b', ids: IDS, forecast: forecastFrom(START + 10, 2) });
    }
    recordDays(whole, START + 13, START + 30);
    recordDays(parts, START + 13, START + 30);
    expect(parts.toJSON()).toEqual(whole.toJSON());
    expect(parts.overTime(7)).toEqual(whole.overTime(7));
    expect(whole.accuracy().observations).toBe(30 * 3 + 21 * 3);
  });

  it('has defined answers for nothing and for days without sales', () => {
    const monitor = createAccuracyMonitor();
    const nothing = { observations: 0, accuracy: undefined, wape: undefined, bias: undefined };
    expect(monitor.accuracy()).toMatchObject(nothing);
    expect(monitor.overTime(7)).toEqual([]);
    monitor.recordForecast({ version: 'a', ids: IDS, forecast: forecastFrom(START, 1) });
    expect(monitor.accuracy()).toMatchObject(nothing);
    monitor.recordActuals({ day: START, ids: IDS, units: [0, 0, 0] });
    expect(monitor.accuracy()).toMatchObject({ observations: 3, wape: 1, accuracy: 0, bias: 1 });
  });

  it('scores 2,000 series', () => {
    const ids = Array.from({ length: 2_000 }, (_, i) => `product-${i}`);
    const mean = new Float64Array(2_000 * 7).fill(9);
    const monitor = createAccuracyMonitor();
    const forecast = { startDay: START, horizon: 7, seriesCount: 2_000, mean, intervals: [] };
    monitor.recordForecast({ version: 'a', ids, forecast });
    monitor.recordActuals({ day: START, ids, units: new Float64Array(2_000).fill(10) });
    expect(monitor.accuracy()).toMatchObject({ observations: 2_000, coverage: undefined, level: undefined });
    expect(monitor.accuracy().wape).toBeCloseTo(0.1, 12);
  });

  it.each([
    ['ids', { ids: ['tea'] }, {}],
    ['forecast', {}, { mean: new Float64Array(3).fill(Number.NaN) }],
    ['forecast', {}, { mean: new Float64Array(2) }],
    ['forecast', {}, { intervals: [{ level: 0.8, lower: new Float64Array(1), upper: new Float64Array(3) }] }],
  ])('refuses a forecast with wrong %s (case %#)', (part, issued, wrong) => {
    const monitor = createAccuracyMonitor();
    const forecast = { ...forecastFrom(START, 1, 1), ...wrong };
    expect(() => monitor.recordForecast({ version: 'a', ids: IDS, forecast, ...issued })).toThrow(
      expect.objectContaining({ code: 'invalid-data', path: expect.arrayContaining([part]) }),
    );
    expect(monitor.toJSON().open).toEqual([]);
  });

  it('refuses wrong actuals, options and states', () => {
    const monitor = createAccuracyMonitor();
    const invalid = (code: string) => expect.objectContaining({ code });
    const record = (day: number, units: number[]) => () =>
      monitor.recordActuals({ day, ids: ['tea'], units });
    expect(record(1.5, [1])).toThrow(invalid('invalid-data'));
    expect(record(1, [])).toThrow(invalid('invalid-data'));
    expect(record(1, [Number.POSITIVE_INFINITY])).toThrow(invalid('invalid-data'));
    for (const horizons of [[], [0], [7, 7], [7, 1.5]]) {
      expect(() => createAccuracyMonitor({ horizons })).toThrow(invalid('invalid-option'));
    }
    expect(() => createAccuracyMonitor({ correctionDays: -1 })).toThrow(invalid('invalid-option'));
    expect(() => createAccuracyMonitor({ keepDays: 0 })).toThrow(invalid('invalid-option'));
    expect(() => monitor.accuracy({ horizon: 8 })).toThrow(invalid('invalid-option'));
    expect(() => monitor.overTime(0)).toThrow(invalid('invalid-option'));
    monitor.recordForecast({ version: 'a', ids: IDS, forecast: forecastFrom(START, 1) });
    const state = monitor.toJSON();
    const damaged = [
      {},
      { ...state, idLists: [] },
      { ...state, idLists: [['tea']] },
      { ...state, closed: [[1]] },
    ];
    for (const wrong of damaged) {
      expect(() => createAccuracyMonitor({}, wrong as AccuracyMonitorState)).toThrow(invalid('invalid-data'));
    }
  });
});

describe('accuracyReport', () => {
  /** Forecasts of 100 that are `error` too high, against sales of 100, with intervals that cover or miss. */
  function reportOf(error: number, covered: boolean, series = 100) {
    const ids = Array.from({ length: series }, (_, i) => `product-${i}`);
    const column = (value: number) => new Float64Array(series).fill(value);
    const lower = column(covered ? 50 : 101);
    const intervals = [{ level: 0.8, lower, upper: column(150) }];
    const monitor = createAccuracyMonitor();
    const forecast = {
      startDay: START,
      horizon: 1,
      seriesCount: series,
      mean: column(100 + error),
      intervals,
    };
    monitor.recordForecast({ version: 'retail@3', ids, forecast });
    monitor.recordActuals({ day: START, ids, units: column(100) });
    return accuracyReport(monitor);
  }

  it('gives every metric with version and horizon', () => {
    const { metrics } = reportOf(5, true);
    expect(metrics.map(({ name, value }) => [name, Number(value.toFixed(9))])).toEqual([
      ['forecast_accuracy_ratio', 0.95],
      ['forecast_wape_ratio', 0.05],
      ['forecast_bias_ratio', 0.05],
      ['forecast_interval_coverage_ratio', 1],
    ]);
    for (const { labels } of metrics) expect(labels).toEqual({ version: 'retail@3', horizon: '7' });
  });

  it.each([
    [5, true, ['coverage-off']],
    [5, false, ['coverage-off']],
    [20, true, ['accuracy-low', 'bias-high', 'coverage-off']],
    [-12, true, ['bias-high', 'coverage-off']],
  ])('of an error of %d %%, covered %s, has the events %j', (error, covered, kinds) => {
    expect(reportOf(error, covered).events.map(({ kind }) => kind)).toEqual(kinds);
  });

  it('reports value, threshold and message', () => {
    expect(reportOf(20, true).events[0]).toEqual({
      kind: 'accuracy-low',
      severity: 'warning',
      metric: 'forecast_accuracy_ratio',
      value: 0.8,
      threshold: 0.85,
      labels: { version: 'retail@3', horizon: '7' },
      message: 'The accuracy of retail@3 up to 7 days ahead is 80.0 %, below 85.0 %',
    });
    expect(reportOf(5, false).events[0].threshold).toBeCloseTo(0.7, 12);
  });

  it('raises nothing from few observations', () => {
    expect(reportOf(50, false, 99).events).toEqual([]);
    expect(reportOf(50, false, 99).metrics).toHaveLength(4);
  });
});
