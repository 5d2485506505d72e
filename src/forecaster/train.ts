import type { Day } from '../calendar/day.js';
import { combineEvents } from '../calendar/events.js';
import { mapConcurrently } from '../concurrent.js';
import { createPacer, type LongCallOptions, runInSlices } from '../long-call.js';
import type { Covariates, FittedModel, ForecastModel } from '../models/contract.js';
import { type CovariateReport, covariateReport } from '../models/covariate-uses.js';
import type { DataReport } from '../panel/data-report.js';
import { lastDay, type Panel } from '../panel/panel.js';
import { type BuiltPanel, PanelBuilder } from '../panel/panel-builder.js';
import type { RowOrigins } from '../panel/row-origins.js';
import { sliceDays } from '../panel/slice.js';
import type { Plan, PlanBook } from '../plan/index.js';
import { present } from '../present.js';
import type { SalesStorage } from '../storage/contract.js';
import { buildSnapshot, type ForecastPlan, forecastAll } from './build-snapshot.js';
import { INTERVAL_KINDS, type IntervalKind, NO_CALIBRATION } from './calibration.js';
import { LONGEST_HORIZON } from './forecast/forecast-query.js';
import { createLineage, type Lineage, versionOf } from './lineage.js';
import type { ForecasterOptions, ForecasterSettings } from './options.js';
import { eventsSeen, withPlanNotes } from './plan-notes.js';
import { PlannedDays } from './planned.js';
import type { ForecastSnapshot } from './snapshot.js';
import { type ValidationOutcome, validateModel } from './validate-model.js';
import type { ValidationReport } from './validation.js';

export interface TrainingInput {
  readonly storage: SalesStorage;
  readonly model: ForecastModel;
  readonly settings: ForecasterSettings;
  readonly options: ForecasterOptions;
  readonly trainedAt: string;
  /** The present, incomplete day in the time zone of the shop; later sales are left out. */
  readonly today: Day;
  readonly plans?: PlanBook;
  /** Places of the largest rows of the sales that this process has ingested. */
  readonly origins?: RowOrigins;
}

/** Outcome of a training. */
export interface TrainingReport {
  readonly modelVersion: string;
  readonly trainedAt: string;
  /** Everything that the forecasts depend on; `modelVersion` is derived from it. */
  readonly lineage: Lineage;
  /** ISO dates of the first and the last day that the model was fitted on. */
  readonly firstDay: string;
  readonly lastDay: string;
  readonly products: number;
  readonly categories: number;
  /** Findings in the data, and what was done about them. */
  readonly data: DataReport;
  /** Covariates that the model was given, used or ignored with the reason. */
  readonly covariates: CovariateReport;
  /** Accuracy on the holdout; undefined if the history was too short. */
  readonly validation: ValidationReport | undefined;
  /**
   * Kinds of intervals that are not calibrated, because too few errors are known: all kinds without validation,
   * or if calibration is switched off.
   */
  readonly uncalibrated: readonly IntervalKind[];
}

export interface Training {
  readonly report: TrainingReport;
  readonly snapshot: ForecastSnapshot;
  readonly fitted: FittedModel;
  /** Plans that were known to the training. */
  readonly plans: readonly Plan[];
  /** Names of the events in the history. */
  readonly learntEvents: ReadonlySet<string>;
}

/** Extra days before the training days, for features that look back. */
const WARM_UP_DAYS = 30;

/** Days after the cutoff that events are needed for: the rest of this year and the next one. */
const EVENT_DAYS_AHEAD = LONGEST_HORIZON;

/** Reads the sales, validates the model on a holdout, fits it on all days and computes the forecasts. */
export async function trainModel(input: TrainingInput, options: LongCallOptions): Promise<Training> {
  const { panel, data, planned } = await readHistory(input, options);
  const { snapshot, fitted, uncalibrated, covariates, learntEvents } = await trainOnPanel(
    panel,
    input,
    options,
    planned,
  );
  const { lineage } = snapshot;
  const report: TrainingReport = {
    modelVersion: snapshot.modelVersion,
    trainedAt: input.trainedAt,
    lineage,
    firstDay: lineage.firstDay,
    lastDay: lineage.lastDay,
    products: panel.seriesCount,
    categories: panel.categories.length,
    data,
    covariates,
    validation: snapshot.validation,
    uncalibrated,
  };
  return { report, snapshot, fitted, plans: planned.plans, learntEvents };
}

/** Settings of a training that determine which sales it reads. */
export type HistoryInput = Pick<
  TrainingInput,
  'storage' | 'settings' | 'options' | 'today' | 'plans' | 'origins'
>;

/** Reads the sales of a training, with the plans for their days. */
export async function readHistory(
  input: HistoryInput,
  options: LongCallOptions,
): Promise<{ readonly panel: Panel; readonly data: DataReport; readonly planned: PlannedDays }> {
  const { panel: whole, report: data } = await readPanel(input, options);
  const planned = await PlannedDays.knownOn(input.plans, input.today);
  const panel = planned.fillIn(lastDays(whole, input.settings.trainingDays + WARM_UP_DAYS));
  return { panel, data, planned };
}

