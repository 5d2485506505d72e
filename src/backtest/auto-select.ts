import { checkWholeNumber, ForecastError, invalidOption } from '../errors.js';
import { throwIfAborted } from '../long-call.js';
import { pooledMetrics } from '../metrics/pooled-metrics.js';
import type { ForecastModel } from '../models/contract.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import type { Panel } from '../panel/panel.js';
import { present } from '../present.js';
import { type BacktestOptions, type BacktestResult, backtest } from './backtest.js';
import { backtestCutoffs } from './cutoffs.js';
import { type LeaderboardEntry, leaderboard } from './leaderboard.js';

export interface AutoSelectOptions
  extends Pick<BacktestOptions, 'covariates' | 'plannedAt' | 'seed' | 'levels' | 'signal' | 'onProgress'> {
  /** Candidate models; of equally good ones the faster is chosen. */
  readonly models: readonly ForecastModel[];
  /** Seconds that the backtests may take, without the final fit. */
  readonly budgetSeconds: number;
  /** A clock in milliseconds, such as `performance.now`. */
  readonly clock: () => number;
  /** Days that are forecast from each cutoff. Default 28. */
  readonly horizon?: number;
  /** Largest number of cutoffs, a horizon apart, the latest first. Default 4. */
  readonly origins?: number;
}

const AUTO_SELECT_OPTIONS: OptionTable<AutoSelectOptions> = {
  models: 1,
  budgetSeconds: 1,
  clock: 1,
  horizon: 1,
  origins: 1,
  covariates: 1,
  plannedAt: 1,
  seed: 1,
  levels: 1,
  signal: 1,
  onProgress: 1,
};

/** A model that was left out of the choice. */
export interface DroppedModel {
  readonly model: string;
  /** `worse` on the cutoffs tried so far, `too-slow` for the budget, or `failed` with an error. */
  readonly why: 'worse' | 'too-slow' | 'failed';
  readonly message: string;
}

/** Outcome of {@link autoSelect}. */
export interface ModelChoice {
  readonly model: ForecastModel;
  /** Reason for the choice, as a sentence. */
  readonly reason: string;
  /** Models that were tried on every cutoff, best first. */
  readonly leaderboard: readonly LeaderboardEntry[];
  readonly dropped: readonly DroppedModel[];
  /** Cutoffs that all models of the leaderboard were tried on. */
  readonly cutoffs: number;
  readonly seconds: number;
}

/** Ratio of a model's WAPE to the best above which it is dropped. */
const HOPELESS = 1.2;
/** Models within this ratio of WAPEs are equally good, unless the difference is significant. */
const EQUAL = 1.01;
const SIGNIFICANT = 0.05;

/**
 * Chooses a model by backtests within a budget of time. All are tried on the latest cutoff; those within 20 %
 * of the best are tried on earlier ones while time remains. The lowest WAPE wins, unless a faster model is
 * within 1 % of it and not significantly worse.
 *
 * ```ts
 * import { adaptiveEnsemble, autoSelect, type Panel, seasonalNaive, structural } from 'commerce-forecast';
 *
 * async function choose(panel: Panel) {
 *   const models = [seasonalNaive(), structural(), adaptiveEnsemble()];
 *   const clock = () => performance.now();
 *   const { model, reason } = await autoSelect(panel, { models, budgetSeconds: 60, clock });
 *   console.log(reason);
 *   return model;
 * }
 * ```
 *
 * @throws ForecastError `invalid-option`, `too-short` if the panel has no room for one window, `limit-exceeded`
 *   if no model finished within the budget, `aborted`, and the error of the last model if every one failed.
 */
export async function autoSelect(panel: Panel, options: AutoSelectOptions): Promise<ModelChoice> {
  refuseUnknown(options, AUTO_SELECT_OPTIONS);
  const { models, budgetSeconds, clock, horizon = 28, origins = 4 } = options;
  checkWholeNumber('origins', origins);
  if (!(budgetSeconds > 0)) invalidOption('budgetSeconds', 'The budget must be a positive number of seconds');
  if (typeof clock !== 'function')
    invalidOption('clock', 'clock must be a function that returns milliseconds');
  if (models.length === 0) invalidOption('models', 'There is no model to choose from');
  const start = clock();
  const trials = new Trials(panel, { ...options, horizon }, start + 1000 * budgetSeconds);
  const possible = Math.min(origins, Math.floor(panel.days / horizon) - 1);
  const cutoffs = backtestCutoffs(panel, { horizon, origins: Math.max(1, possible) }).reverse();
  for (const cutoff of cutoffs) if (!(await trials.tryAll(cutoff))) break;
  const { entries, chosen, dropped } = trials.verdict();
  return {
    model: chosen,
    reason: reasonOf(entries, chosen.name, trials.done),
    leaderboard: entries,
    dropped,
    cutoffs: trials.done,
    seconds: (clock() - start) / 1000,
  };
}

/** Backtests of the remaining models. */
class Trials {
  /** Number of cutoffs that all of them were tried on. */
  done = 0;
  private readonly results = new Map<string, BacktestResult[]>();
  private readonly dropped: DroppedModel[] = [];
  private racing: readonly ForecastModel[];
  private error: unknown;

