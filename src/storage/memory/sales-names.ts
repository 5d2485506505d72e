import { ForecastError } from '../../errors.js';
import { compareText } from '../daily-sales.js';
import { TextCodes } from '../sales-columns.js';
import { MAX_CATEGORIES } from './sales-leaf.js';

/** Products and locations that a heap of the usual size holds the names of, with room for all else. */
const MAX_SERIES = 5_000_000;

/** The texts of rows, numbered as they came. */
export class SalesNames {
  readonly products: string[] = [];
  readonly locations: string[] = [];
  readonly #categories = new TextCodes();
  readonly #series = new Map<string, number>();

  /** The number of a product at a location. @throws ForecastError `limit-exceeded` */
  series(productId: string, location: string): number {
    const key = location === '' ? productId : `${productId}\u0000${location}`;
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    const series = this.products.length;
    if (series === MAX_SERIES) throw limitExceeded(`${MAX_SERIES} products and locations`);
    this.products.push(productId);
    this.locations.push(location);
    this.#series.set(key, series);
    return series;
  }

  get categories(): readonly string[] {
    return this.#categories.texts;
  }

  /** The number of a category. @throws ForecastError `limit-exceeded` */
  category(name: string): number {
    const category = this.#categories.codeOf(name);
    if (category >= MAX_CATEGORIES) throw limitExceeded(`${MAX_CATEGORIES} categories`);
    return category;
  }

  /** Orders series by product and location. */
  readonly compare = (a: number, b: number): number => {
    const by = (names: readonly string[]) => compareText(names[a] ?? '', names[b] ?? '');
    return a === b ? 0 : by(this.products) || by(this.locations);
  };
}

export function limitExceeded(limit: string, path: readonly string[] = [], cause?: unknown): ForecastError {
  return new ForecastError('limit-exceeded', `A storage in memory holds at most ${limit}`, {
    path,
    cause,
    hint: 'Keep the sales in a database, or raise `maxRows`.',
  });
}
