import { checkShare, checkWholeNumber, invalidOption } from '../../../errors.js';
import { type OptionTable, refuseUnknown, refuseUnknownIn } from '../../../options.js';
import {
  type EffectMode,
  type Growth,
  MASKED_DAYS,
  type MaskedDays,
  REGRESSOR_OPTIONS,
  type RegressorOptions,
  SEASONALITY_OPTIONS,
  type SeasonalityOptions,
} from '../series/series-options.js';
import { toDay } from '../series/time-points.js';
import { checkPanelValues, type PanelValues } from './panel-values.js';

/** A seasonality of all series of a panel besides the weekly and the yearly one. */
export interface PanelSeasonality extends Omit<SeasonalityOptions, 'condition'> {
  /** Days on which it holds, those to be forecast included. Default all. */
  readonly condition?: readonly MaskedDays[];
}

const PANEL_SEASONALITY: OptionTable<PanelSeasonality> = SEASONALITY_OPTIONS;

/** A column whose effect is estimated for each series; series without values for it do without. */
export interface PanelRegressor extends RegressorOptions {
  /** Values of all days used and of all days to be forecast, with scopes where they differ between series. */
  readonly values: readonly PanelValues[];
}

const PANEL_REGRESSOR: OptionTable<PanelRegressor> = { ...REGRESSOR_OPTIONS, values: 1 };

/** Options of {@link seasonalTrend} and {@link fitPanel}; defaults are Prophet's unless stated. */
export interface SeasonalTrendPanelOptions {
  /** Number of most recent days that are used. Default 730. */
  readonly lookbackDays?: number;
  /** `'flat'` gives every series a level instead of a trend; `'logistic'` needs a `cap`. Default `'linear'`. */
  readonly growth?: Growth;
  /** Capacity of logistic growth: of all series and days, or by scope and day. */
  readonly cap?: number | readonly PanelValues[];
  /** Floor of logistic growth, in the same form. Default 0. */
  readonly floor?: number | readonly PanelValues[];
  /** Columns whose effects are estimated. Default none. */
  readonly regressors?: readonly PanelRegressor[];
  /** Further seasonalities, which may hold on some days only. Default none. */
  readonly seasonalities?: readonly PanelSeasonality[];
  /**
   * Fourier order of the yearly seasonality, or `false`. Default 10. It is left out for a series that spans less
   * than `minYearlyDays`.
   */
  readonly yearlySeasonality?: number | false;
  /** Days that a series must span to get a yearly seasonality. Default 365. */
  readonly minYearlyDays?: number;
  /** Fourier order of the weekly seasonality, or `false`. Default 3. Left out below 14 days. */
  readonly weeklySeasonality?: number | false;
  /**
   * Days that a series must span to get a trend; a younger one has a constant level. Default 56. A slope from a few
   * weeks is noise that a long horizon multiplies.
   */
  readonly minTrendDays?: number;
  /** Number of possible changepoints of the trend. Default 25. */
  readonly changepointCount?: number;
  /** Share of the history in which changepoints are placed. Default 0.8. */
  readonly changepointRange?: number;
  /** Laplace scale of the changepoints: larger follows the trend more closely. Default 0.05. */
  readonly changepointPriorScale?: number;
  /** Deviation of the prior of the seasonal coefficients. Default 10. */
  readonly seasonalityPriorScale?: number;
  /**
   * Effect of seasonality and events: added to the trend or multiplying it. Default `'additive'`; `'multiplicative'`
   * takes several times as long.
   */
  readonly seasonalityMode?: EffectMode;
  /**
   * Chooses for every series among these options and a few variations of them (multiplicative, a stiffer trend, no
   * yearly seasonality) by how well they forecast the last `chooseDays` days. Takes about ten times as long. Default
   * false.
   */
  readonly choose?: boolean;
  /** Days of the holdout for the choice. Default 28. */
  readonly chooseDays?: number;
  /** Gives every event of the covariates an effect of its own. Default false. */
  readonly holidays?: boolean;
  /** Deviation of the prior of the effects of events and regressors. Default 10. */
  readonly holidaysPriorScale?: number;
  /** Effect of events. Default `seasonalityMode`. */
  readonly holidaysMode?: EffectMode;
  /** `'prophet'` treats unidentified effects as in `SeasonalTrendOptions`. */
  readonly strict?: 'prophet';
}

