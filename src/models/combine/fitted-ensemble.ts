import { MOST } from '../../checked-json.js';
import { recentreIntervals, weightedMean } from '../average.js';
import type {
  ContributionOptions,
  Contributions,
  FittedModel,
  ForecastModel,
  ForecastOptions,
  MemberWeights,
  PanelForecast,
  SerializedModel,
  TotalsForecast,
  TotalsOptions,
} from '../contract.js';
import { ContributionSums } from '../explanation.js';
import { loadMember, loadMembers, modelFromJson, modelToJson, readArray } from '../model-json.js';
import { encodeArray } from '../typed-array-json.js';
import { checkTotalsOptions, totalMeans } from '../uncertainty/index.js';
import { type CategoryForecaster, scaleToCategories } from './category-scaling.js';
import { contributionsOf } from './contributions.js';

export interface EnsembleParts {
  readonly name: string;
  readonly members: readonly FittedModel[];
  readonly weights: readonly number[];
  /** Index of the member whose intervals are used, around the centre of the ensemble. */
  readonly intervalsFrom: number;
  /** Forecasts of categories that the average is scaled to, if any. */
  readonly categories?: CategoryForecaster;
}

/** A fitted weighted average of fitted models. */
export class FittedEnsemble implements FittedModel {
  readonly specificationVersion = 'v1';
  readonly model: string;
  readonly cutoffDay: number;
  readonly seriesCount: number;
  /** Weights of the members, adding up to one. */
  readonly weights: readonly number[];

  constructor(private readonly parts: EnsembleParts) {
    const [first] = parts.members;
    const sum = parts.weights.reduce((a, b) => a + b, 0);
    this.model = parts.name;
    this.cutoffDay = first.cutoffDay;
    this.seriesCount = first.seriesCount;
    this.weights = parts.weights.map((weight) => weight / sum);
  }

  async forecast(options: ForecastOptions): Promise<PanelForecast> {
    const { startDay, horizon, seriesCount, mean } = await this.averageOf(options);
    const { categories } = this.parts;
    if (categories) {
      const sums = await categories.model.forecast({ horizon, signal: options.signal });
      const nothing = { startDay, days: 0 };
      const unplanned =
        categories.planned || options.future
          ? await this.averageOf({ ...options, future: nothing })
          : undefined;
      scaleToCategories(mean, sums.mean, categories.categoryOf, categories.share, unplanned?.mean);
    }
    const spread = options.levels?.length ? await this.intervalMember.forecast(options) : undefined;
    return { startDay, horizon, seriesCount, mean, intervals: intervalsAround(mean, spread) };
  }

  async totals(options: TotalsOptions): Promise<TotalsForecast> {
    const mean = await this.meansOfTotals(options);
    const spread = options.levels?.length ? await this.intervalMember.totals(options) : undefined;
    const { groupCount, ranges } = checkTotalsOptions(options, this.seriesCount);
    return { groupCount, ranges, mean, intervals: intervalsAround(mean, spread) };
  }

  memberWeights(): MemberWeights {
    const { members } = this.parts;
    const names = members.map(({ model }) => model);
    const size = this.seriesCount * members.length;
    return {
      names,
      weights: Float64Array.from({ length: size }, (_, i) => this.weights[i % members.length]),
    };
  }

  /** Weighted contributions of the members, and the scaling to the categories. */
  async contributions(options: ContributionOptions): Promise<Contributions> {
    const sums = new ContributionSums();
    for (const [m, member] of this.parts.members.entries()) {
      if (this.weights[m] > 0) sums.addAll(await contributionsOf(member, options), this.weights[m]);
    }
    if (!this.parts.categories) return sums.parts;
    const { series, range, weights, signal, future } = options;
    const calls = { horizon: range.to, signal, future };
    const { mean } = await this.forecast(calls);
    const plain = await this.averageOf(calls);
    for (let k = 0; k < series.length; k++) {
      for (let at = series[k] * range.to + range.from; at < (series[k] + 1) * range.to; at++) {
        sums.add('category', (weights?.[k] ?? 1) * (mean[at] - plain.mean[at]));
      }
    }
    return sums.parts;
  }

  toJSON(): SerializedModel {
    return modelToJson(this.model, {
      weights: this.parts.weights,
      intervalsFrom: this.parts.intervalsFrom,
      members: this.parts.members.map((member) => member.toJSON()),
      ...(this.parts.categories && {
        categories: this.parts.categories.model.toJSON(),
        categoryOf: encodeArray(this.parts.categories.categoryOf),
        share: this.parts.categories.share,
        ...(this.parts.categories.planned && { planned: true }),
      }),
    });
  }

  /** The weighted average of the members, without intervals. */
  private async averageOf(options: ForecastOptions): Promise<PanelForecast> {
    const forecasts: PanelForecast[] = [];
    for (const member of this.parts.members) {
      forecasts.push(await member.forecast({ ...options, levels: [] }));
    }
    const mean = weightedMean(
      forecasts.map((forecast) => forecast.mean),
      this.weights,
    );
    return { ...forecasts[0], mean };
  }

  private async meansOfTotals(options: TotalsOptions): Promise<Float64Array> {
    if (this.parts.categories) {
      const plan = checkTotalsOptions(options, this.seriesCount);
      const { horizon } = plan;
      const { signal, onProgress, future } = options;
      const { mean } = await this.forecast({ horizon, signal, onProgress, future });
      return totalMeans(mean, horizon, plan);
    }
    const totals: Float64Array[] = [];
    for (const member of this.parts.members) {
      totals.push((await member.totals({ ...options, levels: [] })).mean);
    }
    return weightedMean(totals, this.weights);
  }

  private get intervalMember(): FittedModel {
    return this.parts.members[this.parts.intervalsFrom];
  }
}

function intervalsAround(centre: Float64Array, spread: PanelForecast | TotalsForecast | undefined) {
  return spread ? recentreIntervals(spread.intervals, spread.mean, centre) : [];
}

/**
 * Rebuilds a fitted ensemble from its JSON with the models that it was made of.
 *
 * @throws ForecastError `invalid-model` if the data does not fit the models.
 */
export function loadEnsemble(
  name: string,
  models: readonly ForecastModel[],
  data: SerializedModel,
  categoryModel?: ForecastModel,
): FittedEnsemble {
  const json = modelFromJson(data, name);
  const members = loadMembers(models, json, 'members');
  const weights = json.numbers('weights', 0, MOST, models.length);
  if (!weights.some((weight) => weight > 0)) json.fail('weights');
  const parts = {
    name,
    members,
    weights,
    intervalsFrom: json.integer('intervalsFrom', 0, models.length - 1),
  };
  if (!categoryModel) {
    if (json.has('categories')) json.fail('categories');
    return new FittedEnsemble(parts);
  }
  const model = loadMember(categoryModel, json, 'categories');
  const range = { least: 0, most: model.seriesCount - 1 };
  const categoryOf = readArray(json, 'categoryOf', 'int32', members[0].seriesCount, range);
  return new FittedEnsemble({
    ...parts,
    categories: {
      model,
      categoryOf,
      share: json.number('share', 0, 1),
      ...(json.has('planned') && { planned: json.flag('planned') }),
    },
  });
}
