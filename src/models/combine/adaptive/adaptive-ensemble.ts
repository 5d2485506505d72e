import { mapConcurrently } from '../../../concurrent.js';
import { runInSlices } from '../../../long-call.js';
import type { Panel } from '../../../panel/panel.js';
import { selectSeries } from '../../../panel/slice.js';
import { present } from '../../../present.js';
import { fitDirectBoosting } from '../../boosting/direct/fit.js';
import { checkObserved } from '../../check-observed.js';
import type { FitOptions, FittedModel, ForecastModel } from '../../contract.js';
import { unionOfUses } from '../../covariate-uses.js';
import { checkFitOptions } from '../../fit-options.js';
import { observedCount } from '../../mean-size.js';
import { modelConfig } from '../../model-config.js';
import { fitStructural } from '../../structural/fit.js';
import { FittedStructural } from '../../structural/fitted-structural.js';
import type { LevelErrors } from '../../structural/forecast-errors.js';
import { lastSales } from '../../structural/last-sales.js';
import { separateOccasions } from '../../structural/occasions/separate-occasions.js';
import { stateWithOccasions } from '../../structural/occasions/state-with-occasions.js';
import {
  type AdaptiveEnsembleOptions,
  type EnsembleMembers,
  ensembleMembers,
  phased,
} from './ensemble-members.js';
import { errorRatios, scaledErrors, type Trial } from './error-ratios.js';
import {
  ADAPTIVE_ENSEMBLE,
  type AdaptiveParts,
  FittedAdaptiveEnsemble,
  loadAdaptiveEnsemble,
} from './fitted-adaptive-ensemble.js';
import { type TrialRunner, tryMembers } from './member-trials.js';
import { MemberLosses, memberWeights } from './member-weights.js';
import { ofAllSeries, trialSample } from './trial-sample.js';
import { fitPlain, type UnboostedMembers } from './unboosted-members.js';

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
  return ensembleOf(ensembleMembers(options));
}

/** @param tryElsewhere runs the trials beside the fit of the members, with the results of {@link tryMembers} */
export function ensembleOf(members: EnsembleMembers, tryElsewhere?: TrialRunner): ForecastModel {
  const { horizon, trials, effort, week, base, boosted, plain, models } = members;
  const runTrials: TrialRunner = tryElsewhere ?? ((...args) => tryMembers(members, ...args));
  return {
    specificationVersion: 'v1',
    name: ADAPTIVE_ENSEMBLE,
    config: modelConfig(ADAPTIVE_ENSEMBLE, { horizon, trials, effort }, models),
    uses: unionOfUses(models),
    async fit(panel, fitOptions = {}): Promise<FittedModel> {
      checkFitOptions(fitOptions);
      checkObserved(panel);
      const { covariates = {} } = fitOptions;
      const separated = await runInSlices(
        separateOccasions(panel, covariates, members.stepDays),
        phased(fitOptions, base),
      );
      const usual = separated.panel;
      const evidence = boostable(usual, week);
      let fitted: FittedMembers | undefined;
      let tried: readonly Trial[] = [];
      const sample = trialSample(usual);
      const fit = async (signal: AbortSignal) => {
        fitted = await fitMembers(
          members,
          usual,
          { isBoosted: evidence > 0, sample },
          { ...fitOptions, signal },
        );
      };
      const run = async (signal: AbortSignal) => {
        const panel = sample ? selectSeries(usual, sample) : usual;
        const trials = await runTrials(panel, { ...fitOptions, signal });
        tried = sample ? trials.map((trial) => ofAllSeries(trial, sample, usual.seriesCount)) : trials;
      };
      const { signal } = fitOptions;
      await mapConcurrently([fit, run], tryElsewhere ? 2 : 1, (work, stop) => work(stop), signal);
      const { state, ...others } = present(fitted, 'fitted members');
      const { weights, errors } = await weigh(
        members,
        usual,
        { state, ...others },
        { tried, evidence },
        fitOptions,
      );
      const known = stateWithOccasions({ ...state, errors }, separated.occasional, panel);
      return new FittedAdaptiveEnsemble({
        ...others,
        structural: new FittedStructural(base.name, known),
        weights,
      });
    },
    load: (data) => loadAdaptiveEnsemble(data, base, boosted, plain),
  };
}

type FittedMembers = UnboostedMembers & Pick<AdaptiveParts, 'boosted'>;

async function fitMembers(
  members: EnsembleMembers,
  panel: Panel,
  { isBoosted, sample }: { readonly isBoosted: boolean; readonly sample: Int32Array | undefined },
  options: FitOptions,
): Promise<FittedMembers> {
  const { base, baseSettings, boosted, boostingSettings } = members;
  const baseFit = await runInSlices(
    fitStructural(panel, options.covariates ?? {}, baseSettings, isBoosted),
    phased(options, base),
  );
  const fittedBoosted = isBoosted
    ? await fitDirectBoosting(panel, baseFit, boostingSettings, phased(options, boosted), sample)
    : undefined;
  return { ...(await fitPlain(members, panel, baseFit, options)), boosted: fittedBoosted };
}

/** Weights the members of each product by its trials, and the errors of the structural model as those of the ensemble. */
async function weigh(
  { horizon, week, base, plain, models }: EnsembleMembers,
  panel: Panel,
  { state, boosted }: FittedMembers,
  { tried, evidence }: { readonly tried: readonly Trial[]; readonly evidence: number },
  options: FitOptions,
): Promise<{ readonly weights: Float64Array; readonly errors: LevelErrors }> {
  const trying = phased(options, base, 'try ');
  const losses = await runInSlices(MemberLosses.of(panel, models.length, week), trying);
  const compared: Trial[] = [];
  for (const [i, { end, means }] of tried.entries()) {
    const ofBoosters = i === 0 ? boosted?.heldBack?.mean : undefined;
    const all = means.with(1, ofBoosters);
    await runInSlices(losses.add(end, horizon, all), trying);
    if (!boosted || ofBoosters) compared.push({ end, means: all });
  }
  const fittedBase = new FittedStructural(base.name, state);
  const { days: steps, units, seriesCount } = panel;
  const ends = await runInSlices(lastSales({ units, steps, seriesCount, grid: state.grid }), trying);
  // Trials outside the season of a product say nothing about its season, and those before its last sale
  // nothing about its end: only the structural model knows of them.
  const priorOf = (series: number) =>
    ends[series] < steps || ['seasonal', 'ended'].includes(fittedBase.lifeCycle[series].status)
      ? models.map((_, m) => (m === 0 ? STRUCTURAL_PRIOR : 0))
      : [
          STRUCTURAL_PRIOR,
          BOOSTED_PRIOR * evidence * losses.evidence(series),
          ...plain.map(() => PLAIN_PRIOR),
        ];
  const weights = await runInSlices(memberWeights(losses, priorOf), trying);
  const ratios = await runInSlices(errorRatios(panel, compared, weights, horizon, state), trying);
  return { weights, errors: scaledErrors(state.errors, ratios, horizon) };
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
