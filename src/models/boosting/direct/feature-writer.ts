import { civilFromDay, dayOfWeek, isoWeek } from '../../../calendar/day.js';
import type { EventKinds } from './event-kinds.js';
import type { SeriesSources } from './feature-context.js';
import { ANCHOR_FEATURES } from './feature-names.js';
import type { SalesHistory, StepGrid } from './grid.js';
import type { History } from './history.js';
import { levelAt, type Spans, seasonalBases, spansOf, type TargetBases } from './levels.js';

/**
 * Writes the features of {@link DIRECT_FEATURES}, all relative to the level of the series. Everything about sales comes
 * from the steps before the anchor's end; of the target only its date, its distance and its events are known.
 */
export class FeatureWriter {
  private readonly grid: StepGrid;
  private readonly spans: Spans;
  private readonly anchor = new Float64Array(ANCHOR_FEATURES.length);
  private readonly calendar: readonly Float32Array[];
  private sources: SeriesSources | undefined;
  private end = 0;
  private level = 0;

  /** @param horizon steps after the history that will be asked about */
  constructor(
    sales: SalesHistory,
    horizon: number,
    private readonly kinds: EventKinds,
  ) {
    this.grid = sales.grid;
    this.spans = spansOf(sales.grid);
    this.calendar = calendarColumns(sales, horizon);
  }

  /**
   * Begins the rows of an anchor whose history has `end` steps. Returns the level of the series, by which targets are
   * divided, or 0 where it has no sales yet and therefore no rows.
   */
  startAnchor(sources: SeriesSources, end: number, series: number, category: number): number {
    this.sources = sources;
    this.end = end;
    this.level = levelAt(sources.series.history, end, this.spans);
    if (this.level > 0) this.fillAnchor(sources, series, category);
    return this.level;
  }

  /** Writes the row of the target `step` steps after the anchor, and returns what targets are divided by there. */
  write(step: number, columns: readonly Float32Array[], row: number): TargetBases {
    const { end, level, anchor, grid, spans, kinds, calendar } = this;
    const { series, category, panel } = this.sources as SeriesSources;
    const { week, year } = grid;
    const target = end - 1 + step;
    let j = 0;
    for (; j < anchor.length; j++) columns[j][row] = anchor[j];
    const put = (value: number) => {
      columns[j++][row] = Number.isFinite(value) ? value : Number.NaN;
    };
    put(step);
    for (const column of calendar) put(column[target]);

    const same = target - week * Math.ceil(step / week);
    const weekdayRatio = (history: History, weeks: number) =>
      history.sameWeekday(same, weeks) / history.mean(end - weeks * week, end);
    put(series.history.at(same) / level);
    put(series.history.sameWeekday(same, 4) / level);
    put(series.history.sameWeekday(same, 8) / level);
    put(series.history.sameWeekday(same, 13) / level);
    put(weekdayRatio(category.history, 8));
    const categoryWeekday = weekdayRatio(category.history, 13);
    put(categoryWeekday);
    put(weekdayRatio(panel.history, 8));

    // The same weekday a whole number of years before, and how sales went on from the anchor's date then.
    const back = year * Math.ceil(step / year);
    const around = (history: History, years: number, half: number) =>
      history.mean(target - years - half, Math.min(end, target - years + half + 1));
    const start = (history: History, years: number) => history.mean(end - years - spans.month, end - years);
    const [day, days] = [
      series.history.at(target - back) / level,
      around(series.history, back, spans.half) / level,
    ];
    put(day);
    put(days);
    put(day * anchor[ON_YEAR_28]);
    put(days * anchor[ON_YEAR_91] * categoryWeekday);
    const fortnight = spans.month / 2;
    const ownStart = start(series.history, back);
    put((days * level) / ownStart);
    put(around(series.history, back, fortnight) / ownStart);
    const categoryStart = start(category.history, back);
    put(category.history.at(target - back) / categoryStart);
    put(around(category.history, back, spans.half) / categoryStart);
    put(around(category.history, back, fortnight) / categoryStart);
    const earlierStart = start(category.history, back + year);
    put(around(category.history, back + year, spans.half) / earlierStart);
    put(around(category.history, back + year, fortnight) / earlierStart);
    put(around(panel.history, back, spans.half) / start(panel.history, back));

    const kind = kinds.kindOf[target];
    const near = kinds.nearKindOf[target];
    put(kinds.eventCount[target]);
    put(kinds.toNext[target]);
    put(kinds.sinceLast[target]);
    put(series.response.of(kind, end, level));
    put(category.response.of(kind, end, 0));
    put(panel.response.of(kind, end, 0));
    put(series.response.of(near, end, level));
    put(category.response.of(near, end, 0));
    return seasonalBases(
      { series: series.history, category: category.history, level, end, target, back, categoryWeekday },
      spans,
    );
  }

  private fillAnchor({ series, category, panel }: SeriesSources, seriesIndex: number, categoryIndex: number) {
    const { grid, spans, anchor, end, level } = this;
    const { week, year } = grid;
    const { month, quarter } = spans;
    const own = series.history;
    const relative = (span: number) => own.mean(end - span, end) / level;
    const ratio = (history: History, short: number, long: number) =>
      history.mean(end - short, end) / history.mean(end - long, end);
    const onYear = (history: History, span: number) =>
      history.mean(end - span, end) / history.mean(end - span - year, end - year);
    const sale = own.lastSaleBefore(end);
    let j = 0;
    const put = (value: number) => {
      anchor[j++] = Number.isFinite(value) ? value : Number.NaN;
    };
    put(Math.log(level));
    for (const span of [week, 2 * week, month, 2 * quarter, year]) put(relative(span));
    put(own.deviation(end - month, end) / level);
    put(own.deviation(end - quarter, end) / level);
    put(own.zeroShare(end - month, end));
    put(own.zeroShare(end - quarter, end));
    put(onYear(own, month));
    put(onYear(own, quarter));
    put(Math.min(2 * year, end - own.first));
    put(sale < 0 ? year : Math.min(year, end - sale));
    put(ratio(category.history, week, month));
    put(ratio(category.history, month, quarter));
    put(onYear(category.history, month));
    put(onYear(category.history, quarter));
    put(ratio(panel.history, week, month));
    put(ratio(panel.history, month, quarter));
    put(onYear(panel.history, month));
    put(seriesIndex);
    put(categoryIndex);
  }
}

const ON_YEAR_28 = ANCHOR_FEATURES.indexOf('on_year_28');
const ON_YEAR_91 = ANCHOR_FEATURES.indexOf('on_year_91');

/** Weekday, day of the month, week of the year and month of every step, those to be forecast included. */
function calendarColumns(sales: SalesHistory, horizon: number): Float32Array[] {
  const columns = Array.from({ length: 4 }, () => new Float32Array(sales.steps + horizon));
  for (let i = 0; i < sales.steps + horizon; i++) {
    const day = sales.startDay + i * sales.grid.stepDays;
    const { month, dayOfMonth } = civilFromDay(day);
    [dayOfWeek(day), dayOfMonth, isoWeek(day), month].forEach((value, k) => {
      columns[k][i] = value;
    });
  }
  return columns;
}
