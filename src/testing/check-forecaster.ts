import { ForecastError } from '../errors.js';
import type { FitOptions, ForecastModel } from '../models/contract.js';
import type { Panel } from '../panel/panel.js';
import type { CheckContext, ForecasterCheck } from './forecaster-check-context.js';
import { FORECASTER_CHECKS } from './forecaster-checks.js';
import { generatePanel } from './generate-sales.js';
import { type NamedCheck, runChecks } from './named-checks.js';

export interface CheckForecasterOptions {
  /** Panel that the model is fitted on. Default: 12 generated products over 400 days. */
  readonly panel?: Panel;
  /** Passed to every fit: seed and covariates. */
  readonly fitOptions?: Pick<FitOptions, 'seed' | 'covariates'>;
  /** Makes the model again with equal options, to compare the configs. */
  readonly remake?: () => ForecastModel;
  /** Default 28. */
  readonly horizon?: number;
  /** Default 0.5, 0.8 and 0.95. */
  readonly levels?: readonly number[];
  /** Names of checks to leave out, for a documented limitation. */
  readonly skip?: readonly string[];
  /** The panel whose fit is aborted; it should take well over 100 ms. Default: 400 products over 730 days. */
  readonly slowPanel?: Panel;
  /** Milliseconds that a fit may continue after an abort. Default 100. */
  readonly abortWithinMs?: number;
}

export interface CheckReport {
  readonly model: string;
  readonly passed: readonly string[];
  readonly skipped: readonly string[];
}

/**
 * Checks a model against the contract of `ForecastModel`: sound and nested intervals, totals that add up,
 * determinism, untouched input, exact reload, no leakage, typed refusals, prompt aborts, awkward data, and that
 * each kind of covariate in its `uses` is learnt, so that shuffling it increases the error. Works in any test
 * framework: it returns the names of the checks or throws one error that lists every failure.
 *
 * ```ts
 * import { seasonalNaive } from 'commerce-forecast';
 * import { checkForecaster } from 'commerce-forecast/testing';
 *
 * const report = await checkForecaster(seasonalNaive({ season: 7 }));
 * console.log(report.passed.join('\n'));
 * ```
 *
 * @throws AggregateError that lists every failed check; ForecastError `invalid-option` if a check to skip does not exist.
 */
export async function checkForecaster(
  model: ForecastModel,
  options: CheckForecasterOptions = {},
): Promise<CheckReport> {
  const checks = forecasterChecks(model, options);
  await runChecks(`Forecast model "${model.name}"`, checks);
  return { model: model.name, passed: checks.map((check) => check.name), skipped: options.skip ?? [] };
}

/** The same checks one by one, for a test framework. */
export function forecasterChecks(model: ForecastModel, options: CheckForecasterOptions = {}): NamedCheck[] {
  const { skip = [] } = options;
  const unknown = skip.find((name) => FORECASTER_CHECKS.every((check) => check.name !== name));
  if (unknown !== undefined) {
    throw new ForecastError('invalid-option', `There is no check "${unknown}"`, { path: ['skip'] });
  }
  const context: CheckContext = {
    model,
    panel: options.panel ?? generatePanel({ products: 12, categories: 3, days: 400 }),
    remake: options.remake ?? (() => model),
    fitOptions: options.fitOptions ?? {},
    horizon: options.horizon ?? 28,
    levels: options.levels ?? [0.5, 0.8, 0.95],
    slowPanel: () => options.slowPanel ?? generatePanel({ products: 400, days: 730 }),
    abortWithinMs: options.abortWithinMs ?? 100,
  };
  const applies = ({ name, uses }: ForecasterCheck) =>
    !skip.includes(name) && (uses === undefined || uses.some((kind) => model.uses?.includes(kind)));
  return FORECASTER_CHECKS.filter(applies).map((check) => ({
    name: check.name,
    run: () => check.run(context),
  }));
}
