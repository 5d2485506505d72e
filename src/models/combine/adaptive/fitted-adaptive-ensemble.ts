import { createPacer, type LongCallOptions, throwIfAborted } from '../../../long-call.js';
import { square } from '../../../math/index.js';
import type {
  ContributionOptions,
  Contributions,
  EffectForecast,
  EffectOptions,
  FittedModel,
  ForecastModel,
  ForecastOptions,
  KnownFuture,
  MemberWeights,
  PanelForecast,
  QuantileForecast,
  QuantileOptions,
  SerializedModel,
  StepRange,
  TotalsForecast,
  TotalsOptions,
} from '../../contract.js';
import { ContributionSums } from '../../explanation.js';
import type { LifeCycle } from '../../life-cycle.js';
import { LongestForecast, type MeansOptions } from '../../longest-forecast.js';
import { loadListed, loadMember, modelFromJson, modelToJson, readArray } from '../../model-json.js';
import { spanSteps } from '../../step-grid.js';
import { giveCalendarBack } from '../../structural/adjusted-panel.js';
import { effectPlans } from '../../structural/effect.js';
import type { StructuralModel } from '../../structural/index.js';
import { encodeArray } from '../../typed-array-json.js';
import {
  checkForecastOptions,
  checkQuantileOptions,
  checkTotalsOptions,
  type TotalsPlan,
} from '../../uncertainty/index.js';
import { contributionsOf } from '../contributions.js';

export const ADAPTIVE_ENSEMBLE = 'adaptive-ensemble';

/** Indices of the boosters and of the first plain member, after the structural model. */
const BOOSTED = 1;
const FIRST_PLAIN = 2;

/** Days of each holdout on which the members are compared, unless told otherwise. */
export const TRIAL_DAYS = 28;

type FittedStructural = ReturnType<StructuralModel['load']>;
/** Means of the structural model, and the calendar that they share with the plain members. */
type BaseMeans = Awaited<ReturnType<FittedStructural['withCalendar']>>;

export interface AdaptiveParts {
  readonly structural: FittedStructural;
  /** Undefined if there was too little to learn from. */
  readonly boosted: FittedModel | undefined;
  /**
   * Models of the sales left after season, events, promotions and prices, to whose forecasts these are given
   * back.
   */
  readonly plain: readonly FittedModel[];
  /** Series-major, one for each member, the structural model first. */
  readonly weights: Float64Array;
}

/** A fitted adaptive ensemble. */
export class FittedAdaptiveEnsemble implements FittedModel {
  readonly specificationVersion = 'v1';
  readonly model = ADAPTIVE_ENSEMBLE;
  readonly cutoffDay: number;
  readonly seriesCount: number;
  /** Steps over which the weights stay the same. */
  private readonly blockSteps: number;
  private readonly means: LongestForecast;

  constructor(private readonly parts: AdaptiveParts) {
    this.cutoffDay = parts.structural.cutoffDay;
    this.seriesCount = parts.structural.seriesCount;
    this.blockSteps = spanSteps(parts.structural.state.grid, TRIAL_DAYS);
    this.means = new LongestForecast(this.seriesCount, (horizon, options) => this.average(horizon, options));
  }

  /**
   * Weight of each member for each series, series-major, the structural model first: of the days that the trials saw.
   * Boosters have half of it in the four weeks after these, then a third, a fourth and so on, and leave the rest to the
   * others: over a year they err more, and all together.
   */
  get weights(): Float64Array {
    return this.parts.weights.slice();
  }

  /** Life cycle of each series, from the structural model. */
  get lifeCycle(): readonly LifeCycle[] {
    return this.parts.structural.lifeCycle;
  }

  async forecast(options: ForecastOptions): Promise<PanelForecast> {
    throwIfAborted(options.signal);
    const { horizon, levels } = checkForecastOptions(options);
    const mean = await this.means.steps(horizon, options);
    return this.parts.structural.daysAround(mean, horizon, levels, options);
  }

  async totals(options: TotalsOptions): Promise<TotalsForecast> {
    throwIfAborted(options.signal);
    const plan = checkTotalsOptions(options, this.seriesCount);
    const { mean, horizon } = await this.means.atLeast(plan.horizon, options);
    return this.parts.structural.totalsAround(mean, horizon, plan, options);
  }

  async quantiles(options: QuantileOptions): Promise<QuantileForecast> {
    throwIfAborted(options.signal);
    const plan = checkQuantileOptions(options, this.seriesCount);
    const { mean, horizon } = await this.means.atLeast(plan.horizon, options);
    return this.parts.structural.quantilesAround(mean, horizon, plan, options);
  }

  memberWeights(): MemberWeights {
    const names = this.members.map((member) => member?.model ?? 'not fitted');
    return { names, weights: this.weights };
  }

