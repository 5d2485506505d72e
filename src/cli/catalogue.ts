import { ForecastError } from '../errors.js';
import { rolesOf } from '../panel/csv/csv-words.js';
import type { CsvRow, SalesCsvInspection } from '../panel/csv/index.js';
import { present } from '../present.js';
import type { CategoryRules } from './category-rules.js';
import { referencesOf, specOf } from './describe-mapping.js';

/** Names and categories of products, from the first line of each. */
export class Catalogue {
  private readonly categories = new Map<string, string>();
  private readonly product: readonly string[];
  private readonly description: string | undefined;
  private readonly price: string | undefined;
  private readonly units: string | undefined;

  /** @throws ForecastError `invalid-option` if there are rules but no column with descriptions. */
  constructor(
    { mapping, header }: SalesCsvInspection,
    private readonly rules: CategoryRules | undefined,
    /** Names by product id, which several catalogues may share. */
    readonly names: Map<string, string> = new Map(),
  ) {
    const named = (reference: string | number | undefined) =>
      typeof reference === 'number' ? header[reference] : reference;
    const { columns = {} } = mapping;
    const [first, second] = referencesOf(columns.productId);
    this.product = [first, ...(specOf(columns.productId).join ?? [])].flatMap(
      (column) => named(column) ?? [],
    );
    this.description = named(second) ?? (isName(named(first)) ? named(first) : undefined);
    this.price = named(referencesOf(columns.price)[0]);
    this.units = named(referencesOf(columns.units)[0]);
    if (rules && this.description === undefined) {
      throw new ForecastError('invalid-option', '--category-rules needs a column with descriptions', {
        path: ['--category-rules'],
        hint: 'Name it with --column product=NAME',
      });
    }
  }

  /** True if the catalogue needs the lines of the file. */
  get isNeeded(): boolean {
    return this.rules !== undefined || this.description !== undefined || this.price !== undefined;
  }

  /**
   * Notes the name of the product; returns false for a line to leave out. A line with neither units nor a price
   * means that the product is not on sale yet.
   */
  isSale(row: CsvRow): boolean {
    const { rules } = this;
    const id = this.idOf(row);
    if (rules && !rules.isProduct(id)) return false;
    if (this.price !== undefined) {
      const price = row[this.price];
      if (rules?.pricedOnly && !(Number(price) > 0)) return false;
      if (price === '' && this.units !== undefined && row[this.units] !== '' && Number(row[this.units]) === 0)
        return false;
    }
    this.noteName(id, row);
    return true;
  }

  categoryOf(row: CsvRow): string {
    const id = this.idOf(row);
    let category = this.categories.get(id);
    if (category === undefined) {
      category = present(this.rules, 'rules for categories').categoryOf(this.descriptionIn(row));
      this.categories.set(id, category);
    }
    return category;
  }

  private idOf(row: CsvRow): string {
    return this.product.map((name) => present(row[name], 'column of the product').trim()).join('@');
  }

  private descriptionIn(row: CsvRow): string {
    const column = present(this.description, 'column with descriptions');
    return present(row[column], 'description of the product');
  }

  private noteName(id: string, row: CsvRow): void {
    const { description } = this;
    if (description === undefined || id === '' || this.product.includes(description) || this.names.has(id))
      return;
    const name = this.descriptionIn(row).replace(/\s+/g, ' ').trim();
    if (name !== '') this.names.set(id, name);
  }
}

function isName(title: string | undefined): boolean {
  return title !== undefined && rolesOf(title).some(({ role }) => role === 'name');
}