export const SEASONAL_TREND_PANEL_OPTIONS: OptionTable<SeasonalTrendPanelOptions> = {
  lookbackDays: 1,
  growth: 1,
  cap: 1,
  floor: 1,
  regressors: 1,
  seasonalities: 1,
  yearlySeasonality: 1,
  minYearlyDays: 1,
  weeklySeasonality: 1,
  minTrendDays: 1,
  changepointCount: 1,
  changepointRange: 1,
  changepointPriorScale: 1,
  seasonalityPriorScale: 1,
  seasonalityMode: 1,
  choose: 1,
  chooseDays: 1,
  holidays: 1,
  holidaysPriorScale: 1,
  holidaysMode: 1,
  strict: 1,
};

type Undefaulted = 'cap' | 'floor' | 'holidaysMode' | 'strict';

export interface ResolvedSeasonalTrendPanelOptions
  extends Readonly<Required<Omit<SeasonalTrendPanelOptions, Undefaulted>>>,
    Pick<SeasonalTrendPanelOptions, 'holidaysMode' | 'strict'> {
  readonly cap: readonly PanelValues[];
  readonly floor: readonly PanelValues[];
}

/**
 * Fills in the defaults.
 *
 * @throws ForecastError `invalid-option` for an invalid value.
 */
export function resolvePanelOptions(
  options: SeasonalTrendPanelOptions = {},
): ResolvedSeasonalTrendPanelOptions {
  refuseUnknown(options, SEASONAL_TREND_PANEL_OPTIONS);
  const resolved: ResolvedSeasonalTrendPanelOptions = {
    lookbackDays: options.lookbackDays ?? 730,
    growth: options.growth ?? 'linear',
    cap: listed(options.cap),
    floor: listed(options.floor),
    regressors: options.regressors ?? [],
    seasonalities: options.seasonalities ?? [],
    yearlySeasonality: options.yearlySeasonality ?? 10,
    minYearlyDays: options.minYearlyDays ?? 365,
    weeklySeasonality: options.weeklySeasonality ?? 3,
    minTrendDays: options.minTrendDays ?? 56,
    changepointCount: options.changepointCount ?? 25,
    changepointRange: options.changepointRange ?? 0.8,
    changepointPriorScale: options.changepointPriorScale ?? 0.05,
    seasonalityPriorScale: options.seasonalityPriorScale ?? 10,
    seasonalityMode: options.seasonalityMode ?? 'additive',
    choose: options.choose ?? false,
    chooseDays: options.chooseDays ?? 28,
    holidays: options.holidays ?? false,
    holidaysPriorScale: options.holidaysPriorScale ?? 10,
    holidaysMode: options.holidaysMode,
    strict: options.strict,
  };
  checkWholeNumber('lookbackDays', resolved.lookbackDays, 2);
  checkWholeNumber('minYearlyDays', resolved.minYearlyDays, 0);
  checkWholeNumber('minTrendDays', resolved.minTrendDays, 0);
  checkWholeNumber('chooseDays', resolved.chooseDays, 1);
  checkMode('seasonalityMode', resolved.seasonalityMode);
  checkMode('holidaysMode', resolved.holidaysMode);
  checkGrowth(resolved);
  if (resolved.strict !== undefined && resolved.strict !== 'prophet')
    invalidOption('strict', "strict is 'prophet' or left out");
  checkSeasonalities(resolved.seasonalities);
  checkRegressors(resolved.regressors, resolved.seasonalities);
  checkWholeNumber('changepointCount', resolved.changepointCount, 0);
  if (resolved.yearlySeasonality !== false)
    checkWholeNumber('yearlySeasonality', resolved.yearlySeasonality, 1);
  if (resolved.weeklySeasonality !== false)
    checkWholeNumber('weeklySeasonality', resolved.weeklySeasonality, 1);
  checkPositive('changepointPriorScale', resolved.changepointPriorScale);
  checkPositive('seasonalityPriorScale', resolved.seasonalityPriorScale);
  checkPositive('holidaysPriorScale', resolved.holidaysPriorScale);
  checkShare('changepointRange', resolved.changepointRange);
  return resolved;
}