  /** Weighted contributions of the members. */
  async contributions(options: ContributionOptions): Promise<Contributions> {
    const { series, range, signal, onProgress, future } = options;
    const sums = new ContributionSums();
    for (const [m, member] of this.members.entries()) {
      let adjusted: Float64Array | undefined;
      for (const block of this.blocksOf(range)) {
        const weights = Float64Array.from(
          series,
          (s, k) => this.weightOf(s, m, block.from) * (options.weights?.[k] ?? 1),
        );
        if (!member || weights.every((weight) => weight === 0)) continue;
        const own = { ...options, range: block, weights };
        sums.addAll(await contributionsOf(member, own));
        if (m > 0) sums.addAll(this.parts.structural.occasionContributions(own));
        if (m < FIRST_PLAIN) continue;
        adjusted ??= (await member.forecast({ horizon: range.to, signal, onProgress })).mean;
        sums.addAll(this.parts.structural.calendarContributions(adjusted, own));
      }
    }
    const { mean } = await this.forecast({ horizon: range.to, signal, onProgress, future });
    const open = await this.average(range.to, { signal, onProgress, future }, false);
    for (let k = 0; k < series.length; k++) {
      for (let at = series[k] * range.to + range.from; at < (series[k] + 1) * range.to; at++) {
        sums.add('closed', (options.weights?.[k] ?? 1) * (mean[at] - open[at]));
      }
    }
    return sums.parts;
  }

  /**
   * The difference between two futures. Its variance is that of the structural model plus the disagreement of
   * the members.
   */
  async effect(options: EffectOptions): Promise<EffectForecast[]> {
    const { structural } = this.parts;
    const plans = effectPlans(options, this.seriesCount);
    const [{ horizon, ranges }] = plans;
    const { signal, onProgress } = options;
    const base = new Float64Array(this.seriesCount * horizon);
    const scenario = new Float64Array(this.seriesCount * horizon);
    const differences: (Float64Array | undefined)[] = [];
    const usualBase = await structural.withCalendar(horizon, { signal, future: options.base });
    const otherBase = await structural.withCalendar(horizon, { signal, future: options.scenario });
    for (const [m, member] of this.members.entries()) {
      const meansOf = async (future: KnownFuture | undefined, ofBase: BaseMeans, sum: Float64Array) => {
        const mean = await this.meansOf(m, horizon, { signal, onProgress, future }, ofBase);
        await this.addMember(m, mean, sum, options);
        return mean;
      };
      if (!member) continue;
      const usual = await meansOf(options.base, usualBase, base);
      differences[m] = this.rangeDifferences(
        usual,
        await meansOf(options.scenario, otherBase, scenario),
        horizon,
        ranges,
      );
    }
    await structural.close(base, horizon, { signal, future: options.base });
    await structural.close(scenario, horizon, { signal, future: options.scenario });
    const averages = this.rangeDifferences(base, scenario, horizon, ranges);
    return plans.map((plan) => {
      const effect = structural.effectAround({ base, scenario, horizon }, options, plan);
      differences.forEach((own, m) => {
        if (own) this.addDisagreement(m, own, averages, plan, effect.variance);
      });
      return effect;
    });
  }

  toJSON(): SerializedModel {
    const { structural, boosted, plain, weights } = this.parts;
    return modelToJson(this.model, {
      structural: structural.toJSON(),
      boosted: boosted?.toJSON() ?? null,
      plain: plain.map((member) => member.toJSON()),
      weights: encodeArray(weights),
    });
  }

  private get members(): readonly (FittedModel | undefined)[] {
    return [this.parts.structural, this.parts.boosted, ...this.parts.plain];
  }

  /** Weight of a member for a step of a series. */
  private weightOf(series: number, member: number, step: number): number {
    const { weights } = this.parts;
    const first = series * (FIRST_PLAIN + this.parts.plain.length);
    const boosted = weights[first + BOOSTED];
    const lost = boosted * (1 - 1 / (1 + Math.floor(step / this.blockSteps)));
    if (member === BOOSTED) return boosted - lost;
    if (boosted < 1) return weights[first + member] * (1 + lost / (1 - boosted));
    return member === 0 ? lost : 0;
  }

  /** The parts of a range in which the weights stay the same. */
  private blocksOf({ from, to }: StepRange): StepRange[] {
    const blocks: StepRange[] = [];
    for (let start = from; start < to; ) {
      const end = Math.min(to, (1 + Math.floor(start / this.blockSteps)) * this.blockSteps);
      blocks.push({ from: start, to: end });
      start = end;
    }
    return blocks;
  }

  /** @param closes whether to set closed days to 0 */
  private async average(horizon: number, options: MeansOptions, closes = true): Promise<Float64Array> {
    const { structural } = this.parts;
    const pace = createPacer({ signal: options.signal });
    const sum = new Float64Array(this.seriesCount * horizon);
    const ofBase = await structural.withCalendar(horizon, options);
    for (const [m, member] of this.members.entries()) {
      if (member) await this.addMember(m, await this.meansOf(m, horizon, options, ofBase), sum, options);
      await pace({ phase: this.model, done: m + 1, total: this.members.length });
    }
    if (closes) await structural.close(sum, horizon, options);
    return sum;
  }

