import { checkWholeNumber, invalidOption } from '../../../errors.js';
import { type LongCallOptions, runInSlices } from '../../../long-call.js';
import { type OptionTable, refuseUnknown, withDefaults } from '../../../options.js';
import type { Panel } from '../../../panel/panel.js';
import { sliceDaysSteps } from '../../../panel/slice.js';
import { seasonalNaive, tsb, weekdayMean } from '../../baselines/index.js';
import { fitDirectBoosting } from '../../boosting/direct/fit.js';
import { type DirectBoostingOptions, directBoosting } from '../../boosting/direct/index.js';
import { DIRECT_OPTIONS, directSettings } from '../../boosting/direct/options.js';
import { checkObserved } from '../../check-observed.js';
import type { FitOptions, FittedModel, ForecastModel } from '../../contract.js';
import { unionOfUses } from '../../covariate-uses.js';
import { covariatesUntil } from '../../covariates.js';
import { checkFitOptions } from '../../fit-options.js';
import { observedCount } from '../../mean-size.js';
import { modelConfig } from '../../model-config.js';
import { adjustedPanel, giveCalendarBack } from '../../structural/adjusted-panel.js';
import { fitStructural } from '../../structural/fit.js';
import { FittedStructural } from '../../structural/fitted-structural.js';
import { structural } from '../../structural/index.js';
import { structuralSettings } from '../../structural/options.js';
import { errorRatios, scaledErrors, type Trial } from './error-ratios.js';
import {
  ADAPTIVE_ENSEMBLE,
  FittedAdaptiveEnsemble,
  loadAdaptiveEnsemble,
  TRIAL_DAYS,
} from './fitted-adaptive-ensemble.js';
import { MemberLosses, memberWeights } from './member-weights.js';

export interface AdaptiveEnsembleOptions {
  /** Days of each holdout on which the members are compared. Default 28. */
  readonly horizon?: number;
  /** Number of trials, one horizon apart. Default 2, or 1 with `fast`. */
  readonly trials?: number;
  /** `fast` trains one small booster, in a third of the time. Default `full`. */
  readonly effort?: 'full' | 'fast';
  /** Options of the boosted member, but for its horizon. */
  readonly directBoosting?: Omit<DirectBoostingOptions, 'horizon' | 'stepDays' | 'holdBack'>;
  /** Days that a step of the panel stands for: 7 for a panel of weeks. Default 1. */
  readonly stepDays?: 1 | 7;
}

const ADAPTIVE_OPTIONS: OptionTable<AdaptiveEnsembleOptions> = {
  horizon: 1,
  trials: 1,
  effort: 1,
  directBoosting: DIRECT_OPTIONS,
  stepDays: 1,
};

/** Least observed values, and least days, for boosters. */
const LEAST_VALUES = 3_000;
const LEAST_DAYS = 140;
/** Values beyond the least at which boosters have half of their full evidence. */
const HALF_VALUES = 1_500;
/** Weight of each member before any trial. */
const STRUCTURAL_PRIOR = 1;
/** Prior weight of boosters, times the evidence for them. */
const BOOSTED_PRIOR = 3;
const PLAIN_PRIOR = 0.03;

const FAST_BOOSTING: DirectBoostingOptions = { boosters: 1, rowsPerBooster: 10_000, longHorizon: 0 };

/**
 * The default model: the structural model, gradient boosting on top of it where there is enough to learn from,
 * and plain models of the level, weighted for each product by their accuracy on holdouts before the cutoff. The
 * plain models forecast what is left after season, events, promotions and prices, so that a product on which
 * they were better keeps its peaks. A product with little or unusual history relies on the structural model, and
 * a member with larger errors on a product, or on similar products, loses its weight there. The intervals come
 * from the errors of the structural model at past origins, scaled by how those of the ensemble compared with them
 * on the holdouts.
 *
 * ```ts
 * import { adaptiveEnsemble, createForecaster } from 'commerce-forecast';
 *
 * const forecaster = createForecaster({ model: adaptiveEnsemble({ effort: 'fast' }) });
 * ```
 *
 * @throws ForecastError `invalid-option` for a wrong option.
 */
