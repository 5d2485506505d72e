import { checkWholeNumber, ForecastError } from '../errors.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import type { ArtifactStore } from '../storage/artifact-contract.js';
import type { DocumentStore } from '../storage/document-contract.js';
import type { ModelLineage, ModelMetrics, ModelVersion } from './model-version.js';
import type { ChangeCause, RegistryChange, RegistryDocument, TrafficArm } from './registry-document.js';
import type { ModelHandle, RouteTable } from './route-table.js';

export interface ModelRegistryOptions<T> {
  /** Name of the model: names its artifacts (`models/<name>`) and its state. */
  readonly name: string;
  readonly artifacts: ArtifactStore;
  readonly state: DocumentStore;
  /** Deserialises the content of a version. Called once for each version while it is kept in memory. */
  readonly load: (content: Uint8Array, version: ModelVersion) => T | Promise<T>;
  /** Loaded versions kept in memory besides those that get traffic. Default 4. */
  readonly cacheSize?: number;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
  /** Called for every change made through this registry. */
  readonly onChange?: (change: RegistryChange) => void;
}

export const REGISTRY_OPTIONS: OptionTable<ModelRegistryOptions<unknown>> = {
  name: 1,
  artifacts: 1,
  state: 1,
  load: 1,
  cacheSize: 1,
  now: 1,
  onChange: 1,
};

export interface ChangeOptions {
  /** Written to the log. */
  readonly reason?: string;
  /** The reason for programs, written to the log beside it. */
  readonly cause?: ChangeCause;
  /** The `routing` that the decision was made for: the change is refused if the routing has changed since. */
  readonly ifRouting?: number;
}

/** `share` is that of a canary. */
export const CHANGE_OPTIONS: OptionTable<ChangeOptions & { readonly share?: number }> = {
  reason: 1,
  cause: 1,
  ifRouting: 1,
  share: 1,
};

/** The versions of one model, and the routing of requests to them. Made by {@link createModelRegistry}. */
export interface ModelRegistry<T> {
  readonly name: string;
  /**
   * Stores a trained model as a candidate. The same content with the same lineage and metrics returns the
   * existing version.
   */
  register(
    content: Uint8Array,
    about: { readonly lineage: ModelLineage; readonly metrics?: ModelMetrics },
  ): Promise<ModelVersion>;
  /** The stored state: versions, routes and log. */
  status(): Promise<RegistryDocument>;
  /** @throws ForecastError `not-found` */
  get(version: number): Promise<ModelVersion>;
  /** Loads a version, or takes it from memory. */
  load(version: number): Promise<T>;
  /**
   * Puts a version into production. It is loaded first, so that one that cannot be loaded is never promoted.
   *
   * @throws ForecastError `conflict` if the routing was changed by someone else in between, `not-found`.
   */
  promote(version: number, options?: ChangeOptions): Promise<RegistryDocument>;
  /** Routes a share of the keys, 0.1 by default, to a version; for the running canary, changes its share. */
  startCanary(
    version: number,
    options?: ChangeOptions & { readonly share?: number },
  ): Promise<RegistryDocument>;
  /** Splits the keys between production and other versions; the remaining share goes to production. */
  startExperiment(arms: readonly TrafficArm[], options?: ChangeOptions): Promise<RegistryDocument>;
  /** Ends a canary or an experiment and archives its versions. */
  stopSplit(options?: ChangeOptions): Promise<RegistryDocument>;
  /** Returns to the version that was in production before. */
  rollback(options?: ChangeOptions): Promise<RegistryDocument>;
  archive(version: number, options?: ChangeOptions): Promise<RegistryDocument>;
  /** Deletes the contents of archived versions, except the newest `keep` and the target of a rollback. */
  prune(keep: number): Promise<RegistryDocument>;
  /**
   * Loads the versions that the stored state routes to and swaps them in. Call it at start and periodically, to
   * follow the changes of other processes. In the place of a version that is lost or damaged an earlier one answers
   * (`unloadable` of the routes). If a version cannot be loaded for another reason, or none of them, it rejects and the old
   * routes stay.
   */
  refresh(): Promise<RouteTable<T> | undefined>;
  /**
   * Returns the loaded model for a key (a user, a merchant), synchronously: the same key gets the same version
   * while a split runs.
   *
   * @throws ForecastError `not-trained` before the first {@link refresh} that found a production version.
   */
  route(key: string): ModelHandle<T>;
  /** The routes in force in this process. */
  routes(): RouteTable<T> | undefined;
}

export const DEFAULT_CACHE_SIZE = 4;
export const DEFAULT_CANARY_SHARE = 0.1;
const NAME = /^[A-Za-z0-9._-]{1,100}$/;

/** @throws ForecastError `invalid-option` */
export function checkOptions<T>(options: ModelRegistryOptions<T>): void {
  refuseUnknown(options, REGISTRY_OPTIONS);
  const { name, cacheSize = DEFAULT_CACHE_SIZE } = options;
  if (typeof name !== 'string' || !NAME.test(name) || /^\.{1,2}$/.test(name)) {
    throw new ForecastError('invalid-option', `${JSON.stringify(name)} is not a name of a model`, {
      path: ['name'],
      hint: 'Use 1 to 100 of A-Z, a-z, 0-9, ".", "_" and "-".',
    });
  }
  checkWholeNumber('cacheSize', cacheSize);
}

/** @throws ForecastError `invalid-option` */
export function checkKeep(keep: number): void {
  checkWholeNumber('keep', keep, 0);
}
