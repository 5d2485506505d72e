import { mapConcurrently } from '../../concurrent.js';
import { ForecastError, invalidOption } from '../../errors.js';
import { type OptionTable, refuseUnknown, refuseUnknownIn } from '../../options.js';
import type { Panel } from '../../panel/panel.js';
import type { FitOptions, FittedModel, ForecastModel, SerializedModel } from '../contract.js';
import { unionOfUses } from '../covariate-uses.js';
import { checkFitOptions } from '../fit-options.js';
import { modelConfig } from '../model-config.js';
import { FittedEnsemble, loadEnsemble } from './fitted-ensemble.js';

export interface EnsembleMember {
  readonly model: ForecastModel;
  /** Zero or more; the weights are scaled to add up to one. */
  readonly weight: number;
}

const MEMBER_OPTIONS: OptionTable<EnsembleMember> = { model: 1, weight: 1 };

export interface WeightedAverageOptions {
  readonly members: readonly EnsembleMember[];
  /** Name of the member whose intervals are put around the ensemble's centre. Default: the last member. */
  readonly intervalsFrom?: string;
  /** Default `ensemble`. */
  readonly name?: string;
}

const WEIGHTED_AVERAGE_OPTIONS: OptionTable<WeightedAverageOptions> = {
  members: 1,
  intervalsFrom: 1,
  name: 1,
};

/**
 * A weighted average of forecasts, with the intervals of one member around its centre.
 *
 * ```ts
 * import { seasonalNaive, weekdayMean, weightedAverage } from 'commerce-forecast';
 *
 * const model = weightedAverage({
 *   members: [
 *     { model: weekdayMean({ weeks: 4 }), weight: 0.7 },
 *     { model: seasonalNaive({ season: 364 }), weight: 0.3 },
 *   ],
 * });
 * ```
 *
 * @throws ForecastError `invalid-option` without members, with a negative weight or with no positive one.
 */
export function weightedAverage(options: WeightedAverageOptions): ForecastModel {
  refuseUnknown(options, WEIGHTED_AVERAGE_OPTIONS);
  refuseUnknownIn(options.members, MEMBER_OPTIONS, 'members');
  const { members, name = 'ensemble' } = options;
  checkMembers(members);
  const models = members.map((member) => member.model);
  const weights = members.map((member) => member.weight);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const intervalsFrom = memberIndex(models, options.intervalsFrom);
  return {
    specificationVersion: 'v1',
    name,
    config: modelConfig(name, { weights: weights.map((weight) => weight / sum), intervalsFrom }, models),
    uses: unionOfUses(models),
    async fit(panel: Panel, fitOptions: FitOptions = {}): Promise<FittedModel> {
      checkFitOptions(fitOptions);
      const fitted = await fitMembers(models, panel, fitOptions);
      return new FittedEnsemble({ name, members: fitted, weights, intervalsFrom });
    },
    load: (data: SerializedModel): FittedModel => loadEnsemble(name, models, data),
  };
}

/**
 * Fits the models one after the other, or concurrently with workers; progress phases are prefixed by the name
 * of the model.
 */
export async function fitMembers(
  models: readonly ForecastModel[],
  panel: Panel,
  options: FitOptions,
): Promise<FittedModel[]> {
  const fitOne = (model: ForecastModel, signal: AbortSignal | undefined) =>
    model.fit(panel, {
      ...options,
      signal,
      onProgress: (progress) =>
        options.onProgress?.({ ...progress, phase: `${model.name}: ${progress.phase}` }),
    });
  if (options.workers) return mapConcurrently(models, models.length, fitOne, options.signal);
  const fitted: FittedModel[] = [];
  for (const model of models) fitted.push(await fitOne(model, options.signal));
  return fitted;
}

/** Position of the named member; the last one by default. */
export function memberIndex(models: readonly ForecastModel[], name: string | undefined): number {
  if (name === undefined) return models.length - 1;
  const index = models.findIndex((model) => model.name === name);
  if (index < 0) {
    throw new ForecastError('invalid-option', `No member of the ensemble is named "${name}"`, {
      path: ['intervalsFrom'],
      hint: `The members are ${models.map((model) => model.name).join(', ')}.`,
    });
  }
  return index;
}

/** @throws ForecastError `invalid-option` without members. */
export function checkAnyMember(members: readonly unknown[]): void {
  if (members.length > 0) return;
  invalidOption('members', 'An ensemble needs at least one member');
}

function checkMembers(members: readonly EnsembleMember[]): void {
  checkAnyMember(members);
  members.forEach(({ weight }, i) => {
    if (!Number.isFinite(weight) || weight < 0) {
      throw new ForecastError('invalid-option', `The weight ${weight} is not a number of zero or more`, {
        path: ['members', i, 'weight'],
      });
    }
  });
  if (members.every(({ weight }) => weight === 0)) {
    invalidOption('members', 'At least one member needs a weight above zero');
  }
}
