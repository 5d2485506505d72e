import type { CategoryTrend, TrendPoint } from 'commerce-forecast';
import { trendsResponse } from '../http/forecast-responses.js';

/** The end that the points of all answers about a category have in common: history ends, and forecasts start, at the cutoff. */
type CommonEnd = 'first' | 'last';

/** Points from the common end on, and their texts one after the other. */
interface Run {
  readonly points: TrendPoint[];
  /** Length of the text of this number of points. */
  readonly lengths: number[];
  text: string;
}

/** By the point at the common end: answers of a snapshot share their points. */
const runs = new WeakMap<TrendPoint, Run>();

/** JSON text of the response. A day is written once, and not again for every answer with it. */
export function trendText(trend: CategoryTrend): string {
  const days: Readonly<Record<string, string>> = {
    historical_data: daysText(trend, trend.history, 'last'),
    forecast_data: daysText(trend, trend.forecast, 'first'),
  };
  const fields = Object.entries(trendsResponse({ ...trend, history: [], forecast: [] })).map(
    ([name, value]) => `"${name}":${days[name] ?? JSON.stringify(value)}`,
  );
  return `{${fields.join(',')}}`;
}

function daysText(trend: CategoryTrend, points: readonly TrendPoint[], end: CommonEnd): string {
  const ordered = end === 'first' ? points : points.toReversed();
  const [start] = ordered;
  if (!start) return '[]';
  let run = runs.get(start);
  if (!run) {
    run = { points: [], lengths: [0], text: '' };
    runs.set(start, run);
  }
  for (const [n, point] of ordered.entries()) {
    if (n === run.points.length) extend(run, point, pointText(trend, point), end);
    // Not an answer of that snapshot, if only some points are the same.
    if (run.points[n] !== point) return `[${points.map((point) => pointText(trend, point)).join(',')}]`;
  }
  const length = run.lengths[points.length] ?? 0;
  return `[${end === 'first' ? run.text.slice(0, length) : run.text.slice(run.text.length - length)}]`;
}

function extend(run: Run, point: TrendPoint, text: string, end: CommonEnd): void {
  if (run.points.length === 0) run.text = text;
  else run.text = end === 'first' ? `${run.text},${text}` : `${text},${run.text}`;
  run.points.push(point);
  run.lengths.push(run.text.length);
}

function pointText(trend: CategoryTrend, point: TrendPoint): string {
  const { historical_data } = trendsResponse({ ...trend, history: [point], forecast: [] });
  return JSON.stringify(historical_data[0]);
}
