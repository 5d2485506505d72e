import { type RawBuilder, sql } from 'kysely';
import { civilFromDay, type Day, dayFromCivil } from '../../calendar/day.js';
import { ForecastError } from '../../errors.js';

/** The objects of the storage in one schema, as SQL names. */
export interface Tables {
  readonly schema: string;
  readonly sales: RawBuilder<unknown>;
  readonly batches: RawBuilder<unknown>;
  /** Rows of unfinished deliveries, which no reader sees. */
  readonly staging: RawBuilder<unknown>;
  readonly dailyTotals: RawBuilder<unknown>;
  /** Rows as they were before a delivery changed them. */
  readonly before: RawBuilder<unknown>;
  /** Log of removals. */
  readonly removals: RawBuilder<unknown>;
  /** Positions of streams. */
  readonly positions: RawBuilder<unknown>;
}

/** Columns of a row of sales, in the order in which statements name them. */
export const COLUMN_NAMES = [
  'day',
  'product_id',
  'location',
  'category',
  'units',
  'revenue',
  'price',
  'promo',
  'in_stock',
] as const;

/** A calendar month as a whole number of months since year 0. */
export type Month = number;

/** Longest schema name: PostgreSQL truncates long identifiers. */
const MAX_SCHEMA_LENGTH = 40;

/** @throws ForecastError `invalid-option` for a name that PostgreSQL would change or reserves. */
export function tablesIn(schema: string): Tables {
  if (schema.length > MAX_SCHEMA_LENGTH || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(schema) || /^pg_/i.test(schema)) {
    throw new ForecastError('invalid-option', `${JSON.stringify(schema)} is not the name of a schema`, {
      path: ['schema'],
      hint: `Use letters, digits and "_", at most ${MAX_SCHEMA_LENGTH}, and not the prefix "pg_".`,
    });
  }
  return {
    schema,
    sales: sql.id(schema, 'sales'),
    batches: sql.id(schema, 'sales_batches'),
    staging: sql.id(schema, 'sales_staging'),
    dailyTotals: sql.id(schema, 'daily_category_totals'),
    before: sql.id(schema, 'sales_before'),
    removals: sql.id(schema, 'sales_removals'),
    positions: sql.id(schema, 'sales_positions'),
  };
}

export function monthOfDay(day: Day): Month {
  const { year, month } = civilFromDay(day);
  return year * 12 + month - 1;
}

export function firstDayOfMonth(month: Month): Day {
  const year = Math.floor(month / 12);
  // `Date.UTC` takes the years 0 to 99 for 1900 to 1999: 400 years later the calendar is the same.
  const DAYS_IN_400_YEARS = 146_097;
  return dayFromCivil(year + 400, (month % 12) + 1, 1) - DAYS_IN_400_YEARS;
}

/** `sales_2024_03`: the table of the sales of a month. */
export function partitionName(month: Month): string {
  const year = String(Math.floor(month / 12)).padStart(4, '0');
  return `sales_${year}_${String((month % 12) + 1).padStart(2, '0')}`;
}

/** The month of a partition's name, or undefined for another table. */
export function monthOfPartition(name: string): Month | undefined {
  const match = /^sales_(\d{4,5})_(\d{2})$/.exec(name);
  return match === null ? undefined : Number(match[1]) * 12 + Number(match[2]) - 1;
}

/** A day as an SQL date that is valid in table definitions. */
export function dateLiteral(day: Day): RawBuilder<unknown> {
  return sql`(DATE '1970-01-01' + ${sql.lit(day)})`;
}
