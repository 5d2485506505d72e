import { ExpiringLru } from '../cache/expiring-lru.js';
import { freezeJson } from '../cache/freeze.js';
import { ForecastError } from '../errors.js';
import { refuseUnknown } from '../options.js';
import { present } from '../present.js';
import { type ArtifactStore, isArtifactLost } from '../storage/artifact-contract.js';
import type { ModelVersion } from './model-version.js';
import {
  CHANGE_OPTIONS,
  type ChangeOptions,
  checkKeep,
  checkOptions,
  DEFAULT_CACHE_SIZE,
  DEFAULT_CANARY_SHARE,
  type ModelRegistry,
  type ModelRegistryOptions,
} from './registry-contract.js';
import {
  findVersion,
  parseAbout,
  parseDocument,
  type RegistryChange,
  type RegistryDocument,
  routedVersions,
} from './registry-document.js';
import {
  createRouteTable,
  handleFor,
  isSameWay,
  type LoadedVersions,
  type ModelHandle,
  type RouteTable,
  substitutes,
} from './route-table.js';
import * as transitions from './transitions.js';

/** More failed attempts to write than concurrent writers would cause. */
const MAX_ATTEMPTS = 1_000;

type Transition = (document: RegistryDocument, note: transitions.ChangeNote) => RegistryDocument;

interface Committed {
  readonly document: RegistryDocument;
  /** Undefined if the document was already in the requested state. */
  readonly change?: RegistryChange;
}

/**
 * Keeps the versions of a model and routes requests to them.
 *
 * ```ts
 * import { MemoryArtifactStore, MemoryDocumentStore, type TrainingReport } from 'commerce-forecast';
 * import { createModelRegistry } from 'commerce-forecast/registry';
 *
 * declare const report: TrainingReport;
 * const registry = createModelRegistry({
 *   name: 'retail',
 *   artifacts: new MemoryArtifactStore(),
 *   state: new MemoryDocumentStore(),
 *   load: (content) => JSON.parse(new TextDecoder().decode(content)) as { units: number },
 * });
 * const { version } = await registry.register(new TextEncoder().encode('{"units":12}'), {
 *   lineage: { ...report.lineage, codeVersion: 'a1b2c3d' },
 *   metrics: { wape: 0.12 },
 * });
 * await registry.promote(version);
 * registry.route('merchant-7').model.units; // 12
 * ```
 *
 * @throws ForecastError `invalid-option` for a wrong name or cache size.
 */
