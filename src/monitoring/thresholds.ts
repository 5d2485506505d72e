/** Limits beyond which a metric becomes an event. */
export interface MonitoringThresholds {
  /** Smallest accuracy (1 - WAPE). */
  readonly minimumAccuracy: number;
  /** Largest absolute relative bias. */
  readonly maximumBias: number;
  /** Largest distance of the coverage of intervals from their level, in either direction. */
  readonly coverageTolerance: number;
  /** Observed pairs before accuracy, bias and coverage count. */
  readonly minimumObservations: number;
  /** Population stability indices from which drift is a warning, and critical. */
  readonly populationWarning: number;
  readonly populationCritical: number;
  /** Complete days that may be missing at the end of the data. */
  readonly maximumDataAgeDays: number;
  /** Days since the model was trained. */
  readonly maximumModelAgeDays: number;
  /** Largest share of predictions that failed. */
  readonly maximumFailureRate: number;
  /** Predictions before the failure rate counts. */
  readonly minimumRequests: number;
}

/**
 * The thresholds of the system document: accuracy above 85 %, prediction failure rate at most 1 %, daily collection
 * at 02:00 UTC (so that until then one more day may be missing) and weekly training (with a day to spare). Those of
 * drift are the customary ones: N. Siddiqi, "Credit Risk Scorecards" (2006), takes a population stability index below
 * 0.1 for no change and above 0.25 for a substantial one.
 */
export const DEFAULT_THRESHOLDS: MonitoringThresholds = {
  minimumAccuracy: 0.85,
  maximumBias: 0.1,
  coverageTolerance: 0.1,
  minimumObservations: 100,
  populationWarning: 0.1,
  populationCritical: 0.25,
  maximumDataAgeDays: 1,
  maximumModelAgeDays: 8,
  maximumFailureRate: 0.01,
  minimumRequests: 100,
};
