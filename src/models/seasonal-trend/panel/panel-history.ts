import type { Panel } from '../../../panel/panel.js';

/** Observed part of one series within the days used, as indices on the panel's grid. */
export interface Observed {
  readonly series: number;
  readonly first: number;
  readonly last: number;
  readonly count: number;
  /** Largest absolute value. */
  readonly scale: number;
  readonly constant: boolean;
}

/** Scans one series from grid day `from` on. `first` is -1 without any observed day. */
export function observe(panel: Panel, series: number, from: number): Observed {
  const { units, days } = panel;
  const base = series * days;
  let first = -1;
  let last = -1;
  let count = 0;
  let largest = -Infinity;
  let smallest = Infinity;
  for (let d = Math.max(from, panel.firstDay[series]); d < days; d++) {
    const value = units[base + d];
    if (!Number.isFinite(value)) continue;
    if (first < 0) first = d;
    last = d;
    count++;
    if (value > largest) largest = value;
    if (value < smallest) smallest = value;
  }
  return {
    series,
    first,
    last,
    count,
    scale: count === 0 ? 0 : Math.max(Math.abs(largest), Math.abs(smallest)),
    constant: largest === smallest,
  };
}

/** Puts series of the same calendar next to each other, those without gaps first, so that one Gram serves them all. */
export function compareCalendars(a: Observed, b: Observed): number {
  return a.first - b.first || a.last - b.last || gaps(a) - gaps(b) || a.series - b.series;
}

/** Days without a value between the first and the last observed day. */
export function gaps(observed: Observed): number {
  return observed.last - observed.first + 1 - observed.count;
}