export function createModelRegistry<T>(options: ModelRegistryOptions<T>): ModelRegistry<T> {
  checkOptions(options);
  const { name, artifacts, state, cacheSize = DEFAULT_CACHE_SIZE, now = Date.now, onChange } = options;
  const artifactName = `models/${name}`;
  const loaded = new ExpiringLru<T>(cacheSize, () => 0);
  const loading = new Map<number, Promise<T>>();
  let table: RouteTable<T> | undefined;

  async function status(): Promise<RegistryDocument> {
    return parseDocument((await state.read(name)).document, name);
  }

  function noteOf(changeOptions: ChangeOptions): transitions.ChangeNote {
    refuseUnknown(changeOptions, CHANGE_OPTIONS);
    const { reason = '', cause } = changeOptions;
    return { at: new Date(now()).toISOString(), reason, ...(cause && { cause }) };
  }

  /** Applies a transition by compare-and-set; with `ifRouting`, only if nobody else has changed the routing. */
  async function commit(transition: Transition, changeOptions: ChangeOptions): Promise<Committed> {
    const { ifRouting } = changeOptions;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const stored = await state.read(name);
      const document = parseDocument(stored.document, name);
      const next = transition(document, noteOf(changeOptions));
      if (next === document) return { document };
      if (ifRouting !== undefined && document.routing !== ifRouting) {
        throw conflict(name, ifRouting, document);
      }
      if (await state.compareAndSet(name, stored.revision, next)) {
        return { document: next, change: next.log.at(-1) };
      }
    }
    throw new ForecastError('unavailable', `The state of "${name}" could not be written`, { path: [name] });
  }

  async function change(
    transition: Transition,
    changeOptions: ChangeOptions = {},
  ): Promise<RegistryDocument> {
    const committed = await commit(transition, changeOptions);
    if (committed.change) onChange?.(committed.change);
    return committed.document;
  }

  /**
   * Changes the routing. All routed versions are loaded first, so that one that cannot be loaded never gets
   * traffic; if the routing was changed by somebody else meanwhile, this change is refused.
   */
  async function reroute(
    transition: Transition,
    changeOptions: ChangeOptions = {},
  ): Promise<RegistryDocument> {
    const before = await status();
    const models = await loadRouted(transition(before, noteOf(changeOptions)));
    const ifRouting = changeOptions.ifRouting ?? before.routing;
    const committed = await commit(transition, { ...changeOptions, ifRouting });
    await swapIn(committed.document, models);
    if (committed.change) onChange?.(committed.change);
    return committed.document;
  }

  async function load(entry: ModelVersion): Promise<T> {
    const { version } = entry;
    const routed = routedModel(table, version);
    if (routed !== undefined) return routed.model;
    const kept = loaded.get(String(version));
    if (kept !== undefined) return kept;
    const running = loading.get(version);
    if (running !== undefined) return running;
    const started = loadContent(entry).finally(() => loading.delete(version));
    loading.set(version, started);
    return started;
  }

  async function loadContent(entry: ModelVersion): Promise<T> {
    const { artifact, content } = await artifacts.get(entry.artifact.name, entry.artifact.version);
    if (artifact.sha256 !== entry.artifact.sha256) {
      throw new ForecastError(
        'invalid-data',
        `Version ${entry.version} of "${name}" is not what was registered`,
        {
          path: [name, entry.version],
          hint: 'The artifact store holds other content under this number; restore it from a backup.',
        },
      );
    }
    const model = await options.load(content, entry);
    loaded.set(String(entry.version), model, Number.POSITIVE_INFINITY, []);
    return model;
  }

  /** The version that was registered from the same, if its content is lost: then the new one takes its place. */
  async function lostTwin(added: transitions.NewVersion): Promise<number | undefined> {
    const twin = transitions.sameVersion(await status(), added);
    if (twin === undefined || twin.artifact.version === added.artifact.version) return undefined;
    const isLost = await artifacts.get(artifactName, twin.artifact.version).then(() => false, isArtifactLost);
    return isLost ? twin.version : undefined;
  }

  /** Loads all versions that a document routes to. */
  async function loadRouted(document: RegistryDocument): Promise<LoadedVersions<T>> {
    const versions = routedVersions(document).map((version) => freezeJson(findVersion(document, version)));
    return new Map(
      await Promise.all(
        versions.map(async (entry) => [entry.version, { version: entry, model: await load(entry) }] as const),
      ),
    );
  }

  /** Loads what a document routes to; in the place of what is lost or damaged, what has answered before. */
  async function loadAround(document: RegistryDocument): Promise<{
    document: RegistryDocument;
    models: LoadedVersions<T>;
    unloadable: RouteTable<T>['unloadable'];
  }> {
    const models = new Map<number, { version: ModelVersion; model: T }>();
    const unloadable = new Map<number, unknown>();
    const isLoaded = async (version: number) => {
      if (models.has(version)) return true;
      if (unloadable.has(version)) return false;
      const entry = freezeJson(findVersion(document, version));
      try {
        models.set(version, { version: entry, model: await load(entry) });
        return true;
      } catch (error) {
        if (!isArtifactLost(error)) throw error;
        unloadable.set(version, error);
        return false;
      }
    };
    const routed = routedVersions(document);
    for (const version of routed) await isLoaded(version);
    for (const production of substitutes(document, table?.production.version.version)) {
      if (!(await isLoaded(production))) continue;
      const lost = routed.filter((version) => unloadable.has(version));
      return {
        document: { ...document, production },
        models,
        unloadable: lost.map((version) => ({ version, error: unloadable.get(version) })),
      };
    }
    throw unloadable.get(routed[0] ?? Number.NaN);
  }

  /**
   * Swaps in the routes of a document by one assignment once all versions are loaded; never an older document.
   */
  async function swapIn(
    document: RegistryDocument,
    known?: LoadedVersions<T>,
  ): Promise<RouteTable<T> | undefined> {
    const isNewer = () =>
      table === undefined ||
      table.routing < document.routing ||
      (table.routing === document.routing && table.unloadable.length > 0);
    if (document.production === null || !isNewer()) return table;
    const loaded = known ? { document, models: known, unloadable: [] } : await loadAround(document);
    const next = createRouteTable(name, loaded.document, loaded.models, loaded.unloadable);
    if (isNewer() && !isSameWay(table, next)) table = next;
    return table;
  }

  return {
    name,
    status,
    async register(content, { lineage, metrics = {} }) {
      const about = parseAbout({ lineage, metrics });
      const added = { artifact: await artifacts.put(artifactName, content), ...about };
      const lost = await lostTwin(added);
      const document = await change((before, note) => transitions.withVersion(before, added, note, lost));
      return present(transitions.sameVersion(document, added, lost), 'registered version');
    },
    async get(version) {
      return findVersion(await status(), version);
    },
    async load(version) {
      return load(findVersion(await status(), version));
    },
    promote: (version, changeOptions) =>
      reroute((document, note) => transitions.promoted(document, version, note), changeOptions),
    async startCanary(version, { share = DEFAULT_CANARY_SHARE, ...changeOptions } = {}) {
      return reroute(
        (document, note) => transitions.withCanary(document, version, share, note),
        changeOptions,
      );
    },
    startExperiment: (arms, changeOptions) =>
      reroute((document, note) => transitions.withExperiment(document, arms, note), changeOptions),
    stopSplit: (changeOptions) => reroute(transitions.withoutSplit, changeOptions),
    rollback: (changeOptions) => reroute(transitions.rolledBack, changeOptions),
    archive: (version, changeOptions) =>
      change((document, note) => transitions.archived(document, version, note), changeOptions),
    async prune(keep) {
      checkKeep(keep);
      const document = await change((before, note) => transitions.pruned(before, keep, note));
      await deletePruned(artifacts, artifactName, document);
      return document;
    },
    async refresh() {
      return swapIn(await status());
    },
    route(key) {
      if (table === undefined) {
        throw new ForecastError('not-trained', `No version of "${name}" is in production here`, {
          path: [name],
          hint: 'Promote a version, and await refresh() at start.',
        });
      }
      return handleFor(table, key);
    },
    routes: () => table,
  };
}

