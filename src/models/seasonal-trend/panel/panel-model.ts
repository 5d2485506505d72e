import type { Day } from '../../../calendar/day.js';
import { runAtOnce, runInSlices } from '../../../long-call.js';
import type { Panel } from '../../../panel/panel.js';
import type {
  ContributionOptions,
  Contributions,
  Covariates,
  FitOptions,
  FittedModel,
  ForecastModel,
  ForecastOptions,
  PanelForecast,
  SerializedModel,
  TotalsForecast,
  TotalsOptions,
} from '../../contract.js';
import { checkFitOptions } from '../../fit-options.js';
import { LongestForecast } from '../../longest-forecast.js';
import { modelConfig } from '../../model-config.js';
import { checkForecastOptions, checkTotalsOptions } from '../../uncertainty/index.js';
import { choosePanelWork } from './panel-choice.js';
import { panelContributions } from './panel-contributions.js';
import { fitPanelWork, requireObserved } from './panel-fit.js';
import { forecastPanelWork } from './panel-forecast.js';
import { PANEL_MODEL_NAME, panelFromJson, panelToJson } from './panel-json.js';
import type { ResolvedSeasonalTrendPanelOptions, SeasonalTrendPanelOptions } from './panel-options.js';
import { resolvePanelOptions } from './panel-options.js';
import type { PanelState } from './panel-state.js';
import { panelTotals } from './panel-totals.js';
import { panelWarnings } from './panel-warnings.js';
import { fitPanelBy } from './panel-work.js';

/**
 * Prophet's model for every series of a panel: a trend that bends at changepoints, yearly and weekly seasonality and,
 * on request, the effects of holidays. The posterior mode is exact, and series on the same calendar share most of the
 * work.
 *
 * ```ts
 * import type { Panel } from 'commerce-forecast';
 * import { seasonalTrend } from 'commerce-forecast/seasonal-trend';
 *
 * async function nextWeek(panel: Panel) {
 *   const fitted = await seasonalTrend().fit(panel);
 *   return fitted.totals({ ranges: [{ from: 0, to: 7 }], levels: [0.8] });
 * }
 * ```
 *
 * Source: S. J. Taylor and B. Letham, Forecasting at scale, The American Statistician 72 (2018).
 *
 * @throws ForecastError `invalid-option` for an invalid option.
 */
export function seasonalTrend(options: SeasonalTrendPanelOptions = {}): ForecastModel {
  const resolved = resolvePanelOptions(options);
  return {
    specificationVersion: 'v1',
    name: PANEL_MODEL_NAME,
    config: modelConfig(PANEL_MODEL_NAME, { ...resolved }),
    uses: resolved.holidays ? ['events'] : [],
    async fit(panel: Panel, fitOptions: FitOptions = {}): Promise<FittedModel> {
      checkFitOptions(fitOptions);
      requireObserved(panel, resolved);
      const { workers } = fitOptions;
      if (workers) return new FittedPanel(await fitPanelBy(workers, panel, options, fitOptions));
      return new FittedPanel(await runInSlices(fitWork(panel, resolved, fitOptions.covariates), fitOptions));
    },
    load: (data) => new FittedPanel(panelFromJson(data)),
  };
}

/**
 * Fits {@link seasonalTrend} synchronously: for workers, scripts and measurements.
 *
 * @throws ForecastError `invalid-option` for a wrong option, `empty-data` without any observed value.
 */
export function fitPanel(
  panel: Panel,
  options: SeasonalTrendPanelOptions = {},
  covariates: Covariates = {},
): FittedPanel {
  const resolved = resolvePanelOptions(options);
  requireObserved(panel, resolved);
  return new FittedPanel(runAtOnce(fitWork(panel, resolved, covariates)));
}

function fitWork(panel: Panel, options: ResolvedSeasonalTrendPanelOptions, covariates: Covariates = {}) {
  return options.choose
    ? choosePanelWork(panel, options, covariates)
    : fitPanelWork(panel, options, covariates);
}

/** A panel fitted by {@link seasonalTrend} or {@link fitPanel}. */
export class FittedPanel implements FittedModel {
  readonly specificationVersion = 'v1';
  readonly model = PANEL_MODEL_NAME;
  /** The fitted parameters as columns over the series; must not be changed. */
  readonly state: PanelState;
  private readonly means: LongestForecast;

  constructor(state: PanelState) {
    this.state = state;
    this.means = new LongestForecast(
      state.seriesCount,
      async (horizon, options) => (await runInSlices(forecastPanelWork(state, horizon, []), options)).mean,
    );
  }

  get cutoffDay(): Day {
    return this.state.cutoffDay;
  }

  get seriesCount(): number {
    return this.state.seriesCount;
  }

  /** Effects that the histories of some series do not identify, and what is done instead. */
  get warnings(): readonly string[] {
    return panelWarnings(this.state);
  }

  async forecast(options: ForecastOptions): Promise<PanelForecast> {
    const { horizon, levels } = checkForecastOptions(options);
    if (levels.length === 0) {
      const mean = await this.means.steps(horizon, options);
      return { startDay: this.cutoffDay + 1, horizon, seriesCount: this.seriesCount, mean, intervals: [] };
    }
    return runInSlices(forecastPanelWork(this.state, horizon, levels), options);
  }

  async totals(options: TotalsOptions): Promise<TotalsForecast> {
    const plan = checkTotalsOptions(options, this.seriesCount);
    return panelTotals(this.state, await this.means.atLeast(plan.horizon, options), plan);
  }

  async contributions(options: ContributionOptions): Promise<Contributions> {
    return panelContributions(this.state, options).parts;
  }

  toJSON(): SerializedModel {
    return panelToJson(this.state);
  }
}