/** The part of {@link trainModel} after reading the sales. */
export async function trainOnPanel(
  panel: Panel,
  input: Omit<TrainingInput, 'storage' | 'today'>,
  options: LongCallOptions,
  planned = new PlannedDays([]),
): Promise<
  Pick<Training, 'snapshot' | 'fitted' | 'learntEvents'> & Pick<TrainingReport, 'uncalibrated' | 'covariates'>
> {
  const { settings } = input;
  const { intervalLevel, periodAlignment: alignment } = settings;
  const loaded = await loadCovariates(input.options, panel, options.signal);
  const covariates = planned.covariates(panel, loaded, EVENT_DAYS_AHEAD);
  const { seed, ...others } = settings;
  const lineage = await createLineage(
    { panel, model: input.model, covariates: loaded, plans: planned.plans, settings: others, seed },
    options,
  );
  const plan = { panel, intervalLevel, alignment };
  const learntEvents = eventsSeen(covariates.events ?? [], panel);
  const { outcome, fitted } = await measureAndFit(input, plan, { covariates, loaded, planned }, options);
  const calibrated = settings.calibrateIntervals ? outcome : undefined;
  const calibration = calibrated?.calibration ?? NO_CALIBRATION;
  const forecasts = await forecastAll(fitted, plan, calibration, options);
  const built = buildSnapshot({
    ...plan,
    forecasts,
    modelVersion: await versionOf(lineage),
    lineage,
    trainedAt: input.trainedAt,
    calibration,
    lifeCycle: fitted.lifeCycle,
    validation: outcome?.report,
  });
  return {
    snapshot: await runInSlices(built, { signal: options.signal }),
    fitted,
    uncalibrated: calibrated?.uncalibrated ?? INTERVAL_KINDS,
    covariates: withPlanNotes(
      covariateReport(input.model, panel, covariates),
      panel,
      planned.plans,
      learntEvents,
    ),
    learntEvents,
  };
}

/** Covariates of a training. */
interface TrainingKnowledge {
  readonly covariates: Covariates;
  /** The same without plans. */
  readonly loaded: Covariates;
  readonly planned: PlannedDays;
}

/**
 * Validates the model and fits it on all days; concurrently, if the model allows concurrent fits.
 */
async function measureAndFit(
  { model, settings }: Pick<TrainingInput, 'model' | 'settings'>,
  plan: ForecastPlan,
  { covariates, loaded, planned }: TrainingKnowledge,
  { signal, onProgress }: LongCallOptions,
): Promise<{ outcome: ValidationOutcome | undefined; fitted: FittedModel }> {
  const { seed, validationDays, intervalLevel } = settings;
  let outcome: ValidationOutcome | undefined;
  let fitted: FittedModel | undefined;
  const shared = new Map<string, unknown>();
  const phased = (prefix: string, stop: AbortSignal): LongCallOptions => ({
    signal: stop,
    onProgress: (progress) => onProgress?.({ ...progress, phase: `${prefix}${progress.phase}` }),
  });
  const validate = async (stop: AbortSignal) => {
    const end = plan.panel.days - validationDays;
    const known = end > 0 ? await planned.covariatesAt(plan.panel, end, loaded, validationDays) : covariates;
    const measured = { validationDays, intervalLevel, covariates: known, seed, shared };
    outcome = await validateModel(model, plan.panel, { ...phased('validate: ', stop), ...measured });
  };
  const fit = async (stop: AbortSignal) => {
    fitted = await model.fit(plan.panel, { ...phased('train: ', stop), covariates, seed, shared });
  };
  await mapConcurrently([validate, fit], model.maxConcurrentFits ?? 1, (work, stop) => work(stop), signal);
  return { outcome, fitted: present(fitted, 'fitted model') };
}

/** The stored sales as a panel. */
async function readPanel(input: HistoryInput, options: LongCallOptions): Promise<BuiltPanel> {
  const { storage } = input;
  const { panel, events } = input.options;
  const pace = createPacer(options);
  const { rows: total } = await storage.summary();
  const builder = new PanelBuilder({ today: input.today, events, ...panel }, input.origins, total);
  let done = 0;
  const query = { signal: options.signal };
  const added = async (rows: number) => {
    done += rows;
    await pace({ phase: 'read sales', done, total });
  };
  if (storage.readColumns) {
    for await (const columns of storage.readColumns(query)) {
      builder.addColumns(columns);
      await added(columns.length);
    }
  } else {
    for await (const rows of storage.read(query)) {
      for (const row of rows) builder.addStored(row);
      await added(rows.length);
    }
  }
  return runInSlices(builder.finishSteps(), options);
}

function lastDays(panel: Panel, days: number): Panel {
  return panel.days > days ? sliceDays(panel, panel.days - days, panel.days) : panel;
}

/** Loads events, indicators and columns for the days of a panel, and events for the days after it. */
export async function loadCovariates(
  { events = [], indicators = [], pastOnly, attributes }: ForecasterOptions,
  panel: Panel,
  signal: AbortSignal | undefined,
): Promise<Covariates> {
  const from = panel.startDay;
  const to = lastDay(panel);
  return {
    events: combineEvents(events)(from, to + EVENT_DAYS_AHEAD),
    indicators: typeof indicators === 'function' ? await indicators({ from, to, signal }) : indicators,
    ...(pastOnly && { pastOnly }),
    ...(attributes && { static: attributes }),
  };
}
