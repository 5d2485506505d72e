import { checkShare, checkWholeNumber, invalidOption } from '../../../errors.js';
import { type OptionTable, refuseUnknown } from '../../../options.js';
import type { EffectMode, MaskedDays } from '../series/series-options.js';
import { toDay } from '../series/time-points.js';

/** A seasonality of all series of a panel besides the weekly and the yearly one. */
export interface PanelSeasonality {
  /** Neither `weekly` nor `yearly`. */
  readonly name: string;
  /** Length of a period in days. */
  readonly period: number;
  /** Number of waves. */
  readonly fourierOrder: number;
  /** Deviation of the prior. Default `seasonalityPriorScale`. */
  readonly priorScale?: number;
  /** Days on which it holds, those to be forecast included. Default all. */
  readonly condition?: readonly MaskedDays[];
}

/** Options of {@link seasonalTrend} and {@link fitPanel}; defaults are Prophet's unless stated. */
export interface SeasonalTrendPanelOptions {
  /** Number of most recent days that are used. Default 730. */
  readonly lookbackDays?: number;
  /** `'flat'` gives every series a constant level instead of a trend. Default `'linear'`. */
  readonly growth?: 'linear' | 'flat';
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
  /** Deviation of the prior of the effects of events. Default 10. */
  readonly holidaysPriorScale?: number;
}

export const SEASONAL_TREND_PANEL_OPTIONS: OptionTable<SeasonalTrendPanelOptions> = {
  lookbackDays: 1,
  growth: 1,
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
};

export type ResolvedSeasonalTrendPanelOptions = Readonly<Required<SeasonalTrendPanelOptions>>;

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
  };
  checkWholeNumber('lookbackDays', resolved.lookbackDays, 2);
  checkWholeNumber('minYearlyDays', resolved.minYearlyDays, 0);
  checkWholeNumber('minTrendDays', resolved.minTrendDays, 0);
  checkWholeNumber('chooseDays', resolved.chooseDays, 1);
  if (!['additive', 'multiplicative'].includes(resolved.seasonalityMode)) {
    invalidOption('seasonalityMode', `There is no mode "${resolved.seasonalityMode}"`);
  }
  if (!['linear', 'flat'].includes(resolved.growth)) {
    invalidOption('growth', `There is no growth "${resolved.growth}" for panels`);
  }
  checkSeasonalities(resolved.seasonalities);
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

function checkSeasonalities(seasonalities: readonly PanelSeasonality[]): void {
  const names = new Set(['weekly', 'yearly']);
  for (const { name, period, fourierOrder, priorScale = 1, condition = [] } of seasonalities) {
    if (names.has(name)) invalidOption('seasonalities', `The name "${name}" is taken`);
    names.add(name);
    checkPositive('seasonalities.period', period);
    checkPositive('seasonalities.priorScale', priorScale);
    checkWholeNumber('seasonalities.fourierOrder', fourierOrder, 1);
    condition.forEach(({ from, to }, i) => {
      const path = ['seasonalities', name, 'condition', i];
      if (toDay(to, path) < toDay(from, path))
        invalidOption('seasonalities', 'A range ends before it begins');
    });
  }
}

/** @throws ForecastError `invalid-option` unless the value is a positive finite number. */
export function checkPositive(name: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) {
    invalidOption(name, `${name} must be a positive number, not ${value}`);
  }
}
