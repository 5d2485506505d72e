import {
  ForecastError,
  type ModelRegistry,
  type ModelVersion,
  parseDay,
  type RegistryDocument,
  type RolloutController,
} from 'commerce-forecast';
import type { Deployment, TrainingDecision } from '../training/training-runs.js';
import { RELATIVE_WAPE } from './version-metrics.js';

/**
 * Units that live errors of versions are compared over. They are categories, of which a shop has fewer than the library's
 * default has in mind.
 */
export const LEAST_CATEGORIES = 5;

/** By how much more the error of production counts for each day of sales that it does not know. */
const AGING_PER_DAY = 0.02;

/**
 * Decides on a newly registered version: production, canary or archive.
 *
 * @param share - Share of the keys that a better version starts with.
 */
export async function judgeTraining(
  registry: ModelRegistry<unknown>,
  controller: RolloutController,
  version: number,
  share: number,
): Promise<Deployment> {
  const status = await registry.status();
  const candidate = versionOf(status, version);
  const production = status.production === null ? undefined : versionOf(status, status.production);
  if (candidate.state !== 'candidate') return repeated(candidate);
  if (!isMeasured(production ?? candidate)) return promoteUnmeasured(registry, status, candidate);
  const evidence = production && { production: agedMetrics(production, candidate) };
  const outcome = await controller.afterTraining(version, evidence);
  const decision = outcome.action as TrainingDecision;
  return { version, decision, explanation: explain(decision, candidate, production, share) };
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
  return Math.max(0, parseDay(recent.lastDay) - parseDay(old.lastDay));
}

/** Without an error to compare, a model of present sales is better than an old one or none. */
async function promoteUnmeasured(
  registry: ModelRegistry<unknown>,
  { routing }: RegistryDocument,
  { version }: ModelVersion,
): Promise<Deployment> {
  const reason = 'no validation to compare with';
  try {
    await registry.promote(version, { ifRouting: routing, reason });
  } catch (error) {
    if (!ForecastError.is(error) || error.code !== 'conflict') throw error;
    return { version, decision: 'none', explanation: stayed(version) };
  }
  const explanation = `Version ${version} answers all requests: there is ${reason}.`;
  return { version, decision: 'promoted', explanation };
}

function explain(
  decision: TrainingDecision,
  candidate: ModelVersion,
  production: ModelVersion | undefined,
  share: number,
): string {
  const { version } = candidate;
  if (decision === 'none') return stayed(version);
  if (!production) return `Version ${version} is the first one and answers all requests.`;
  const compared = comparison(candidate, production);
  if (decision === 'promoted') return `Version ${version} answers all requests: ${compared}.`;
  if (decision === 'canary-started') {
    return `Version ${version} answers ${percent(share)} of the keys until sales tell more: ${compared}.`;
  }
  return `Version ${version} is kept and not put to use: ${compared}, and it takes 1 % less. It can be promoted by hand.`;
}

function comparison(candidate: ModelVersion, production: ModelVersion): string {
  const error = ({ [RELATIVE_WAPE]: value }: ModelVersion['metrics']) => value?.toFixed(3) ?? 'not known';
  const behind = daysBehind(production, candidate);
  const counted = error(agedMetrics(production, candidate));
  const aging =
    behind === 0 ? '' : `, which counts as ${counted} since it knows ${behind} days of sales less`;
  return (
    `relative to repeating the last week, its error on the days held back is ${error(candidate.metrics)} and that of ` +
    `version ${production.version} ${error(production.metrics)}${aging}`
  );
}

function stayed(version: number): string {
  return (
    `Version ${version} stays a candidate: another one is being tried, or the routes were changed meanwhile. ` +
    'It is judged after that, unless a later training replaces it, and can be promoted by hand.'
  );
}

/** A training that gave what was registered before. */
function repeated({ version, state }: ModelVersion): Deployment {
  return {
    version,
    decision: 'none',
    explanation: `Version ${version} was registered before; its state is ${state}.`,
  };
}

function versionOf({ versions }: RegistryDocument, version: number): ModelVersion {
  const found = versions.find((entry) => entry.version === version);
  if (!found) throw new ForecastError('not-found', `Version ${version} is not registered`);
  return found;
}

function isMeasured({ metrics }: ModelVersion): boolean {
  return metrics[RELATIVE_WAPE] !== undefined;
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}
