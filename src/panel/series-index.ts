import type { Day } from '../calendar/day.js';

const NO_CATEGORY = -1;

/** The series met so far, numbered as they came, with their extent and category. */
export class SeriesIndex {
  readonly ids: string[] = [];
  readonly firstDay: Day[] = [];
  readonly rows: number[] = [];
  readonly categories: string[] = [];
  /** Series whose records name several categories, with one that is no longer used. */
  readonly formerCategory = new Map<number, number>();
  private readonly categoryOf: number[] = [];
  private readonly categoryDay: Day[] = [];
  private readonly numberOf = new Map<string, number>();
  private readonly categoryNumberOf = new Map<string, number>();

  get size(): number {
    return this.ids.length;
  }

  /** Notes a record of a series and returns the number of the series. */
  note(id: string, day: Day, category: string | null | undefined): number {
    let series = this.numberOf.get(id);
    if (series === undefined) series = this.add(id, day);
    this.rows[series]++;
    if (day < this.firstDay[series]) this.firstDay[series] = day;
    if (category) this.noteCategory(series, day, category);
    return series;
  }

  /** The category of the latest day on which one was named, or `undefined`. */
  category(series: number): string | undefined {
    const category = this.categoryOf[series];
    return category === NO_CATEGORY ? undefined : this.categories[category];
  }

  private add(id: string, day: Day): number {
    const series = this.ids.length;
    this.ids.push(id);
    this.firstDay.push(day);
    this.rows.push(0);
    this.categoryOf.push(NO_CATEGORY);
    this.categoryDay.push(day);
    this.numberOf.set(id, series);
    return series;
  }

  private noteCategory(series: number, day: Day, name: string): void {
    const current = this.categoryOf[series];
    // Nearly every row repeats the category of its series, so that no look-up is needed.
    if (current !== NO_CATEGORY && this.categories[current] === name) {
      if (day > this.categoryDay[series]) this.categoryDay[series] = day;
      return;
    }
    const category = this.categoryNumber(name);
    if (current === NO_CATEGORY || day >= this.categoryDay[series]) {
      if (current !== NO_CATEGORY) this.formerCategory.set(series, current);
      this.categoryOf[series] = category;
      this.categoryDay[series] = day;
    } else {
      this.formerCategory.set(series, category);
    }
  }

  private categoryNumber(name: string): number {
    let category = this.categoryNumberOf.get(name);
    if (category === undefined) {
      category = this.categories.length;
      this.categories.push(name);
      this.categoryNumberOf.set(name, category);
    }
    return category;
  }
}

/** The id of the series that a record belongs to. */
export function seriesId(
  { productId, location }: { readonly productId: string; readonly location?: string | null },
  byLocation: boolean,
): string {
  return byLocation && location ? `${productId}@${location}` : productId;
}
