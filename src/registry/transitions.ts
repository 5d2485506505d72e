import { canonicalJson } from '../canonical-json.js';
import { ForecastError, invalidOption } from '../errors.js';
import { present } from '../present.js';
import type { ArtifactVersion } from '../storage/artifact-contract.js';
import type { ModelLineage, ModelMetrics, ModelState, ModelVersion } from './model-version.js';
import {
  findVersion,
  type RegistryAction,
  type RegistryChange,
  type RegistryDocument,
  routedVersions,
  type TrafficArm,
  type TrafficSplit,
} from './registry-document.js';

/** Time and reason of a change to a document; the time is an ISO timestamp. */
export type ChangeNote = Pick<RegistryChange, 'at' | 'reason' | 'cause'>;

export interface NewVersion {
  readonly artifact: ArtifactVersion;
  readonly lineage: ModelLineage;
  readonly metrics: ModelMetrics;
}

const LOG_LENGTH = 200;

/**
 * Adds a candidate; the same content with the same lineage and metrics is registered once, so that it may be repeated.
 *
 * @param lost - Version whose content is lost, which counts as none.
 */
export function withVersion(
  document: RegistryDocument,
  added: NewVersion,
  note: ChangeNote,
  lost?: number,
): RegistryDocument {
  if (sameVersion(document, added, lost) !== undefined) return document;
  const version = (document.versions.at(-1)?.version ?? 0) + 1;
  if (added.lineage.parent !== undefined) findVersion(document, added.lineage.parent);
  const entry: ModelVersion = {
    version,
    state: 'candidate',
    stateChangedAt: note.at,
    artifact: added.artifact,
    lineage: added.lineage,
    metrics: added.metrics,
    registeredAt: note.at,
  };
  return logged({ ...document, versions: [...document.versions, entry] }, 'registered', version, note);
}

/** The version that was registered from the same content, lineage and metrics, if any. */
export function sameVersion(
  document: RegistryDocument,
  added: NewVersion,
  lost?: number,
): ModelVersion | undefined {
  const identity = identityOf(added);
  return document.versions.find(
    (entry) =>
      entry.version !== lost && !document.pruned.includes(entry.version) && identityOf(entry) === identity,
  );
}

/**
 * Routes all traffic to a version; a running split ends, and the previous production version becomes the target
 * of a rollback.
 */
export function promoted(document: RegistryDocument, version: number, note: ChangeNote): RegistryDocument {
  loadable(document, version);
  if (document.production === version && document.split === null) return document;
  const replaced = document.production;
  const previous = document.previous.filter((earlier) => earlier !== version);
  if (replaced !== null && replaced !== version) previous.push(replaced);
  return logged(
    rerouted(document, { production: version, previous, split: null }, note),
    'promoted',
    version,
    note,
  );
}

/** Routes a share of the keys to a version; for the current canary, changes the share. */
export function withCanary(
  document: RegistryDocument,
  version: number,
  share: number,
  note: ChangeNote,
): RegistryDocument {
  checkShare(share, ['share']);
  const running = document.split;
  const arms = [{ name: 'canary', version, share }];
  const arm = running?.kind === 'canary' ? firstOf(running.arms) : undefined;
  if (running && arm?.version === version) {
    if (arm.share === share) return document;
    const split = { ...running, arms };
    return logged(rerouted(document, { split }, note), 'canary-resized', version, note);
  }
  return logged(withSplit(document, 'canary', arms, note), 'canary-started', version, note);
}

/** Splits the keys between production and one or more other versions until the experiment is stopped. */
export function withExperiment(
  document: RegistryDocument,
  arms: readonly TrafficArm[],
  note: ChangeNote,
): RegistryDocument {
  const names = new Set(['production', ...arms.map(({ name }) => name)]);
  if (arms.length === 0 || names.size !== arms.length + 1 || names.has('')) {
    throw new ForecastError('invalid-option', 'The arms of an experiment need different names', {
      path: ['arms'],
      hint: 'Give at least one arm; "production" is the name of the rest.',
    });
  }
  for (const [index, { share }] of arms.entries()) checkShare(share, ['arms', index, 'share']);
  if (arms.reduce((sum, { share }) => sum + share, 0) > 1 + 1e-9) {
    invalidOption('arms', 'The shares of the arms sum to more than 1');
  }
  return logged(
    withSplit(document, 'experiment', arms, note),
    'experiment-started',
    firstOf(arms).version,
    note,
  );
}

/** Ends a canary or an experiment: production gets all traffic again and the arms are archived. */
export function withoutSplit(document: RegistryDocument, note: ChangeNote): RegistryDocument {
  if (document.split === null) return document;
  const { version } = firstOf(document.split.arms);
  return logged(rerouted(document, { split: null }, note), 'split-stopped', version, note);
}

