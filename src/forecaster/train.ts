import { type Day, formatDay } from '../calendar/day.js';
import { combineEvents } from '../calendar/events.js';
import { mapConcurrently } from '../concurrent.js';
import { createPacer, type LongCallOptions, runInSlices } from '../long-call.js';
import type { Covariates, FittedModel, ForecastModel } from '../models/contract.js';
import type { DataReport } from '../panel/data-report.js';
import { lastDay, type Panel } from '../panel/panel.js';
import { type BuiltPanel, PanelBuilder } from '../panel/panel-builder.js';
import { sliceDays } from '../panel/slice.js';
import type { SalesStorage } from '../storage/contract.js';
import { buildSnapshot, type ForecastPlan, forecastAll, type ModelForecasts } from './build-snapshot.js';
import { NO_CALIBRATION } from './calibration.js';
import { dataFingerprint } from './fingerprint.js';
import type { ForecasterOptions, ForecasterSettings } from './options.js';
import type { ForecastSnapshot } from './snapshot.js';
import { type ValidationOutcome, validateModel } from './validate-model.js';
import type { ValidationReport } from './validation.js';

export interface TrainingInput {
  readonly storage: SalesStorage;
  readonly model: ForecastModel;
  readonly settings: ForecasterSettings;
  readonly options: ForecasterOptions;
  readonly trainedAt: string;
  /** The present day in the time zone of the shop: it is not over, and no sale is later. */
  readonly today: Day;
}

/** What a training came to. */
export interface TrainingReport {
  readonly modelVersion: string;
  readonly trainedAt: string;
  /** ISO dates of the first and the last day that the model was fitted on. */
  readonly firstDay: string;
  readonly lastDay: string;
  readonly products: number;
  readonly categories: number;
  /** What was found in the data and what was done about it. */
  readonly data: DataReport;
  /** Accuracy on the days held back; undefined where the history was too short. */
  readonly validation: ValidationReport | undefined;
}

export interface Training {
  readonly report: TrainingReport;
  readonly snapshot: ForecastSnapshot;
  readonly fitted: FittedModel;
}

/** Days of features that the first day of a training reaches back. */
const WARM_UP_DAYS = 30;

/** Days after the cutoff that events are needed for: the rest of this year and the next one. */
const EVENT_DAYS_AHEAD = 731;

/** Reads the sales, measures the model on the last days, fits it on all and computes the forecasts. */
export async function trainModel(input: TrainingInput, options: LongCallOptions): Promise<Training> {
  const { panel: whole, report: data } = await readPanel(input, options);
  const panel = lastDays(whole, input.settings.trainingDays + WARM_UP_DAYS);
  const { snapshot, fitted } = await trainOnPanel(panel, input, options);
  const report: TrainingReport = {
    modelVersion: snapshot.modelVersion,
    trainedAt: input.trainedAt,
    firstDay: formatDay(panel.startDay),
    lastDay: formatDay(lastDay(panel)),
    products: panel.seriesCount,
    categories: panel.categories.length,
    data,
    validation: snapshot.validation,
  };
  return { report, snapshot, fitted };
}

/** The part of {@link trainModel} that follows the reading of the sales. */
export async function trainOnPanel(
  panel: Panel,
  input: Omit<TrainingInput, 'storage' | 'today'>,
  options: LongCallOptions,
): Promise<Pick<Training, 'snapshot' | 'fitted'>> {
  const { settings } = input;
  const { intervalLevel, periodAlignment: alignment } = settings;
  const covariates = await loadCovariates(input.options, panel, options.signal);
  const plan = { panel, intervalLevel, alignment };
  const { outcome, fitted, forecasts } = await measureAndFit(input, plan, covariates, options);
  const snapshot = buildSnapshot({
    ...plan,
    forecasts,
    modelVersion: versionOf(input, panel),
    trainedAt: input.trainedAt,
    calibration: settings.calibrateIntervals && outcome ? outcome.calibration : NO_CALIBRATION,
    validation: outcome?.report,
  });
  return { snapshot, fitted };
}

/**
 * Validates the model, and fits it on all days and forecasts: the one while the other waits for its workers if the model
 * says that its fits may run at the same time.
 */
async function measureAndFit(
  { model, settings }: Pick<TrainingInput, 'model' | 'settings'>,
  plan: ForecastPlan,
  covariates: Covariates,
  { signal, onProgress }: LongCallOptions,
): Promise<{ outcome: ValidationOutcome | undefined; fitted: FittedModel; forecasts: ModelForecasts }> {
  const { seed, validationDays, intervalLevel } = settings;
  let outcome: ValidationOutcome | undefined;
  let final: { readonly fitted: FittedModel; readonly forecasts: ModelForecasts } | undefined;
  const phased = (prefix: string, stop: AbortSignal): LongCallOptions => ({
    signal: stop,
    onProgress: (progress) => onProgress?.({ ...progress, phase: `${prefix}${progress.phase}` }),
  });
  const validate = async (stop: AbortSignal) => {
    const measured = { validationDays, intervalLevel, covariates, seed };
    outcome = await validateModel(model, plan.panel, { ...phased('validate: ', stop), ...measured });
  };
  const fit = async (stop: AbortSignal) => {
    const fitted = await model.fit(plan.panel, { ...phased('train: ', stop), covariates, seed });
    final = { fitted, forecasts: await forecastAll(fitted, plan, phased('', stop)) };
  };
  await mapConcurrently([validate, fit], model.maxConcurrentFits ?? 1, (work, stop) => work(stop), signal);
  return { outcome, ...final! };
}

/** The stored sales as a panel. */
async function readPanel(input: TrainingInput, options: LongCallOptions): Promise<BuiltPanel> {
  const { panel, events } = input.options;
  const builder = new PanelBuilder({ today: input.today, events, ...panel });
  const pace = createPacer(options);
  const { rows: total } = await input.storage.summary();
  let done = 0;
  for await (const rows of input.storage.read({ signal: options.signal })) {
    for (const row of rows) builder.addStored(row);
    done += rows.length;
    await pace({ phase: 'read sales', done, total });
  }
  return runInSlices(builder.finishSteps(), options);
}

function lastDays(panel: Panel, days: number): Panel {
  return panel.days > days ? sliceDays(panel, panel.days - days, panel.days) : panel;
}

async function loadCovariates(
  { events = [], indicators = [] }: ForecasterOptions,
  panel: Panel,
  signal: AbortSignal | undefined,
): Promise<Covariates> {
  const from = panel.startDay;
  const to = lastDay(panel);
  return {
    events: combineEvents(events)(from, to + EVENT_DAYS_AHEAD),
    indicators: typeof indicators === 'function' ? await indicators({ from, to, signal }) : indicators,
  };
}

function versionOf({ model, settings }: Pick<TrainingInput, 'model' | 'settings'>, panel: Panel): string {
  const fingerprint = dataFingerprint(panel, { model: model.name, settings });
  return `${formatDay(lastDay(panel))}-${fingerprint.slice(0, 12)}`;
}