  constructor(
    private readonly panel: Panel,
    private readonly options: AutoSelectOptions & { readonly horizon: number },
    private readonly deadline: number,
  ) {
    this.racing = options.models;
  }

  /** Tries the remaining models at one cutoff; false if time ran out. */
  async tryAll(cutoff: number): Promise<boolean> {
    const found = new Map<string, BacktestResult>();
    const dropped: DroppedModel[] = [];
    for (const model of this.racing) {
      if (this.done > 0 && this.options.clock() + this.usualTime(model) > this.deadline) return false;
      try {
        found.set(model.name, await this.tryOne(model, cutoff));
      } catch (error) {
        throwIfAborted(this.options.signal);
        if (!ForecastError.is(error)) throw error;
        const late = error.code === 'aborted';
        if (late && this.done > 0) return false;
        if (!late) this.error = error;
        const why = late ? 'too-slow' : 'failed';
        dropped.push({
          model: model.name,
          why,
          message: late ? 'not finished within the budget' : error.message,
        });
      }
    }
    this.racing = this.racing.filter(({ name }) => found.has(name));
    for (const [name, result] of found) this.results.set(name, [...(this.results.get(name) ?? []), result]);
    this.dropped.push(...dropped);
    this.done++;
    this.dropHopeless();
    return this.racing.length > 1;
  }

  verdict() {
    const entries =
      this.racing.length > 0 ? leaderboard(joined(this.racing.map((m) => this.resultOf(m)))) : [];
    const [best] = entries;
    if (!best) {
      throw (
        this.error ??
        new ForecastError('limit-exceeded', `No model finished within ${this.options.budgetSeconds} s`, {
          path: ['budgetSeconds'],
          hint: 'Give more time, or a faster model',
        })
      );
    }
    const equal = entries.filter(
      ({ model, wape, pValue = 1 }) =>
        model === best.model || (wape <= EQUAL * best.wape && pValue > SIGNIFICANT),
    );
    const name = equal.reduce((a, b) => ((b.milliseconds ?? 0) < (a.milliseconds ?? 0) ? b : a)).model;
    const chosen = present(
      this.racing.find((model) => model.name === name),
      'chosen model',
    );
    return { entries, chosen, dropped: this.dropped };
  }

  private async tryOne(model: ForecastModel, cutoff: number): Promise<BacktestResult> {
    const { horizon, covariates, plannedAt, seed, levels, clock, signal, onProgress } = this.options;
    const late = new AbortController();
    return backtest(this.panel, [model], {
      ...{ horizon, cutoffs: [cutoff], covariates, plannedAt, seed, levels, clock },
      signal: signal ? AbortSignal.any([signal, late.signal]) : late.signal,
      onProgress: (progress) => {
        onProgress?.(progress);
        if (clock() > this.deadline) late.abort();
      },
    });
  }

  private usualTime(model: ForecastModel): number {
    const times = this.resultOf(model).runs.map(({ milliseconds = 0 }) => milliseconds);
    return times.reduce((sum, time) => sum + time, 0) / times.length;
  }

  private resultOf({ name }: ForecastModel): BacktestResult {
    return joined(present(this.results.get(name), 'result of the model'));
  }

  private dropHopeless(): void {
    if (this.racing.length === 0) return;
    const wapes = this.racing.map((model) => pooledMetrics(this.resultOf(model).runs).wape);
    const best = Math.min(...wapes);
    this.racing.forEach((model, m) => {
      if (wapes[m] <= HOPELESS * best) return;
      const message = `WAPE ${percent(wapes[m])} on the latest ${this.done} of the cutoffs, the best ${percent(best)}`;
      this.dropped.push({ model: model.name, why: 'worse', message });
    });
    this.racing = this.racing.filter((_, m) => wapes[m] <= HOPELESS * best);
  }
}

/** Joins results of several cutoffs or models. */
function joined(results: readonly BacktestResult[]): BacktestResult {
  return {
    ...results[0],
    cutoffs: [...new Set(results.flatMap(({ cutoffs }) => cutoffs))].sort((a, b) => a - b),
    models: [...new Set(results.flatMap(({ models }) => models))],
    runs: results.flatMap(({ runs }) => runs),
    rows: results.flatMap(({ rows }) => rows),
  };
}

function reasonOf(entries: readonly LeaderboardEntry[], chosen: string, cutoffs: number): string {
  const [best] = entries;
  const own = present(
    entries.find(({ model }) => model === chosen),
    'chosen model',
  );
  const tried = `WAPE ${percent(own.wape)} over ${cutoffs} ${cutoffs === 1 ? 'cutoff' : 'cutoffs'}`;
  if (chosen !== best.model) {
    return `${chosen}: ${tried}, as good as ${best.model} (${percent(best.wape)}) and faster`;
  }
  const second = entries.find(({ model }) => model !== chosen);
  if (!second) return `${chosen}: ${tried}; every other model was left out`;
  const sure = best.pValue === undefined ? '' : `, p = ${best.pValue.toFixed(3)}`;
  return `${chosen}: ${tried}, the lowest; next ${second.model} with ${percent(second.wape)}${sure}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