/** The arm of a canary, or the arm of an experiment that is named in the log. */
function firstOf<A extends { readonly version: number }>(arms: readonly A[]): A {
  return present(arms[0], 'arm of the split');
}

/** Returns to the version that was in production before, and ends a running split. */
export function rolledBack(document: RegistryDocument, note: ChangeNote): RegistryDocument {
  const target = document.previous.at(-1);
  if (target === undefined) {
    throw new ForecastError('conflict', 'There is no earlier production version to roll back to', {
      hint: 'Promote a version by its number.',
    });
  }
  loadable(document, target);
  const routes = { production: target, previous: document.previous.slice(0, -1), split: null };
  return logged(rerouted(document, routes, note), 'rolled-back', target, note);
}

/** Archives a version that gets no traffic. */
export function archived(document: RegistryDocument, version: number, note: ChangeNote): RegistryDocument {
  if (findVersion(document, version).state === 'archived') return document;
  if (routedVersions(document).includes(version)) {
    throw new ForecastError('conflict', `Version ${version} gets traffic and cannot be archived`, {
      path: ['version', version],
      hint: 'Promote another version or stop the split first.',
    });
  }
  const versions = document.versions.map((entry) =>
    entry.version === version ? inState(entry, 'archived', note) : entry,
  );
  return logged({ ...document, versions }, 'archived', version, note);
}

/** Marks the contents of archived versions as deleted, but for the newest `keep` and the target of a rollback. */
export function pruned(document: RegistryDocument, keep: number, note: ChangeNote): RegistryDocument {
  const rollbackTarget = document.previous.at(-1);
  const candidates = document.versions.filter(
    ({ version, state }) => state === 'archived' && !document.pruned.includes(version),
  );
  const gone = candidates
    .slice(0, Math.max(0, candidates.length - keep))
    .map(({ version }) => version)
    .filter((version) => version !== rollbackTarget);
  if (gone.length === 0) return document;
  const next = {
    ...document,
    pruned: [...document.pruned, ...gone],
    previous: document.previous.filter((version) => !gone.includes(version)),
  };
  return logged(next, 'pruned', null, note);
}

function withSplit(
  document: RegistryDocument,
  kind: TrafficSplit['kind'],
  arms: readonly TrafficArm[],
  note: ChangeNote,
): RegistryDocument {
  if (document.production === null) {
    throw new ForecastError('conflict', 'There is no production version to share traffic with', {
      hint: 'Promote a version first.',
    });
  }
  if (document.split !== null) {
    throw new ForecastError('conflict', `A ${document.split.kind} is running already`, {
      hint: 'Promote one of its versions or stop it first.',
    });
  }
  const used = new Set([document.production]);
  for (const { version } of arms) {
    loadable(document, version);
    if (used.has(version)) {
      throw new ForecastError('conflict', `Version ${version} gets traffic already`, {
        path: ['version', version],
      });
    }
    used.add(version);
  }
  const split = { kind, id: `${kind}-${document.routing + 1}`, arms, startedAt: note.at };
  return rerouted(document, { split }, note);
}

/** Changes the routing and updates the states of all versions accordingly. */
function rerouted(
  document: RegistryDocument,
  routes: Partial<Pick<RegistryDocument, 'production' | 'previous' | 'split'>>,
  note: ChangeNote,
): RegistryDocument {
  const next = { ...document, ...routes, routing: document.routing + 1 };
  const arms = new Set(next.split?.arms.map(({ version }) => version));
  const versions = next.versions.map((entry) => {
    const hadTraffic = entry.state === 'production' || entry.state === 'canary';
    if (entry.version === next.production) return inState(entry, 'production', note);
    if (arms.has(entry.version)) return inState(entry, 'canary', note);
    return hadTraffic ? inState(entry, 'archived', note) : entry;
  });
  return { ...next, versions };
}

function inState(entry: ModelVersion, state: ModelState, note: ChangeNote): ModelVersion {
  return entry.state === state ? entry : { ...entry, state, stateChangedAt: note.at };
}

function logged(
  document: RegistryDocument,
  action: RegistryAction,
  version: number | null,
  note: ChangeNote,
): RegistryDocument {
  return { ...document, log: [...document.log, { action, version, ...note }].slice(-LOG_LENGTH) };
}

function identityOf({ artifact, lineage, metrics }: NewVersion): string {
  return canonicalJson([artifact.sha256, lineage, metrics]);
}

function loadable(document: RegistryDocument, version: number): void {
  findVersion(document, version);
  if (document.pruned.includes(version)) {
    throw new ForecastError('not-found', `The content of version ${version} was pruned`, {
      path: ['version', version],
    });
  }
}

function checkShare(share: number, path: (string | number)[]): void {
  if (!(share > 0 && share <= 1)) {
    throw new ForecastError('invalid-option', `A share must be above 0 and at most 1, got ${share}`, {
      path,
    });
  }
}
