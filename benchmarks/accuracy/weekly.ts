import type { FittedModel, ForecastModel } from '../../src/models/contract.js';
import { lastDay, type Panel } from '../../src/panel/panel.js';

const WEEK = 7;

/** A way to run a daily model on a panel of weeks. */
export interface WeeklyAdapter {
  toDaily(weeks: Panel): Panel;
  /** Weekly values from a daily forecast, series-major in both. */
  toWeekly(daily: Float64Array, seriesCount: number, weeks: number): Float64Array;
}

/** Each week is one observed day, the day that dates it; the six days before it are missing. */
export const SPARSE_WEEKS: WeeklyAdapter = {
  toDaily(weeks) {
    const days = (weeks.days - 1) * WEEK + 1;
    const units = new Float64Array(weeks.seriesCount * days).fill(Number.NaN);
    eachWeek(weeks, (s, week, value) => {
      units[s * days + week * WEEK] = value;
    });
    return { ...weeks, days, units };
  },
  toWeekly: (daily, seriesCount, weeks) =>
    Float64Array.from({ length: seriesCount * weeks }, (_, i) => daily[i * WEEK + WEEK - 1]),
};

/** Each week is spread evenly over its seven days, of which the last one dates it. */
export const SPREAD_WEEKS: WeeklyAdapter = {
  toDaily(weeks) {
    const days = weeks.days * WEEK;
    const units = new Float64Array(weeks.seriesCount * days);
    eachWeek(weeks, (s, week, value) => {
      units.fill(value / WEEK, s * days + week * WEEK, s * days + (week + 1) * WEEK);
    });
    return { ...weeks, startDay: weeks.startDay - WEEK + 1, days, units };
  },
  toWeekly: (daily, seriesCount, weeks) =>
    Float64Array.from({ length: seriesCount * weeks }, (_, i) =>
      daily.subarray(i * WEEK, (i + 1) * WEEK).reduce((sum, value) => sum + value, 0),
    ),
};

/** A daily model as a model of weeks, for means only. */
export function onWeeks(model: ForecastModel, adapter: WeeklyAdapter): ForecastModel {
  return {
    specificationVersion: 'v1',
    name: model.name,
    async fit(weeks, options): Promise<FittedModel> {
      const daily = await model.fit(adapter.toDaily(weeks), options);
      const { seriesCount } = weeks;
      return {
        specificationVersion: 'v1',
        model: model.name,
        cutoffDay: lastDay(weeks),
        seriesCount,
        async forecast(given) {
          const { mean } = await daily.forecast({ horizon: given.horizon * WEEK, signal: given.signal });
          return {
            startDay: lastDay(weeks) + 1,
            horizon: given.horizon,
            seriesCount,
            mean: adapter.toWeekly(mean, seriesCount, given.horizon),
            intervals: [],
          };
        },
        totals: (given) => daily.totals(given),
        toJSON: () => daily.toJSON(),
      };
    },
    load: (data) => model.load(data),
  };
}

function eachWeek(weeks: Panel, visit: (series: number, week: number, value: number) => void): void {
  for (let s = 0; s < weeks.seriesCount; s++) {
    for (let week = 0; week < weeks.days; week++) visit(s, week, weeks.units[s * weeks.days + week]);
  }
}
