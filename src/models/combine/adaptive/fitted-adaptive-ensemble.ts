import { throwIfAborted } from '../../../long-call.js';
import type {
  FittedModel,
  ForecastModel,
  ForecastOptions,
  PanelForecast,
  SerializedModel,
  TotalsForecast,
  TotalsOptions,
} from '../../contract.js';
import { LongestForecast, type MeansOptions } from '../../longest-forecast.js';
import { loadListed, loadMember, modelFromJson, modelToJson, readArray } from '../../model-json.js';
import type { StructuralModel } from '../../structural/index.js';
import { encodeArray } from '../../typed-array-json.js';
import { checkForecastOptions, checkTotalsOptions } from '../../uncertainty/index.js';

export const ADAPTIVE_ENSEMBLE = 'adaptive-ensemble';

type FittedStructural = ReturnType<StructuralModel['load']>;

export interface AdaptiveParts {
  readonly structural: FittedStructural;
  /** The other members; one that had too little to learn from is undefined. */
  readonly others: readonly (FittedModel | undefined)[];
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

  constructor(private readonly parts: AdaptiveParts) {
    this.cutoffDay = parts.structural.cutoffDay;
    this.seriesCount = parts.structural.seriesCount;
    this.means = new LongestForecast(this.seriesCount, (horizon, options) => this.average(horizon, options));
  }

  /** Weight of each member for each series, series-major, the structural model first. */
  get weights(): Float64Array {
    return this.parts.weights.slice();
  }

  async forecast(options: ForecastOptions): Promise<PanelForecast> {
    throwIfAborted(options.signal);
    const { horizon, levels } = checkForecastOptions(options);
    return this.parts.structural.daysAround(await this.means.steps(horizon, options), horizon, levels);
  }

  async totals(options: TotalsOptions): Promise<TotalsForecast> {
    throwIfAborted(options.signal);
    const plan = checkTotalsOptions(options, this.seriesCount);
    const { mean, horizon } = await this.means.atLeast(plan.horizon, options);
    return this.parts.structural.totalsAround(mean, horizon, plan);
  }

  toJSON(): SerializedModel {
    const { structural, others, weights } = this.parts;
    return modelToJson(this.model, {
      structural: structural.toJSON(),
      others: others.map((member) => member?.toJSON() ?? null),
      weights: encodeArray(weights),
    });
  }

  private async average(horizon: number, options: MeansOptions): Promise<Float64Array> {
    const { structural, others, weights } = this.parts;
    const members = [structural, ...others];
    const sum = new Float64Array(this.seriesCount * horizon);
    for (const [m, member] of members.entries()) {
      if (!member) continue;
      const { signal, onProgress, future } = options;
      const { mean } = await member.forecast({ horizon, signal, onProgress, future });
      for (let s = 0; s < this.seriesCount; s++) {
        const weight = weights[s * members.length + m];
        if (weight === 0) continue;
        for (let at = s * horizon; at < (s + 1) * horizon; at++) sum[at] += weight * mean[at];
      }
    }
    structural.close(sum, horizon, options.future);
    return sum;
  }
}

/** @throws ForecastError `invalid-model` if the data is not a fitted adaptive ensemble. */
export function loadAdaptiveEnsemble(
  data: SerializedModel,
  base: StructuralModel,
  models: readonly ForecastModel[],
): FittedAdaptiveEnsemble {
  const json = modelFromJson(data, ADAPTIVE_ENSEMBLE);
  const structural = loadMember(base, json, 'structural');
  const stored = json.list('others', models.length);
  const { seriesCount } = structural;
  const others = models.map((model, m) => {
    if (stored[m] === null) return undefined;
    const member = loadListed(model, json, 'others', m);
    const alike = member.seriesCount === seriesCount && member.cutoffDay === structural.cutoffDay;
    return alike ? member : json.fail('others', m);
  });
  const weights = readArray(json, 'weights', 'float64', seriesCount * (1 + models.length), {
    least: 0,
    most: 1,
  });
  return new FittedAdaptiveEnsemble({ structural, others, weights });
}
