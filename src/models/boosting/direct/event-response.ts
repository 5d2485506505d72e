import type { StepGrid } from '../../step-grid.js';
import type { EventIdentities } from './event-kinds.js';
import type { History } from './history.js';
import { reachSteps } from './sales-history.js';

/** Weeks on each side of an occurrence whose same weekdays give the expected sales without it. */
const COMPARED_WEEKS = 2;

/**
 * Reaction of a series to each kind of event: its sales on past occurrences over those of the same weekday of the
 * weeks around them.
 */
export class EventResponse {
  private readonly actual: readonly Float64Array[];
  private readonly expected: readonly Float64Array[];
  private readonly reach: number;

  constructor(
    private readonly kinds: EventIdentities,
    private readonly grid: StepGrid,
  ) {
    this.actual = kinds.occurrences.map((steps) => new Float64Array(steps.length + 1));
    this.expected = kinds.occurrences.map((steps) => new Float64Array(steps.length + 1));
    this.reach = reachSteps(grid);
  }

  load(history: History): this {
    this.kinds.occurrences.forEach((steps, kind) => {
      const actual = this.actual[kind];
      const expected = this.expected[kind];
      for (let i = 0; i < steps.length; i++) {
        const value = history.at(steps[i]);
        const usual = this.usual(history, steps[i]);
        const usable = !Number.isNaN(value) && !Number.isNaN(usual);
        actual[i + 1] = actual[i] + (usable ? value : 0);
        expected[i + 1] = expected[i] + (usable ? usual : 0);
      }
    });
    return this;
  }

  /**
   * Ratio of actual to expected sales over the occurrences that lie, with the weeks after them, before `end`;
   * NaN without one. Adding `prior` units to both shrinks it towards 1.
   */
  of(kind: number, end: number, prior: number): number {
    if (kind < 0) return Number.NaN;
    const steps = this.kinds.occurrences[kind];
    const known = countBelow(steps, end - COMPARED_WEEKS * this.grid.week);
    const forgotten = countBelow(steps, end - this.reach + COMPARED_WEEKS * this.grid.week);
    if (known <= forgotten) return Number.NaN;
    const expected = this.expected[kind][known] - this.expected[kind][forgotten];
    const actual = this.actual[kind][known] - this.actual[kind][forgotten];
    return expected > 0 ? (actual + prior) / (expected + prior) : Number.NaN;
  }

  private usual(history: History, step: number): number {
    let sum = 0;
    let observed = 0;
    for (let k = -COMPARED_WEEKS; k <= COMPARED_WEEKS; k++) {
      const value = k === 0 ? Number.NaN : history.at(step + k * this.grid.week);
      if (Number.isNaN(value)) continue;
      sum += value;
      observed++;
    }
    return sum / observed;
  }
}

/** Counts the values below a limit in an ascending list. */
function countBelow(ascending: Int32Array, limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