export function adaptiveEnsemble(options: AdaptiveEnsembleOptions = {}): ForecastModel {
  refuseUnknown(options, ADAPTIVE_OPTIONS);
  const { horizon = TRIAL_DAYS, effort = 'full', trials = effort === 'fast' ? 1 : 2, stepDays = 1 } = options;
  checkWholeNumber('horizon', horizon);
  checkWholeNumber('trials', trials, 0);
  if (effort !== 'full' && effort !== 'fast') {
    invalidOption('effort', `effort must be "full" or "fast", not ${JSON.stringify(effort)}`);
  }
  const tuned = withDefaults(effort === 'fast' ? FAST_BOOSTING : {}, options.directBoosting);
  const boosting = { ...tuned, horizon, stepDays };
  const boostingSettings = directSettings(boosting);
  const baseSettings = structuralSettings({ horizon, stepDays });
  const base = structural({ horizon, stepDays });
  const boosted = directBoosting(boosting);
  const week = stepDays === 1 ? 7 : 1;
  const plain: readonly ForecastModel[] = [
    stepDays === 1 ? weekdayMean({ weeks: 4 }) : seasonalNaive({ season: 52, fallbackDays: 1 }),
    seasonalNaive({ season: week }),
    tsb({ weekdayProfile: stepDays === 1 }),
  ];
  const models = [base, boosted, ...plain];
  return {
    specificationVersion: 'v1',
    name: ADAPTIVE_ENSEMBLE,
    config: modelConfig(ADAPTIVE_ENSEMBLE, { horizon, trials, effort }, models),
    uses: unionOfUses(models),
    async fit(panel, fitOptions = {}): Promise<FittedModel> {
      checkFitOptions(fitOptions);
      checkObserved(panel);
      const enough = boostable(panel, week);
      const baseFit = await runInSlices(
        fitStructural(panel, fitOptions.covariates ?? {}, baseSettings, enough > 0),
        phased(fitOptions, base),
      );
      const fittedBase = new FittedStructural(base.name, baseFit.state);
      const fittedBoosted =
        enough > 0
          ? await fitDirectBoosting(panel, baseFit, boostingSettings, phased(fitOptions, boosted))
          : undefined;
      // A step of the plain members, for which it is done.
      const adjusted = await runInSlices(
        adjustedPanel(panel, baseFit.learnt),
        phased(fitOptions, plain[0] ?? base),
      );
      const fittedPlain: FittedModel[] = [];
      for (const model of plain) fittedPlain.push(await model.fit(adjusted, phased(fitOptions, model)));
      const trying = phased(fitOptions, base, 'try ');
      const compared: Trial[] = [];
      const losses = await runInSlices(MemberLosses.of(panel, models.length, week), trying);
      for (let trial = 1; trial <= trials; trial++) {
        const end = panel.days - trial * horizon;
        if (end < Math.max(2 * horizon, 4 * week)) break;
        const history = await runInSlices(sliceDaysSteps(panel, 0, end), trying);
        if (history.units.every(Number.isNaN)) break;
        const covariates = covariatesUntil(fitOptions.covariates ?? {}, panel, end, stepDays);
        const { state, learnt } = await runInSlices(fitStructural(history, covariates, baseSettings), trying);
        const tried = new FittedStructural(base.name, state);
        const { mean } = await tried.forecast({ horizon, signal: fitOptions.signal });
        const means = [mean, trial === 1 ? fittedBoosted?.heldBack?.mean : undefined];
        const left = await runInSlices(adjustedPanel(history, learnt), trying);
        const calendar = await tried.calendar(horizon, { signal: fitOptions.signal });
        for (const model of plain) {
          const fitted = await model.fit(left, phased(fitOptions, model, 'try '));
          const { mean: own } = await fitted.forecast({ horizon, signal: fitOptions.signal });
          giveCalendarBack(own, calendar);
          means.push(own);
        }
        await runInSlices(losses.add(end, horizon, means), trying);
        if (!fittedBoosted || means[1]) compared.push({ end, means });
      }
      // Trials outside the season of a product say nothing about its season, and those before its last sale
      // nothing about its end: only the structural model knows of them.
      const priorOf = (series: number) =>
        ['seasonal', 'ended'].includes(fittedBase.lifeCycle[series].status)
          ? models.map((_, m) => (m === 0 ? STRUCTURAL_PRIOR : 0))
          : [
              STRUCTURAL_PRIOR,
              BOOSTED_PRIOR * enough * losses.evidence(series),
              ...plain.map(() => PLAIN_PRIOR),
            ];
      const weights = await runInSlices(memberWeights(losses, priorOf), trying);
      const { state } = baseFit;
      const ratios = await runInSlices(errorRatios(panel, compared, weights, horizon, state), trying);
      const errors = scaledErrors(state.errors, ratios, horizon);
      return new FittedAdaptiveEnsemble({
        structural: new FittedStructural(base.name, { ...state, errors }),
        boosted: fittedBoosted,
        plain: fittedPlain,
        weights,
      });
    },
    load: (data) => loadAdaptiveEnsemble(data, base, boosted, plain),
  };
}

/**
 * Evidence for boosters, from 0 to 1: zero for too few observed values or days, then increasing smoothly. On
 * small panels boosters mostly learn noise.
 */
function boostable({ units, days, seriesCount }: Panel, week: number): number {
  if (days * (7 / week) < LEAST_DAYS) return 0;
  let observed = 0;
  for (let s = 0; s < seriesCount; s++) {
    const own = units.subarray(s * days, (s + 1) * days);
    if (own.some((value) => value > 0)) observed += observedCount(own);
  }
  const beyond = Math.max(0, observed - LEAST_VALUES);
  return beyond / (beyond + HALF_VALUES);
}

/** Progress phases carry the name of the model. */
function phased(options: FitOptions, { name }: ForecastModel, prefix = ''): FitOptions {
  const onProgress: LongCallOptions['onProgress'] = (progress) =>
    options.onProgress?.({ ...progress, phase: `${prefix}${name}: ${progress.phase}` });
  return { ...options, onProgress };
}
