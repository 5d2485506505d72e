import { WEEK_DAYS } from '../calendar/weeks.js';
import type { TrendPoint } from '../index.js';
import { COLORS } from './colors.js';
import { formatInterval, formatUnits } from './format.js';
import type { Html } from './html.js';
import { CHART_FONT, renderChart } from './render-chart.js';

const SIZE = { width: 1000, height: 250 };

export interface ForecastChart {
  readonly category: string;
  readonly history: readonly TrendPoint[];
  readonly days: readonly TrendPoint[];
  /** Sales a year before those days, under their dates. */
  readonly yearBefore: readonly TrendPoint[];
}

/** Chart of a category by day: sales, their weekly mean, and the forecast with its interval. */
export function forecastChart({ category, history, days, yearBefore }: ForecastChart): Html {
  const option = {
    textStyle: { fontFamily: CHART_FONT, color: COLORS.muted },
    grid: { left: 8, right: 12, top: 12, bottom: 6, outerBoundsMode: 'same' as const },
    xAxis: {
      type: 'time' as const,
      axisLine: { lineStyle: { color: COLORS.grid } },
      axisTick: { lineStyle: { color: COLORS.grid } },
      axisLabel: { color: COLORS.muted, hideOverlap: true, formatter: dateLabels(history, days) },
    },
    yAxis: {
      type: 'value' as const,
      min: 0,
      splitNumber: 4,
      axisLabel: { color: COLORS.muted },
      splitLine: { lineStyle: { color: COLORS.grid } },
    },
    series: [
      line('Sold per day', values(history), { width: 1, color: COLORS.history, opacity: 0.55 }),
      line('7-day mean', weeklyMeans(history), { width: 2, color: COLORS.history }),
      { ...line('below', bounds(days, 'lower'), { opacity: 0 }), stack: 'interval' },
      {
        ...line('interval', intervalWidths(days), { opacity: 0 }),
        stack: 'interval',
        color: COLORS.forecast,
        areaStyle: { color: COLORS.forecast, opacity: 0.2 },
      },
      line('A year before', values(yearBefore), { width: 1.2, color: COLORS.before, opacity: 0.8 }),
      {
        ...line('Forecast', values(days), { width: 2, color: COLORS.forecast }),
        markLine: {
          silent: true,
          symbol: 'none',
          label: { show: false },
          lineStyle: { color: COLORS.muted, type: 'dashed' as const, width: 1 },
          data: days.slice(0, 1).map(({ date }) => ({ xAxis: date })),
        },
      },
    ],
  };
  return renderChart(option, SIZE, describeChart(category, history, days));
}

type ChartPoint = readonly [date: string, units: number];

function line(name: string, data: readonly ChartPoint[], lineStyle: object) {
  const color = 'color' in lineStyle ? { color: lineStyle.color } : {};
  return { type: 'line' as const, name, data, lineStyle, itemStyle: color, symbol: 'none', silent: true };
}

function values(points: readonly TrendPoint[]): ChartPoint[] {
  return points.map(({ date, units }) => [date, round(units)]);
}

function bounds(points: readonly TrendPoint[], bound: 'lower' | 'upper'): ChartPoint[] {
  return points.map((point) => [point.date, round(point[bound] ?? point.units)]);
}

/** Widths of intervals, which are stacked on the lower bounds. */
function intervalWidths(points: readonly TrendPoint[]): ChartPoint[] {
  const upper = bounds(points, 'upper');
  return bounds(points, 'lower').map(([date, lower], i) => [date, round((upper[i]?.[1] ?? lower) - lower)]);
}

/** Mean of the seven days around each day; missing at the ends. */
function weeklyMeans(points: readonly TrendPoint[]): ChartPoint[] {
  const half = Math.floor(WEEK_DAYS / 2);
  return points.slice(half, points.length - half).map(({ date }, i) => {
    const sum = points.slice(i, i + WEEK_DAYS).reduce((total, point) => total + point.units, 0);
    return [date, round(sum / WEEK_DAYS)];
  });
}

/** Months and years over long spans, days over short ones. */
function dateLabels(history: readonly TrendPoint[], days: readonly TrendPoint[]): string {
  return history.length + days.length > 120 ? '{MMM} {yyyy}' : '{d} {MMM}';
}

/** Rounds to two decimals, which are finer than a pixel and keep the file small. */
function round(units: number): number {
  return Math.round(100 * units) / 100;
}

function describeChart(
  category: string,
  history: readonly TrendPoint[],
  days: readonly TrendPoint[],
): string {
  const mean = (points: readonly TrendPoint[]) =>
    points.length === 0 ? 0 : points.reduce((sum, { units }) => sum + units, 0) / points.length;
  const lower = Math.min(...days.map((day) => day.lower ?? day.units));
  const upper = Math.max(...days.map((day) => day.upper ?? day.units));
  return (
    `${category}: ${formatUnits(mean(history))} units a day over the last ${history.length} days, ` +
    `${formatUnits(mean(days))} a day forecast, the days' intervals within ${formatInterval(lower, upper)}`
  );
}
