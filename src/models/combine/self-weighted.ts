import { checkShare, checkWholeNumber, ForecastError } from '../../errors.js';
import { createPacer } from '../../long-call.js';
import { type OptionTable, refuseUnknown, refuseUnknownIn } from '../../options.js';
import type { Panel } from '../../panel/panel.js';
import { selectSeries, sliceDays } from '../../panel/slice.js';
import type { FitOptions, FittedModel, ForecastModel } from '../contract.js';
import { unionOfUses } from '../covariate-uses.js';
import { covariatesUntil } from '../covariates.js';
import { checkFitOptions } from '../fit-options.js';
import { meanSize } from '../mean-size.js';
import { configOf, modelConfig } from '../model-config.js';
import { ForecastErrors, shrunkWeights } from '../simplex-weights.js';
import { FittedEnsemble, loadEnsemble } from './fitted-ensemble.js';
import { checkAnyMember, fitMembers, memberIndex } from './weighted-average.js';

export interface SelfWeightedMember {
  readonly model: ForecastModel;
  /**
   * A cheaper version of the model for the trials. Default: the model itself. A model with a holdout of its
   * own, such as direct boosting, is not fitted again for the first trial.
   */
  readonly trial?: ForecastModel;
  /** Weight before any trial, relative to those of the other members. Default 1. */
  readonly prior?: number;
}

const MEMBER_OPTIONS: OptionTable<SelfWeightedMember> = { model: 1, trial: 1, prior: 1 };

export interface SelfWeightedOptions {
  readonly members: readonly SelfWeightedMember[];
  /** Days of each trial forecast. Default 28. */
  readonly horizon?: number;
  /** Number of trial cutoffs, one horizon apart, the last one a horizon before the end. Default 1. */
  readonly origins?: number;
  /** Number of series in the trials, evenly spread over the panel. Default all. */
  readonly trialSeries?: number;
  /** Weight of the best weights in the trials against the prior ones, between 0 and 1. Default 0.5. */
  readonly trust?: number;
  /** Name of the member whose intervals are put around the ensemble's centre. Default: the last member. */
  readonly intervalsFrom?: string;
  /** Default `self-weighted`. */
  readonly name?: string;
}

const SELF_WEIGHTED_OPTIONS: OptionTable<SelfWeightedOptions> = {
  members: 1,
  horizon: 1,
  origins: 1,
  trialSeries: 1,
  trust: 1,
  intervalsFrom: 1,
  name: 1,
};

/**
 * An ensemble that weights its members by their accuracy on holdouts before the cutoff: the weights with the
 * least squared error, relative to the level of each series, shrunk towards the prior ones, which are equal by
 * default. If the history is too short for a trial, the prior weights are used.
 *
 * ```ts
 * import { seasonalTrend, selfWeighted, tsb } from 'commerce-forecast';
 *
 * const model = selfWeighted({ members: [{ model: seasonalTrend() }, { model: tsb({ weekdayProfile: true }) }] });
 * ```
 *
 * @throws ForecastError `invalid-option` without members or for a wrong number.
 */
export function selfWeighted(options: SelfWeightedOptions): ForecastModel {
  refuseUnknown(options, SELF_WEIGHTED_OPTIONS);
  refuseUnknownIn(options.members, MEMBER_OPTIONS, 'members');
  const { members, horizon = 28, origins = 1, trust = 0.5, name = 'self-weighted' } = options;
  const { trialSeries = Number.MAX_SAFE_INTEGER } = options;
  checkAnyMember(members);
  for (const [key, value] of Object.entries({ horizon, origins, trialSeries })) {
    checkWholeNumber(key, value);
  }
  checkShare('trust', trust);
  const models = members.map((member) => member.model);
  const prior = priorWeights(members);
  const trials = members.map(({ trial }) => (trial ? configOf(trial) : null));
  const intervalsFrom = memberIndex(models, options.intervalsFrom);
  return {
    specificationVersion: 'v1',
    name,
    config: modelConfig(name, { horizon, origins, trialSeries, trust, prior, intervalsFrom, trials }, models),
    uses: unionOfUses(models),
    async fit(panel, fitOptions = {}): Promise<FittedModel> {
      checkFitOptions(fitOptions);
      const errors = new ForecastErrors(models.length);
      const fitted = await fitMembers(models, panel, fitOptions);
      for (let origin = 1; origin <= origins; origin++) {
        const trials = members.map(({ model, trial }, i) => {
          const heldBack = origin === 1 ? fitted[i].heldBack : undefined;
          return heldBack?.horizon === horizon ? heldBack.mean : (trial ?? model);
        });
        await tryMembers(
          trials,
          panel,
          panel.days - origin * horizon,
          { horizon, trialSeries },
          fitOptions,
          errors,
        );
      }
      return new FittedEnsemble({
        name,
        members: fitted,
        weights: shrunkWeights(errors, trust, prior),
        intervalsFrom,
      });
    },
    load: (data) => loadEnsemble(name, models, data),
  };
}

/** Prior weights that add up to one. */
function priorWeights(members: readonly SelfWeightedMember[]): number[] {
  const given = members.map(({ prior = 1 }) => prior);
  given.forEach((prior, i) => {
    if (prior > 0 && Number.isFinite(prior)) return;
    throw new ForecastError('invalid-option', `The prior weight ${prior} is not above zero`, {
      path: ['members', i, 'prior'],
    });
  });
  const sum = given.reduce((total, prior) => total + prior, 0);
  return given.map((prior) => prior / sum);
}

/** Least horizons of history before a trial. */
const LEAST_HORIZONS = 2;

/**
 * Adds the errors of forecasts of the `horizon` days from step `end` on. A member with a holdout of its own is
 * given as its forecasts of these days.
 */
async function tryMembers(
  members: readonly (ForecastModel | Float64Array)[],
  panel: Panel,
  end: number,
  { horizon, trialSeries }: { horizon: number; trialSeries: number },
  options: FitOptions,
  errors: ForecastErrors,
): Promise<void> {
  if (end < LEAST_HORIZONS * horizon) return;
  const tried = Math.min(panel.seriesCount, trialSeries);
  const chosen = Array.from({ length: tried }, (_, i) => Math.floor((i * panel.seriesCount) / tried));
  const triedPanel = selectSeries(panel, chosen);
  const history = sliceDays(triedPanel, 0, end);
  if (history.units.every(Number.isNaN)) return;
  const pace = createPacer(options);
  const covariates = covariatesUntil(options.covariates ?? {}, triedPanel, end);
  const means: Float64Array[] = [];
  for (const member of members) {
    if (member instanceof Float64Array) {
      means.push(
        Float64Array.from(
          { length: tried * horizon },
          (_, i) => member[chosen[Math.floor(i / horizon)] * horizon + (i % horizon)],
        ),
      );
      continue;
    }
    const [fitted] = await fitMembers([member], history, { ...options, covariates });
    means.push((await fitted.forecast({ horizon, signal: options.signal })).mean);
  }
  for (let i = 0; i < tried; i++) {
    const level = meanSize(history.units.subarray(i * end, (i + 1) * end));
    const first = chosen[i] * panel.days + end;
    const actual = panel.units.subarray(first, first + horizon);
    if (level > 0) errors.addSeries(actual, means, i * horizon, 1 / level);
    await pace({ phase: 'weigh', done: i + 1, total: tried });
  }
}
