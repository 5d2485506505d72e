import * as z from 'zod/mini';
import { ForecastError } from '../errors.js';
import { lineageSchema } from '../forecaster/lineage.js';
import { checkedBy, firstIssue } from '../schema.js';
import type { ModelLineage, ModelMetrics, ModelVersion } from './model-version.js';

/** One arm of a split: a version that gets a share of the keys, between 0 and 1. */
export interface TrafficArm {
  readonly name: string;
  readonly version: number;
  readonly share: number;
}

/** Traffic split between the production version and others; the rest of the shares goes to production. */
export interface TrafficSplit {
  readonly kind: 'canary' | 'experiment';
  /** Salt of the hash that assigns keys to arms: another split selects other keys. */
  readonly id: string;
  readonly arms: readonly TrafficArm[];
  readonly startedAt: string;
}

export const REGISTRY_ACTIONS = [
  'registered',
  'promoted',
  'canary-started',
  'canary-resized',
  'experiment-started',
  'split-stopped',
  'rolled-back',
  'archived',
  'pruned',
] as const;

export type RegistryAction = (typeof REGISTRY_ACTIONS)[number];

/** Reason for a change, for programs: a code that keeps its meaning, and the values that belong to it. */
export interface ChangeCause {
  readonly code: string;
  readonly values: Readonly<Record<string, string | number>>;
}

/** One line of the log of a registry. */
export interface RegistryChange {
  readonly action: RegistryAction;
  readonly version: number | null;
  readonly at: string;
  /** In words. */
  readonly reason: string;
  /** Undefined where whoever made the change gave none. */
  readonly cause?: ChangeCause | undefined;
}

/** Everything that a registry knows about one model name: plain JSON data. */
export interface RegistryDocument {
  readonly format: 'commerce-forecast.registry';
  readonly specificationVersion: 'v1';
  /** Oldest first. */
  readonly versions: readonly ModelVersion[];
  /** Revision of the routing: decisions name the routing that they were made for. */
  readonly routing: number;
  readonly production: number | null;
  /** Earlier production versions, the latest last: what a rollback returns to. */
  readonly previous: readonly number[];
  readonly split: TrafficSplit | null;
  /** Archived versions whose content was deleted. */
  readonly pruned: readonly number[];
  /** The latest changes, oldest first. */
  readonly log: readonly RegistryChange[];
}

export const EMPTY_DOCUMENT: RegistryDocument = {
  format: 'commerce-forecast.registry',
  specificationVersion: 'v1',
  versions: [],
  routing: 0,
  production: null,
  previous: [],
  split: null,
  pruned: [],
  log: [],
};

const versionNumber = z.int().check(z.gte(1));

const modelLineage = z.extend(lineageSchema(), {
  codeVersion: z.optional(z.string().check(z.minLength(1))),
  parent: z.optional(versionNumber),
});

const modelMetrics = z.record(z.string(), z.number());

const modelVersion = z.object({
  version: versionNumber,
  state: z.enum(['candidate', 'canary', 'production', 'archived']),
  stateChangedAt: z.string(),
  artifact: z.object({
    name: z.string(),
    version: versionNumber,
    sha256: z.string(),
    size: z.int().check(z.gte(0)),
  }),
  lineage: modelLineage,
  metrics: modelMetrics,
  registeredAt: z.string(),
});

const registryDocument = z.object({
  format: z.literal('commerce-forecast.registry'),
  specificationVersion: z.literal('v1'),
  versions: z.array(modelVersion),
  routing: z.int().check(z.gte(0)),
  production: z.nullable(versionNumber),
  previous: z.array(versionNumber),
  split: z.nullable(
    z.object({
      kind: z.enum(['canary', 'experiment']),
      id: z.string(),
      arms: z
        .array(z.object({ name: z.string(), version: versionNumber, share: z.number() }))
        .check(z.minLength(1)),
      startedAt: z.string(),
    }),
  ),
  pruned: z.array(versionNumber),
  log: z.array(
    z.object({
      action: z.enum(REGISTRY_ACTIONS),
      version: z.nullable(versionNumber),
      at: z.string(),
      reason: z.string(),
      cause: z.optional(
        z.object({ code: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) }),
      ),
    }),
  ),
});

/**
 * Checks a document as it came from the store; `undefined` is the empty one.
 *
 * @throws ForecastError `invalid-data` if it is not a registry document, or routes to a version that it lacks.
 */
export function parseDocument(data: unknown, modelName: string): RegistryDocument {
  if (data === undefined) return EMPTY_DOCUMENT;
  const result = checkedBy(registryDocument, data);
  if (!result.success) {
    const { path, message } = firstIssue(result.error);
    throw damaged(modelName, `${path.join('.') || 'document'}: ${message}`);
  }
  const document: RegistryDocument = result.data;
  const known = new Set(document.versions.map(({ version }) => version));
  for (const version of routedVersions(document)) {
    if (!known.has(version)) throw damaged(modelName, `version ${version} is routed but not registered`);
  }
  return document;
}

/**
 * Checks the metadata of a new version, as a document that cannot be read again would block the model.
 *
 * @throws ForecastError `invalid-data` unless it is JSON data of the form of {@link RegistryDocument} with finite numbers.
 */
export function parseAbout(about: { lineage: ModelLineage; metrics: ModelMetrics }): {
  lineage: ModelLineage;
  metrics: ModelMetrics;
} {
  const result = checkedBy(z.object({ lineage: modelLineage, metrics: modelMetrics }), about);
  if (result.success) return result.data;
  const { path, message } = firstIssue(result.error);
  throw new ForecastError('invalid-data', `${path.join('.')}: ${message}`, { path });
}

/** The versions that get traffic, production first. */
export function routedVersions(document: RegistryDocument): number[] {
  const arms = document.split?.arms.map(({ version }) => version) ?? [];
  return document.production === null ? arms : [document.production, ...arms];
}

/** @throws ForecastError `not-found` if there is no such version. */
export function findVersion(document: RegistryDocument, version: number): ModelVersion {
  const found = document.versions.find((candidate) => candidate.version === version);
  if (found === undefined) {
    throw new ForecastError('not-found', `There is no version ${version} of this model`, {
      path: ['version', version],
      hint: `Registered are ${document.versions.length} versions; list them with status().`,
    });
  }
  return found;
}

function damaged(modelName: string, what: string): ForecastError {
  return new ForecastError('invalid-data', `The registry document of "${modelName}" is damaged: ${what}`, {
    path: [modelName],
    hint: 'Restore it from a backup.',
  });
}
