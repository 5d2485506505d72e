import { present } from '../present.js';
import type { ModelVersion } from './model-version.js';
import type { RegistryDocument, TrafficSplit } from './registry-document.js';
import { stableFraction } from './stable-hash.js';

/** A loaded version, as a request gets it: frozen, and valid for as long as the request holds it. */
export interface ModelHandle<T> {
  /** `production`, `canary` or the name of an experiment's arm. */
  readonly arm: string;
  /** Model name and version number, e.g. `retail@3`. */
  readonly id: string;
  readonly version: ModelVersion;
  readonly model: T;
}

/** Assignment of requests to loaded versions; immutable, and replaced as a whole. */
export interface RouteTable<T> {
  readonly routing: number;
  readonly production: ModelHandle<T>;
  readonly split: TrafficSplit | null;
  readonly arms: readonly { readonly handle: ModelHandle<T>; readonly upTo: number }[];
}

/** The versions of a document that get traffic, loaded, by number. */
export type LoadedVersions<T> = ReadonlyMap<number, { readonly version: ModelVersion; readonly model: T }>;

/** Places the arms of a split side by side in [0, 1), from 0, so that a growing share keeps its keys. */
export function createRouteTable<T>(
  modelName: string,
  document: RegistryDocument,
  models: LoadedVersions<T>,
): RouteTable<T> {
  const handleOf = (arm: string, number: number): ModelHandle<T> => {
    const { version, model } = present(models.get(number), 'model of a routed version');
    return Object.freeze({ arm, id: `${modelName}@${number}`, version, model });
  };
  const { routing, split, production } = document;
  let upTo = 0;
  const arms = (split?.arms ?? []).map(({ name, version, share }) => {
    upTo += share;
    return Object.freeze({ handle: handleOf(name, version), upTo });
  });
  return Object.freeze({
    routing,
    split,
    production: handleOf('production', present(production, 'version in production')),
    arms: Object.freeze(arms),
  });
}

/** The version for a key, always the same for a table. */
export function handleFor<T>(table: RouteTable<T>, key: string): ModelHandle<T> {
  if (table.split === null) return table.production;
  const place = stableFraction(key, table.split.id);
  for (const { handle, upTo } of table.arms) if (place < upTo) return handle;
  return table.production;
}
