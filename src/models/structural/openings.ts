import type { Progress } from '../../long-call.js';
import type { StepGrid } from '../step-grid.js';
import { type CalendarColumns, seasonPositions } from './calendar-columns.js';
import type { StructuralHistory } from './history.js';

/** Recurring closures, by weekday, by day of the year and by event. */
export interface Openings {
  /**
   * Series-major, 7 each: 1 where the series is closed on the weekday. Series with the same closures share a
   * row.
   */
  readonly weekdays: Uint8Array;
  /** Row-major like `weekdays`: 1 where it is closed on the day of the year. */
  readonly positions: Uint8Array;
  /** 1 for each kind of event on which all series are closed. */
  readonly kinds: Uint8Array;
  /** Row of each series. */
  readonly rowOf: Int32Array;
}

/**
 * Share of the same weekdays in the last half year that must have been closed for a weekly closure; a least
 * number applies too.
 */
const CLOSED_SHARE = 0.9;
const WINDOW_DAYS = 182;
const FEWEST_DAYS = 2;
/** Last weeks in a row, without those closed as a whole, that make a new weekly closure. */
const NEW_WEEKS = 6;
/**
 * Least number of years in which a day of the year was closed; it must have been closed in every year with
 * data.
 */
const FEWEST_CLOSED_YEARS = 2;

/** Learns the recurring closures of a shop. */
export function* learnOpenings(history: StructuralHistory): Generator<Progress, Openings, void> {
  const { seriesCount, steps, closed, grid, kinds } = history;
  const positions = seasonPositions(grid);
  const rows: number[] = [];
  const known = new Map<string, number>();
  const rowOf = new Int32Array(seriesCount);
  // Most shops close as a whole: series that were closed on the same days share a row.
  for (let s = 0; s < seriesCount; s++) {
    if (s % 64 === 0) yield { phase: 'closures', done: s, total: seriesCount };
    const key = closedKey(closed.subarray(s * steps, (s + 1) * steps));
    const row = known.get(key) ?? rows.push(s) - 1;
    known.set(key, row);
    rowOf[s] = row;
  }
  const openings = {
    weekdays: new Uint8Array(rows.length * 7),
    positions: new Uint8Array(rows.length * positions),
    kinds: new Uint8Array(kinds.eventOf.length),
    rowOf,
  };
  for (const [row, s] of rows.entries()) {
    if (row % 64 === 0) yield { phase: 'closures', done: row, total: rows.length };
    const own = closed.subarray(s * steps, (s + 1) * steps);
    if (!own.includes(1)) continue;
    learnRow(
      history,
      own,
      openings.weekdays.subarray(row * 7, row * 7 + 7),
      openings.positions.subarray(row * positions, (row + 1) * positions),
    );
  }
  closedKinds(history, openings.kinds);
  return openings;
}

/** Tells whether any series has recurring closures. */
export function hasClosures({ weekdays, positions, kinds }: Openings): boolean {
  return [weekdays, positions, kinds].some((closed) => closed.includes(1));
}

/** Writes 1 for each future step on which the series is open by the learnt closures, and 0 for the others. */
export function writeOpenSteps(
  openings: Openings,
  grid: StepGrid,
  eventOf: Int32Array,
  series: number,
  calendar: CalendarColumns,
  open: Float64Array,
): void {
  const { weekdays, positions, kinds } = openings;
  const row = openings.rowOf[series];
  const atWeekday = row * 7;
  const atPosition = row * seasonPositions(grid);
  for (let i = 0; i < open.length; i++) {
    const kind = eventOf[i];
    const closed =
      weekdays[atWeekday + calendar.weekday[i]] === 1 ||
      positions[atPosition + calendar.position[i]] === 1 ||
      (kind >= 0 && kinds[kind] === 1);
    open[i] = closed ? 0 : 1;
  }
}

function closedKey(closed: Uint8Array): string {
  let key = '';
  for (let i = closed.indexOf(1); i >= 0; i = closed.indexOf(1, i + 1)) key += `${i},`;
  return key;
}

function learnRow(
  { grid, weekday, position, yearOf, years }: StructuralHistory,
  closed: Uint8Array,
  weekdays: Uint8Array,
  positions: Uint8Array,
): void {
  if (grid.stepDays !== 1) return;
  const shut = new Float64Array(7);
  const days = new Float64Array(7);
  for (let i = Math.max(0, closed.length - WINDOW_DAYS); i < closed.length; i++) {
    shut[weekday[i]] += closed[i];
    days[weekday[i]]++;
  }
  for (let k = 0; k < 7; k++) {
    weekdays[k] = days[k] >= FEWEST_DAYS && shut[k] >= CLOSED_SHARE * days[k] ? 1 : 0;
  }
  closedOfLate(closed, weekday, weekdays);
  const yearsShut = new Float64Array(positions.length);
  const yearsSeen = new Float64Array(positions.length);
  const counted = new Int16Array(positions.length).fill(-1);
  for (let i = 0; i < closed.length; i++) {
    // Days that are closed for their weekday say nothing about the day of the year.
    if (weekdays[weekday[i]] === 1 || counted[position[i]] === yearOf[i]) continue;
    counted[position[i]] = yearOf[i];
    yearsSeen[position[i]]++;
    yearsShut[position[i]] += closed[i];
  }
  const needed = Math.min(FEWEST_CLOSED_YEARS, years);
  for (let k = 0; k < positions.length; k++) {
    positions[k] =
      years >= FEWEST_CLOSED_YEARS && yearsShut[k] >= needed && yearsShut[k] === yearsSeen[k] ? 1 : 0;
  }
  // A day between closed ones that fell on a closed weekday in some year is closed too.
  for (let k = 0; k < positions.length; k++) {
    const before = positions[(k + positions.length - 1) % positions.length];
    const after = positions[(k + 1) % positions.length];
    const unclear = yearsShut[k] > 0 && yearsShut[k] === yearsSeen[k];
    if (before === 1 && after === 1 && unclear) positions[k] = 1;
  }
}

/** Marks weekdays that were closed in each of the last weeks. */
function closedOfLate(closed: Uint8Array, weekday: ArrayLike<number>, weekdays: Uint8Array): void {
  const shut = new Int32Array(7);
  let weeks = 0;
  for (let to = closed.length; to >= 7 && weeks < NEW_WEEKS; to -= 7) {
    if (!closed.subarray(to - 7, to).includes(0)) continue;
    weeks++;
    for (let i = to - 7; i < to; i++) shut[weekday[i]] += closed[i];
  }
  for (let k = 0; k < 7; k++) if (shut[k] === NEW_WEEKS) weekdays[k] = 1;
}

/** Marks kinds of events for all series on which these were closed every time, at least twice. */
function closedKinds({ closed, steps, seriesCount, events }: StructuralHistory, out: Uint8Array): void {
  const seen = new Float64Array(out.length);
  const shut = new Float64Array(out.length);
  for (let i = 0; i < steps; i++) {
    const kind = events.common[i];
    if (kind < 0) continue;
    let closedSeries = 0;
    for (let s = 0; s < seriesCount; s++) closedSeries += closed[s * steps + i];
    seen[kind]++;
    if (closedSeries >= CLOSED_SHARE * seriesCount) shut[kind]++;
  }
  for (let k = 0; k < out.length; k++) out[k] = shut[k] >= 2 && shut[k] === seen[k] ? 1 : 0;
}
