import { monthOf, weekdayOf } from '../util/days.js';
import type { DayWindow } from './day-window.js';

/** Size of the space that shapes are drawn in; it is stretched to that of the chart. */
export const WIDTH = 1_000;
export const HEIGHT = 400;

const MOST_LINES = 7;
const NICE = [1, 2, 2.5, 5, 10];

/** Round numbers from zero to at least `max`, evenly spaced. */
export function valueTicks(max: number): number[] {
  if (!(max > 0)) return [0, 1];
  const least = max / MOST_LINES;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = power * (NICE.find((nice) => nice * power >= least * (1 - 1e-9)) ?? 10);
  return Array.from({ length: Math.ceil(max / step - 1e-9) + 1 }, (_, i) => i * step);
}

/** A day that an axis names. */
export interface DayTick {
  readonly day: number;
  /** True where it stands for its month. */
  readonly isMonth: boolean;
}

const MOST_DAYS = 12;
const WEEK = 7;
const DAY_STEPS = [1, 2, WEEK, 2 * WEEK];
const MONTH_STEPS = [1, 2, 3, 6, 12];

/** Days of a window to name: every few days, Mondays, or first days of months. */
export function dayTicks(dates: readonly string[], { first, last }: DayWindow): DayTick[] {
  const step = DAY_STEPS.find((days) => (last - first) / days < MOST_DAYS);
  const from =
    step === undefined || step < WEEK ? first : first + ((WEEK - weekdayOf(dates[first] ?? '')) % WEEK);
  const places = Array.from({ length: last - from + 1 }, (_, i) => from + i);
  if (step !== undefined) {
    return places.filter((day) => (day - from) % step === 0).map((day) => ({ day, isMonth: false }));
  }
  const months = places.filter((day) => dates[day]?.endsWith('-01'));
  const every = MONTH_STEPS.find((count) => months.length / count <= MOST_DAYS) ?? 12;
  return months
    .filter((day) => monthOf(dates[day] ?? '') % every === 0)
    .map((day) => ({ day, isMonth: true }));
}

/** Places of shapes: days across, values upwards from zero. */
export interface Scale {
  readonly x: (day: number) => number;
  readonly y: (value: number) => number;
}

export function scaleOf({ first, last }: DayWindow, max: number): Scale {
  const step = WIDTH / Math.max(1, last - first);
  return {
    x: (day) => rounded((day - first) * step),
    y: (value) => rounded(HEIGHT * (1 - value / max)),
  };
}

function rounded(place: number): number {
  return Math.round(10 * place) / 10;
}

/** A line through the values of a window, with gaps where there is none. */
export function linePath(
  unitsOn: (day: number) => number | null | undefined,
  { first, last }: DayWindow,
  { x, y }: Scale,
): string {
  let path = '';
  let isDrawing = false;
  for (let day = first; day <= last; day++) {
    const value = unitsOn(day);
    const isKnown = value !== null && value !== undefined;
    // To its own place, so that a day between two gaps is a dot.
    if (isKnown) path += isDrawing ? `L${x(day)},${y(value)}` : `M${x(day)},${y(value)}h0`;
    isDrawing = isKnown;
  }
  return path;
}

/** The area between two values of the days of a window that have both. */
export function areaPath(
  boundsOf: (day: number) => readonly [lower: number, upper: number] | undefined,
  { first, last }: DayWindow,
  { x, y }: Scale,
): string {
  let path = '';
  let there: string[] = [];
  let back: string[] = [];
  const close = () => {
    if (there.length > 0) path += `M${there.join('L')}L${back.reverse().join('L')}Z`;
    there = [];
    back = [];
  };
  for (let day = first; day <= last; day++) {
    const bounds = boundsOf(day);
    if (!bounds) close();
    else {
      there.push(`${x(day)},${y(bounds[1])}`);
      back.push(`${x(day)},${y(bounds[0])}`);
    }
  }
  close();
  return path;
}
