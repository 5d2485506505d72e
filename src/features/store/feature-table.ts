import type { Day } from '../../calendar/day.js';

/** The features of all series on one day. */
export interface FeatureDay {
  readonly day: Day;
  /** Fingerprint of what the values were made from. */
  readonly inputs: string;
  /** Ids of the series, in the order of their values. */
  readonly ids: readonly string[];
  /** Features that all series share, one value each. */
  readonly shared: Float32Array;
  /** Features of the series: feature `j` of series `i` at `j * ids.length + i`. NaN is a missing value. */
  readonly series: Float32Array;
}

/** Where features are kept, by version of their definition and by day. */
export interface FeatureTable {
  readonly specificationVersion: 'v1';
  readonly name: string;
  /** The fingerprint of every stored day. */
  inputs(version: string): Promise<ReadonlyMap<Day, string>>;
  /** Stores days, all or none; days that are there are replaced. */
  write(version: string, days: readonly FeatureDay[]): Promise<void>;
  /** The stored days between two days, both included, in ascending order. */
  read(version: string, from: Day, to: Day): AsyncIterable<FeatureDay>;
  /** The newest stored day. */
  latest(version: string): Promise<FeatureDay | undefined>;
  /** Removes the days before a day (retention) and returns how many went. */
  deleteBefore(version: string, day: Day): Promise<number>;
}
