import type { CsvWhere } from '../csv-where.js';

/** A column by its name in the export; of several, the first that the header has. */
export type ProfileColumn = string | readonly string[];

/** Description of an export of a shop system: plain data. Names are compared without case, accents and signs. */
export interface ExportProfile {
  readonly id: string;
  readonly title: string;
  /** Columns by which the export is recognised; of each list, one. */
  readonly signature: readonly ProfileColumn[];
  readonly columns: {
    readonly date?: ProfileColumn;
    readonly sku?: ProfileColumn;
    readonly name?: ProfileColumn;
    readonly variant?: ProfileColumn;
    readonly category?: ProfileColumn;
    /** `1` counts each line as one unit. */
    readonly units?: ProfileColumn | 1;
    readonly unitsMinus?: readonly string[];
    readonly price?: ProfileColumn;
    readonly revenue?: ProfileColumn;
    readonly location?: ProfileColumn;
    readonly order?: ProfileColumn;
    /** Id of each line. */
    readonly line?: ProfileColumn;
  };
  /** Rules whose column the header has. */
  readonly where?: readonly (Omit<CsvWhere, 'column' | 'sameOrder'> & {
    readonly column: ProfileColumn;
    /** True if blank values are those of the line above in the same order. */
    readonly ofOrder?: boolean;
  })[];
  /** Titles in the first column name the products. */
  readonly titles?: boolean;
  /** Columns that only the first line of an order fills. */
  readonly fillDown?: readonly string[];
  /** The order of the numbers in dates, where the system always writes it. */
  readonly dateFormat?: 'DMY' | 'MDY' | 'YMD';
}
