import { ForecastError, invalidOption } from '../errors.js';
import { square } from '../math/index.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import { numberAt } from '../present.js';
import type { MonitoringReport } from './report.js';

/** Mean and standard deviation of the residuals of a validation, taken as normal behaviour. */
export interface ResidualReference {
  readonly mean: number;
  readonly standardDeviation: number;
}

export interface ResidualShiftOptions {
  /** Allowance, in standard deviations: half of the shift to be detected quickly. Default 0.5. */
  readonly slack?: number;
  /** Sum of deviations at which a shift is reported. Default 5. */
  readonly limit?: number;
}

const RESIDUAL_SHIFT_OPTIONS: OptionTable<ResidualShiftOptions> = { slack: 1, limit: 1 };

/** State of a monitor; plain data. */
export interface ResidualShiftState {
  /** Sums of deviations beyond the slack, upwards and downwards, in standard deviations. */
  readonly up: number;
  readonly down: number;
  /** Residuals since each sum was last zero. */
  readonly upCount: number;
  readonly downCount: number;
  /** The direction once a sum has passed the limit; kept until the monitor is restarted. */
  readonly shift: 'none' | 'up' | 'down';
}

export const NO_SHIFT: ResidualShiftState = { up: 0, down: 0, upCount: 0, downCount: 0, shift: 'none' };

/**
 * The reference of {@link updateResidualShift} from the residuals (`actual - forecast`) of a validation.
 *
 * @throws ForecastError `too-short` for fewer than two residuals, `invalid-data` for one that is not finite, or if
 * they do not vary.
 */
export function residualReference(residuals: ArrayLike<number>): ResidualReference {
  const count = residuals.length;
  if (count < 2)
    throw new ForecastError('too-short', `A reference needs at least two residuals, got ${count}`);
  let sum = 0;
  for (let i = 0; i < count; i++) sum += checked(numberAt(residuals, i));
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < count; i++) squares += square(numberAt(residuals, i) - mean);
  const reference = { mean, standardDeviation: Math.sqrt(squares / (count - 1)) };
  checkReference(reference);
  return reference;
}

/**
 * Adds the next residual to a two-sided cumulative sum (CUSUM), which detects a lasting shift of the mean much
 * sooner than single residuals show it. With slack 0.5 and limit 5, a shift of one standard deviation is
 * detected after 10 residuals on average, and false alarms are 465 residuals apart. That holds for independent
 * residuals: pass totals of days, or whitened ones, and not every series of one day.
 *
 * ```ts
 * import { NO_SHIFT, residualReference, updateResidualShift } from 'commerce-forecast/monitoring';
 *
 * const reference = residualReference([0.4, -1.2, 0.9, -0.3, 0.1, 0.8, -0.6]);
 * let state = NO_SHIFT;
 * for (const residual of [2.1, 1.7, 2.4, 2.2]) state = updateResidualShift(state, residual, reference);
 * state.shift; // 'up': the model forecasts too little
 * ```
 *
 * Source: E. S. Page, "Continuous inspection schemes", Biometrika 41 (1954); design values from D. C. Montgomery,
 * "Introduction to Statistical Quality Control", the tabular CUSUM.
 *
 * @throws ForecastError `invalid-data` for a residual that is not finite or a reference that does not vary,
 * `invalid-option` for a slack or limit that is not a positive number (0 is a slack).
 */
export function updateResidualShift(
  state: ResidualShiftState,
  residual: number,
  reference: ResidualReference,
  options: ResidualShiftOptions = {},
): ResidualShiftState {
  refuseUnknown(options, RESIDUAL_SHIFT_OPTIONS);
  const { slack = 0.5, limit = 5 } = options;
  checkReference(reference);
  checkPositive('slack', slack, slack >= 0);
  checkPositive('limit', limit, limit > 0);
  const deviation = (checked(residual) - reference.mean) / reference.standardDeviation;
  const up = Math.max(0, state.up + deviation - slack);
  const down = Math.max(0, state.down - deviation - slack);
  const found = up > limit ? 'up' : down > limit ? 'down' : 'none';
  return {
    up,
    down,
    upCount: up > 0 ? state.upCount + 1 : 0,
    downCount: down > 0 ? state.downCount + 1 : 0,
    shift: state.shift === 'none' ? found : state.shift,
  };
}

/** The mean deviation since a sum left zero, in standard deviations: positive if the forecasts are too low. */
export function estimatedShift(state: ResidualShiftState, options: ResidualShiftOptions = {}): number {
  const { slack = 0.5 } = options;
  if (state.up >= state.down) return state.upCount === 0 ? 0 : slack + state.up / state.upCount;
  return -(slack + state.down / state.downCount);
}

/** Metrics of the estimated shift of several series of residuals, and an event for each that has shifted. */
export function residualShiftReport(
  states: Readonly<Record<string, ResidualShiftState>>,
  options: ResidualShiftOptions = {},
): MonitoringReport {
  const { limit = 5 } = options;
  const name = 'forecast_residual_shift_sigmas';
  const entries = Object.entries(states).map(([series, state]) => ({
    state,
    value: estimatedShift(state, options),
    labels: { series },
  }));
  const shifted = entries.filter(({ state }) => state.shift !== 'none');
  return {
    metrics: entries.map(({ value, labels }) => ({ name, value, labels })),
    events: shifted.map(({ state, value, labels }) => ({
      kind: 'residual-shift',
      severity: 'warning',
      metric: name,
      value,
      threshold: limit,
      labels,
      message: `The sales of ${labels.series} run ${state.shift === 'up' ? 'above' : 'below'} their forecasts: the mean residual has shifted`,
    })),
  };
}

function checked(residual: number): number {
  if (Number.isFinite(residual)) return residual;
  throw new ForecastError('invalid-data', `A residual must be a finite number, got ${residual}`, {
    path: ['residual'],
  });
}

function checkReference({ mean, standardDeviation }: ResidualReference): void {
  if (Number.isFinite(mean) && standardDeviation > 0 && Number.isFinite(standardDeviation)) return;
  throw new ForecastError('invalid-data', 'The residuals of the reference do not vary', {
    path: ['reference'],
    hint: 'Take the residuals of more series or days.',
  });
}

function checkPositive(name: string, value: number, valid: boolean): void {
  if (valid && Number.isFinite(value)) return;
  invalidOption(name, `${name} must be a positive number, got ${value}`);
}