  /** Means of a fitted member; plain ones with the calendar of the structural model. @param ofBase for the same future */
  private async meansOf(
    member: number,
    horizon: number,
    options: MeansOptions,
    { mean: ofBase, calendar }: BaseMeans,
  ): Promise<Float64Array> {
    if (member === 0) return ofBase;
    const { signal, onProgress, future } = options;
    const pace = createPacer({ signal });
    const { mean } = await this.members[member]!.forecast({ horizon, signal, onProgress, future });
    await pace({ phase: this.model, done: member, total: this.members.length });
    if (member >= FIRST_PLAIN) {
      giveCalendarBack(mean, calendar);
      await pace({ phase: this.model, done: member, total: this.members.length });
    }
    await this.parts.structural.addOccasions(mean, options);
    return mean;
  }

  /** Adds the means of a member, by its weights, to a sum. */
  private async addMember(
    member: number,
    mean: Float64Array,
    sum: Float64Array,
    { signal }: LongCallOptions,
  ): Promise<void> {
    const pace = createPacer({ signal });
    const horizon = mean.length / this.seriesCount;
    const blocks = this.blocksOf({ from: 0, to: horizon });
    for (let s = 0; s < this.seriesCount; s++) {
      if (s % 64 === 0) await pace({ phase: this.model, done: s, total: this.seriesCount });
      for (const { from, to } of blocks) {
        const weight = this.weightOf(s, member, from);
        if (weight === 0) continue;
        for (let at = s * horizon + from; at < s * horizon + to; at++) sum[at] += weight * mean[at];
      }
    }
  }

  /** Differences of each series over each range, series-major. */
  private rangeDifferences(
    base: Float64Array,
    scenario: Float64Array,
    horizon: number,
    ranges: readonly StepRange[],
  ): Float64Array {
    return Float64Array.from({ length: this.seriesCount * ranges.length }, (_, i) => {
      const first = Math.floor(i / ranges.length) * horizon;
      const { from, to } = ranges[i % ranges.length];
      let sum = 0;
      for (let at = first + from; at < first + to; at++) sum += scenario[at] - base[at];
      return sum;
    });
  }

  /**
   * Adds the variance between the members; the deviations of a member are fully correlated over the series of a
   * group, or independent where those of some series would otherwise hide those of others.
   */
  private addDisagreement(
    member: number,
    own: Float64Array,
    averages: Float64Array,
    { ranges, groupOf, groupCount }: TotalsPlan,
    variance: Float64Array,
  ): void {
    const apart = new Float64Array(groupCount * ranges.length);
    const alone = new Float64Array(apart.length);
    for (let s = 0; s < this.seriesCount; s++) {
      if (groupOf[s] < 0) continue;
      for (let r = 0; r < ranges.length; r++) {
        const at = s * ranges.length + r;
        const weight = this.weightOf(s, member, (ranges[r].from + ranges[r].to - 1) / 2);
        const deviation = Math.sqrt(weight) * (own[at] - averages[at]);
        apart[groupOf[s] * ranges.length + r] += deviation;
        alone[groupOf[s] * ranges.length + r] += square(deviation);
      }
    }
    for (let at = 0; at < apart.length; at++) variance[at] += Math.max(square(apart[at]), alone[at]);
  }
}

/** @throws ForecastError `invalid-model` if the data is not a fitted adaptive ensemble. */
export function loadAdaptiveEnsemble(
  data: SerializedModel,
  base: StructuralModel,
  boosted: ForecastModel,
  plain: readonly ForecastModel[],
): FittedAdaptiveEnsemble {
  const json = modelFromJson(data, ADAPTIVE_ENSEMBLE);
  const structural = loadMember(base, json, 'structural');
  const { seriesCount } = structural;
  const alike = (member: FittedModel) =>
    member.seriesCount === seriesCount && member.cutoffDay === structural.cutoffDay;
  const fittedBoosted = json.raw('boosted') === null ? undefined : loadMember(boosted, json, 'boosted');
  if (fittedBoosted && !alike(fittedBoosted)) json.fail('boosted');
  json.list('plain', plain.length);
  const fittedPlain = plain.map((model, m) => {
    const member = loadListed(model, json, 'plain', m);
    return alike(member) ? member : json.fail('plain', m);
  });
  const weights = readArray(json, 'weights', 'float64', seriesCount * (FIRST_PLAIN + plain.length), {
    least: 0,
    most: 1,
  });
  return new FittedAdaptiveEnsemble({ structural, boosted: fittedBoosted, plain: fittedPlain, weights });
}