function listed(values: number | readonly PanelValues[] | undefined): readonly PanelValues[] {
  return typeof values === 'number' ? [{ values }] : (values ?? []);
}

function checkMode(name: string, mode: EffectMode | undefined): void {
  if (mode === undefined || mode === 'additive' || mode === 'multiplicative') return;
  invalidOption(name, `There is no mode "${mode}"`);
}

function checkGrowth({ growth, cap, floor }: ResolvedSeasonalTrendPanelOptions): void {
  if (!['linear', 'logistic', 'flat'].includes(growth)) {
    invalidOption('growth', `There is no growth "${growth}"`);
  }
  checkPanelValues(['cap'], cap);
  checkPanelValues(['floor'], floor);
  if (growth === 'logistic' && cap.length === 0) invalidOption('cap', 'Logistic growth needs a cap');
  if (growth !== 'logistic' && cap.length + floor.length > 0)
    invalidOption(cap.length > 0 ? 'cap' : 'floor', `Growth "${growth}" has neither cap nor floor`);
}

function checkSeasonalities(seasonalities: readonly PanelSeasonality[]): void {
  refuseUnknownIn(seasonalities, PANEL_SEASONALITY, 'seasonalities');
  const names = new Set(['weekly', 'yearly']);
  for (const { name, period, fourierOrder, priorScale = 1, mode, condition = [] } of seasonalities) {
    if (names.has(name)) invalidOption('seasonalities', `The name "${name}" is taken`);
    names.add(name);
    checkMode('seasonalities.mode', mode);
    checkPositive('seasonalities.period', period);
    checkPositive('seasonalities.priorScale', priorScale);
    checkWholeNumber('seasonalities.fourierOrder', fourierOrder, 1);
    condition.forEach((days, i) => {
      const path = ['seasonalities', name, 'condition', i];
      refuseUnknown(days, MASKED_DAYS, path);
      const { from, to } = days;
      if (toDay(to, path) < toDay(from, path))
        invalidOption('seasonalities', 'A range ends before it begins');
    });
  }
}

function checkRegressors(
  regressors: readonly PanelRegressor[],
  seasonalities: readonly PanelSeasonality[],
): void {
  refuseUnknownIn(regressors, PANEL_REGRESSOR, 'regressors');
  const names = new Set(['weekly', 'yearly', ...seasonalities.map(({ name }) => name)]);
  for (const { name, priorScale = 1, mode, standardize = 'auto', values } of regressors) {
    if (names.has(name)) invalidOption('regressors', `The name "${name}" is taken`);
    names.add(name);
    checkMode('regressors.mode', mode);
    checkPositive('regressors.priorScale', priorScale);
    if (standardize !== 'auto' && typeof standardize !== 'boolean')
      invalidOption('regressors', "standardize is 'auto', true or false");
    if (!Array.isArray(values)) invalidOption('regressors', `The regressor "${name}" needs a list of values`);
    checkPanelValues(['regressors', name], values);
  }
}

/** @throws ForecastError `invalid-option` unless the value is a positive finite number. */
export function checkPositive(name: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) {
    invalidOption(name, `${name} must be a positive number, not ${value}`);
  }
}
