import { createPacer, throwIfAborted } from '../../../long-call.js';
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
import { checkForecastOptions, checkQuantileOptions, checkTotalsOptions } from '../../uncertainty/index.js';
import { contributionsOf } from '../contributions.js';
import { addDisagreement, BlockSums, type Sums } from './disagreement.js';

export const ADAPTIVE_ENSEMBLE = 'adaptive-ensemble';

/** Days of each holdout on which the members are compared, unless told otherwise. */
export const TRIAL_DAYS = 28;

/** Index of the first plain member, after the structural model and the boosters. */
const FIRST_PLAIN = 2;

type FittedStructural = ReturnType<StructuralModel['load']>;

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
  private readonly means: LongestForecast;
  /** Deviations of each member behind daily means that are longer than a trial. */
  private readonly deviations = new WeakMap<Float64Array, readonly (BlockSums | undefined)[]>();

  constructor(private readonly parts: AdaptiveParts) {
    this.cutoffDay = parts.structural.cutoffDay;
    this.seriesCount = parts.structural.seriesCount;
    this.means = new LongestForecast(this.seriesCount, (horizon, options) => this.average(horizon, options));
  }

  /** Weight of each member for each series, series-major, the structural model first. */
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
    return this.parts.structural.totalsAround(mean, horizon, plan, options, this.openVariance(mean, plan));
  }

  async quantiles(options: QuantileOptions): Promise<QuantileForecast> {
    throwIfAborted(options.signal);
    const plan = checkQuantileOptions(options, this.seriesCount);
    const { mean, horizon } = await this.means.atLeast(plan.horizon, options);
    return this.parts.structural.quantilesAround(mean, horizon, plan, options, this.openVariance(mean, plan));
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
      const weights = Float64Array.from(series, (s, k) => this.weightOf(s, m) * (options.weights?.[k] ?? 1));
      if (!member || weights.every((weight) => weight === 0)) continue;
      const own = { ...options, weights };
      sums.addAll(await contributionsOf(member, own));
      if (m < FIRST_PLAIN) continue;
      const { mean } = await member.forecast({ horizon: range.to, signal, onProgress });
      sums.addAll(this.parts.structural.calendarContributions(mean, own));
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
    const usualCalendar = await structural.calendar(horizon, { signal, future: options.base });
    const otherCalendar = await structural.calendar(horizon, { signal, future: options.scenario });
    for (const [m, member] of this.members.entries()) {
      const meansOf = async (future: KnownFuture | undefined, calendar: Float64Array, sum: Float64Array) => {
        const mean = await this.meansOf(m, horizon, { signal, onProgress, future }, calendar);
        this.addMember(m, mean, sum);
        return mean;
      };
      if (!member) continue;
      const usual = await meansOf(options.base, usualCalendar, base);
      differences[m] = this.rangeDifferences(
        usual,
        await meansOf(options.scenario, otherCalendar, scenario),
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
        if (!own) return;
        const deviations = own.map((difference, at) => difference - averages[at]);
        addDisagreement(deviations, (s) => this.weightOf(s, m), plan, effect.variance);
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

  private weightOf(series: number, member: number): number {
    return this.parts.weights[series * (FIRST_PLAIN + this.parts.plain.length) + member];
  }

  /** @param closes whether to set closed days to 0 */
  private async average(horizon: number, options: MeansOptions, closes = true): Promise<Float64Array> {
    const { structural } = this.parts;
    const pace = createPacer({ signal: options.signal });
    const sum = new Float64Array(this.seriesCount * horizon);
    const calendar = await structural.calendar(horizon, options);
    const blocks: (BlockSums | undefined)[] = [];
    const isLong = horizon > this.trialSteps;
    for (const [m, member] of this.members.entries()) {
      if (member) {
        const mean = await this.meansOf(m, horizon, options, calendar);
        this.addMember(m, mean, sum);
        if (isLong) blocks[m] = new BlockSums(mean, horizon, this.trialSteps);
      }
      await pace({ phase: this.model, done: m + 1, total: this.members.length });
    }
    if (isLong) {
      const average = new BlockSums(sum, horizon, this.trialSteps);
      for (const own of blocks) own?.subtract(average);
      this.deviations.set(sum, blocks);
    }
    if (closes) await structural.close(sum, horizon, options);
    return sum;
  }

  private get trialSteps(): number {
    return spanSteps(this.parts.structural.state.grid, TRIAL_DAYS);
  }

  /**
   * Variance of sums that the choice among the members leaves open, group-major. Errors of the past tell how far the
   * average is off over the days of a trial, so the difference between the members counts by the share of the days
   * beyond; undefined where there are none.
   */
  private openVariance(mean: Float64Array, plan: Sums): Float64Array | undefined {
    const blocks = this.deviations.get(mean);
    const { ranges, groupCount } = plan;
    const shares = ranges.map(({ from, to }) => Math.max(0, 1 - this.trialSteps / (to - from)));
    if (!blocks || shares.every((share) => share === 0)) return undefined;
    const variance = new Float64Array(groupCount * ranges.length);
    blocks.forEach((deviation, m) => {
      if (!deviation) return;
      const deviations = Float64Array.from({ length: this.seriesCount * ranges.length }, (_, at) => {
        const r = at % ranges.length;
        return shares[r] === 0 ? 0 : deviation.over((at - r) / ranges.length, ranges[r]);
      });
      addDisagreement(deviations, (s) => this.weightOf(s, m), plan, variance);
    });
    return variance.map((value, at) => value * shares[at % ranges.length]);
  }

  /** Means of a fitted member; plain ones with the calendar of the structural model for the same future. */
  private async meansOf(
    member: number,
    horizon: number,
    options: MeansOptions,
    calendar: Float64Array,
  ): Promise<Float64Array> {
    const { signal, onProgress, future } = options;
    const { mean } = await this.members[member]!.forecast({ horizon, signal, onProgress, future });
    if (member >= FIRST_PLAIN) giveCalendarBack(mean, calendar);
    return mean;
  }

  /** Adds the means of a member, by its weights, to a sum. */
  private addMember(member: number, mean: Float64Array, sum: Float64Array): void {
    const horizon = mean.length / this.seriesCount;
    for (let s = 0; s < this.seriesCount; s++) {
      const weight = this.weightOf(s, member);
      if (weight === 0) continue;
      for (let at = s * horizon; at < (s + 1) * horizon; at++) sum[at] += weight * mean[at];
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
