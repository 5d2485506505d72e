import { civilFromDay, dayOfWeek, isoWeek } from '../../../calendar/day.js';
import {
  emptyOutlook,
  type StructuralOutlook,
  type StructureSource,
} from '../../structural/structure-source.js';
import type { EventIdentities } from './event-kinds.js';
import type { EventResponse } from './event-response.js';
import type { SeriesSources } from './feature-context.js';
import type { History } from './history.js';
import { levelAt, type Spans, spansOf } from './levels.js';
import type { SalesHistory } from './sales-history.js';

/**
 * One anchor of a series with the targets that are forecast from it: the input of all features. Sales are known
 * only before {@link end}; of a target only its date, its distance and its events are known. One object is
 * reused for all anchors; values that several features need are computed once and kept in columns.
 */
export class Anchor {
  readonly spans: Spans;
  readonly calendar: AnchorCalendar;
  /** Sales of the series, its category and the whole panel, and how each reacts to events. */
  series!: History;
  category!: History;
  panel!: History;
  seriesResponse!: EventResponse;
  categoryResponse!: EventResponse;
  panelResponse!: EventResponse;
  structure: StructureSource | undefined;
  kinds!: EventIdentities;
  seriesIndex = 0;
  categoryIndex = 0;
  /** Number of known steps. */
  end = 0;
  /** Usual sales of the series, above 0. */
  level = 0;
  /** Sales of the last month and quarter over those of the same days a year before. */
  monthOnYear = 0;
  quarterOnYear = 0;

  /** Number of targets: only the first `count` values of the following columns are set. */
  count = 0;
  /** Steps from the anchor to each target. */
  readonly step: Int32Array;
  /** Step of each target in the history. */
  readonly target: Int32Array;
  /** The last known step of the target's weekday. */
  readonly same: Int32Array;
  /** Steps of the fewest whole years that lead from the target back to before {@link end}. */
  readonly back: Int32Array;
  /** Sales of the category on the target's weekday over its mean, over 13 weeks. */
  readonly categoryWeekday: Float64Array;
  /** Sales on the target's day and in the week around it, {@link back} before, over the level. */
  readonly dayBack: Float64Array;
  readonly weekBack: Float64Array;
  /**
   * Mean sales of the month before the anchor's date {@link back} steps earlier: of the series, of its
   * category, and of the category another year earlier.
   */
  readonly seriesStart: Float64Array;
  readonly categoryStart: Float64Array;
  readonly earlierStart: Float64Array;

  /**
   * @param horizon number of steps after the history that may be targets
   * @param mostTargets most targets of one anchor
   */
  constructor(sales: SalesHistory, horizon: number, mostTargets: number) {
    this.spans = spansOf(sales.grid);
    this.calendar = calendarColumns(sales, horizon);
    const whole = () => new Int32Array(mostTargets);
    const real = () => new Float64Array(mostTargets);
    [this.step, this.target, this.same, this.back] = [whole(), whole(), whole(), whole()];
    this.outlook = Array.from({ length: mostTargets }, emptyOutlook);
    [this.categoryWeekday, this.dayBack, this.weekBack] = [real(), real(), real()];
    [this.seriesStart, this.categoryStart, this.earlierStart] = [real(), real(), real()];
  }

  /** Outlook of the structural model for each target. */
  readonly outlook: StructuralOutlook[];

  /** Moves to an anchor whose history has `end` steps. The level is 0 where the series has no sales yet. */
  moveTo(sources: SeriesSources, end: number, seriesIndex: number, categoryIndex: number): void {
    this.series = sources.series.history;
    this.category = sources.category.history;
    this.panel = sources.panel.history;
    this.structure = sources.structure;
    this.kinds = sources.kinds;
    this.seriesResponse = sources.series.response;
    this.categoryResponse = sources.category.response;
    this.panelResponse = sources.panel.response;
    this.seriesIndex = seriesIndex;
    this.categoryIndex = categoryIndex;
    this.end = end;
    this.count = 0;
    this.level = levelAt(this.series, end, this.spans);
    this.monthOnYear = this.onYear(this.series, this.spans.month);
    this.quarterOnYear = this.onYear(this.series, this.spans.quarter);
  }

  /** Sets the targets, `steps` after the anchor. */
  aimAt(steps: ArrayLike<number>): void {
    const { end, level, series, category } = this;
    const { week, year, half } = this.spans;
    this.count = steps.length;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i];
      const target = end - 1 + step;
      const back = year * Math.ceil(step / year);
      this.step[i] = step;
      this.target[i] = target;
      this.back[i] = back;
      this.same[i] = target - week * Math.ceil(step / week);
      this.categoryWeekday[i] = this.weekdayRatio(category, i, 13);
      this.dayBack[i] = series.at(target - back) / level;
      this.weekBack[i] = this.around(series, i, back, half) / level;
      this.seriesStart[i] = this.startOf(series, back);
      this.categoryStart[i] = this.startOf(category, back);
      this.earlierStart[i] = this.startOf(category, back + year);
      this.structure?.outlook(end, target, this.outlook[i]);
    }
  }

  /** Mean of the last `span` steps. */
  recent(history: History, span: number): number {
    return history.mean(this.end - span, this.end);
  }

  /** Mean of the last `span` steps over that of the same steps a year before. */
  onYear(history: History, span: number): number {
    const { end } = this;
    const { year } = this.spans;
    return history.mean(end - span, end) / history.mean(end - span - year, end - year);
  }

  /** Mean of the last `weeks` of target `i`'s weekday over the mean of these weeks. */
  weekdayRatio(history: History, i: number, weeks: number): number {
    return history.sameWeekday(this.same[i], weeks) / this.recent(history, weeks * this.spans.week);
  }

  /**
   * Mean from `half` steps before to `half` steps after the day that lies `years` before target `i`, as far as
   * it is known.
   */
  around(history: History, i: number, years: number, half: number): number {
    const middle = this.target[i] - years;
    return history.mean(middle - half, Math.min(this.end, middle + half + 1));
  }

  /** Mean of the month before the day that lies `years` before the anchor. */
  startOf(history: History, years: number): number {
    return history.mean(this.end - years - this.spans.month, this.end - years);
  }
}

/** Calendar of every step, including those to be forecast. */
export interface AnchorCalendar {
  readonly dayOfWeek: Float32Array;
  readonly dayOfMonth: Float32Array;
  readonly weekOfYear: Float32Array;
  readonly month: Float32Array;
}

function calendarColumns({ steps, startDay, grid }: SalesHistory, horizon: number): AnchorCalendar {
  const column = () => new Float32Array(steps + horizon);
  const columns = { dayOfWeek: column(), dayOfMonth: column(), weekOfYear: column(), month: column() };
  for (let i = 0; i < steps + horizon; i++) {
    const day = startDay + i * grid.stepDays;
    const { month, dayOfMonth } = civilFromDay(day);
    columns.dayOfWeek[i] = dayOfWeek(day);
    columns.dayOfMonth[i] = dayOfMonth;
    columns.weekOfYear[i] = isoWeek(day);
    columns.month[i] = month;
  }
  return columns;
}
