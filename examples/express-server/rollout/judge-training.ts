import { type Day, ForecastError, isArtifactLost, parseDay } from 'commerce-forecast';
import type {
  ChangeOptions,
  ModelRegistry,
  ModelVersion,
  RegistryDocument,
  RolloutController,
} from 'commerce-forecast/registry';
import type { Deployment, TrainingCause, TrainingDecision } from '../training/training-runs.js';
import { versionLost, wrongDays } from './change-causes.js';
import { RELATIVE_WAPE } from './version-metrics.js';

/**
 * Units that live errors of versions are compared over. They are categories, of which a shop has fewer than the library's
 * default has in mind.
 */
export const LEAST_CATEGORIES = 5;

/** By how much more the error of production counts for each day of sales that it does not know. */
const AGING_PER_DAY = 0.02;

/** Days after which a forecast counts no worse: a wrong date must not decide by itself. */
const MOST_AGING_DAYS = 60;

/**
 * Decides on a newly registered version: production, canary or archive.
 *
 * @param share - Share of the keys that a better version starts with.
 * @param today - Versions that know later days are worth nothing: they learnt from wrong dates.
 */
export async function judgeTraining(
  registry: ModelRegistry<unknown>,
  controller: RolloutController,
  version: number,
  share: number,
  today: Day = Number.POSITIVE_INFINITY,
): Promise<Deployment> {
  const status = await withoutFutureArms(registry, today);
  const candidate = versionOf(status, version);
  const production = status.production === null ? undefined : versionOf(status, status.production);
  if (candidate.state !== 'candidate') return repeated(candidate);
  if (await isLost(registry, version)) {
    await registry.archive(version, versionLost(version));
    return { version, decision: 'archived', cause: { code: 'lost', values: {} } };
  }
  const put = (cause: TrainingCause, reason: Pick<ChangeOptions, 'reason' | 'cause'>) =>
    promote(registry, { ...reason, ifRouting: status.routing }, version, cause);
  if (production && (await isLost(registry, production.version))) {
    const cause = { code: 'production-lost', values: { production: production.version } } as const;
    return put(cause, versionLost(production.version));
  }
  if (production && knowsFuture(production, today) && !knowsFuture(candidate, today)) {
    const values = { production: production.version, last_day: production.lineage.lastDay };
    return put({ code: 'production-wrong-days', values }, wrongDays(production));
  }
  if (!isMeasured(production ?? candidate)) {
    // Without an error to compare, a model of present sales is better than an old one or none.
    const cause = { code: 'no-validation', values: {} } as const;
    return put(cause, { reason: 'no validation to compare with', cause });
  }
  const evidence = production && { production: agedMetrics(production, candidate) };
  const outcome = await controller.afterTraining(version, evidence);
  const decision = outcome.action as TrainingDecision;
  return { version, decision, cause: causeOf(decision, candidate, production, share) };
}

/**
 * Metrics of the version in production as they count against a new one. A forecast ages: without an allowance for what
 * it does not know, the one that was lucky with its validation days would stay for ever.
 */
export function agedMetrics(production: ModelVersion, candidate: ModelVersion): ModelVersion['metrics'] {
  const { [RELATIVE_WAPE]: measured } = production.metrics;
  if (measured === undefined) return production.metrics;
  const aged = measured * (1 + AGING_PER_DAY * daysBehind(production, candidate));
  return { ...production.metrics, [RELATIVE_WAPE]: aged };
}

function daysBehind({ lineage: old }: ModelVersion, { lineage: recent }: ModelVersion): number {
  return Math.min(MOST_AGING_DAYS, Math.max(0, parseDay(recent.lastDay) - parseDay(old.lastDay)));
}

/** Ends a split with a version that knows days which have not come: no sales could ever tell about it. */
async function withoutFutureArms(registry: ModelRegistry<unknown>, today: Day): Promise<RegistryDocument> {
  const status = await registry.status();
  const arms = status.split?.arms.map(({ version }) => versionOf(status, version)) ?? [];
  const wrong = arms.find((arm) => knowsFuture(arm, today));
  if (!wrong) return status;
  return registry.stopSplit({ ...wrongDays(wrong), ifRouting: status.routing });
}

function knowsFuture({ lineage }: ModelVersion, today: Day): boolean {
  return parseDay(lineage.lastDay) > today;
}

/** Puts a version into production without a comparison. */
async function promote(
  registry: ModelRegistry<unknown>,
  change: ChangeOptions,
  version: number,
  cause: TrainingCause,
): Promise<Deployment> {
  try {
    await registry.promote(version, change);
  } catch (error) {
    if (!ForecastError.is(error) || error.code !== 'conflict') throw error;
    return { version, decision: 'none', cause: { code: 'waiting', values: {} } };
  }
  return { version, decision: 'promoted', cause };
}

function causeOf(
  decision: TrainingDecision,
  candidate: ModelVersion,
  production: ModelVersion | undefined,
  share: number,
): TrainingCause {
  if (decision === 'none') return { code: 'waiting', values: {} };
  if (!production) return { code: 'first', values: {} };
  const values = comparison(candidate, production);
  if (decision === 'promoted') return { code: 'better', values };
  if (decision === 'canary-started') return { code: 'better-canary', values: { ...values, share } };
  return { code: 'not-better', values };
}

function comparison(candidate: ModelVersion, production: ModelVersion): TrainingCause['values'] {
  const behind = daysBehind(production, candidate);
  return {
    ...errorAs('error', candidate.metrics),
    production: production.version,
    ...errorAs('production_error', production.metrics),
    ...(behind > 0 && {
      days_behind: behind,
      ...errorAs('counted_error', agedMetrics(production, candidate)),
    }),
  };
}

function errorAs(name: string, { [RELATIVE_WAPE]: error }: ModelVersion['metrics']): TrainingCause['values'] {
  return error === undefined ? {} : { [name]: error };
}

/** A training that gave what was registered before. */
function repeated({ version, state }: ModelVersion): Deployment {
  return { version, decision: 'none', cause: { code: 'registered-before', values: { state } } };
}

/** Tells whether a version is lost or damaged; one that is out of reach at the moment is not judged. */
export async function isLost(registry: ModelRegistry<unknown>, version: number): Promise<boolean> {
  try {
    await registry.load(version);
    return false;
  } catch (error) {
    if (!isArtifactLost(error)) throw error;
    return true;
  }
}

function versionOf({ versions }: RegistryDocument, version: number): ModelVersion {
  const found = versions.find((entry) => entry.version === version);
  if (!found) throw new ForecastError('not-found', `Version ${version} is not registered`);
  return found;
}

function isMeasured({ metrics }: ModelVersion): boolean {
  return metrics[RELATIVE_WAPE] !== undefined;
}
