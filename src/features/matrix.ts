/** A column-major matrix of features: `columns[j][i]` is feature `j` of row `i`; NaN is a missing value. */
export interface FeatureMatrix {
  readonly rows: number;
  readonly columns: readonly Float32Array[];
  /** One name per column. */
  readonly names?: readonly string[];
}