/** Deletes artifacts that no kept version needs, except the newest, which a running registration may reuse. */
async function deletePruned(
  artifacts: ArtifactStore,
  artifactName: string,
  document: RegistryDocument,
): Promise<void> {
  const needed = new Set(
    document.versions
      .filter(({ version }) => !document.pruned.includes(version))
      .map(({ artifact }) => artifact.version),
  );
  const stored = (await artifacts.versions(artifactName)).map(({ version }) => version);
  const known = new Set(document.versions.map(({ artifact }) => artifact.version));
  for (const version of stored.slice(0, -1)) {
    if (known.has(version) && !needed.has(version)) await artifacts.delete(artifactName, version);
  }
}

function routedModel<T>(table: RouteTable<T> | undefined, version: number): ModelHandle<T> | undefined {
  if (table === undefined) return undefined;
  const handles = [table.production, ...table.arms.map(({ handle }) => handle)];
  return handles.find((handle) => handle.version.version === version);
}

function conflict(name: string, expected: number, document: RegistryDocument): ForecastError {
  const last = document.log.at(-1);
  return new ForecastError(
    'conflict',
    `The routing of "${name}" changed from ${expected} to ${document.routing}: ${last?.action} ${last?.version}`,
    { path: [name], hint: 'Read the status again and repeat the decision.' },
  );
}
