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
  /**
   * Versions that should get traffic and are lost or damaged. In the place of the one in production an earlier one answers,
   * whose number `production.version` tells; that of an arm is taken by production.
   */
  readonly unloadable: readonly { readonly version: number; readonly error: unknown }[];
}

/** The versions of a document that get traffic, loaded, by number. */
export type LoadedVersions<T> = ReadonlyMap<number, { readonly version: ModelVersion; readonly model: T }>;

/**
 * Places the arms of a split side by side in [0, 1), from 0, so that a growing share keeps its keys. Arms that are not
 * loaded leave their keys to production.
 */
export function createRouteTable<T>(
  modelName: string,
  document: RegistryDocument,
  models: LoadedVersions<T>,
  unloadable: RouteTable<T>['unloadable'] = [],
): RouteTable<T> {
  const handleOf = (arm: string, number: number): ModelHandle<T> => {
    const { version, model } = present(models.get(number), 'model of a routed version');
    return Object.freeze({ arm, id: `${modelName}@${number}`, version, model });
  };
  const { routing, split, production } = document;
  const ofProduction = handleOf('production', present(production, 'version in production'));
  let upTo = 0;
  const arms = (split?.arms ?? []).map(({ name, version, share }) => {
    upTo += share;
    return Object.freeze({ handle: models.has(version) ? handleOf(name, version) : ofProduction, upTo });
  });
  return Object.freeze({
    routing,
    split,
    production: ofProduction,
    arms: Object.freeze(arms),
    unloadable: Object.freeze([...unloadable]),
  });
}

/** The version for a key, always the same for a table. */
export function handleFor<T>(table: RouteTable<T>, key: string): ModelHandle<T> {
  if (table.split === null) return table.production;
  const place = stableFraction(key, table.split.id);
  for (const { handle, upTo } of table.arms) if (place < upTo) return handle;
  return table.production;
}

/** Versions that may answer for all, the best first: production, what answers now, and what did before. */
export function substitutes(document: RegistryDocument, present: number | undefined): Set<number> {
  const { production, previous, versions, pruned } = document;
  const kept = versions.map(({ version }) => version).filter((version) => !pruned.includes(version));
  const inOrder = [production, present, ...previous.toReversed(), ...kept.toReversed()];
  return new Set(inOrder.filter((version) => version !== undefined && version !== null));
}

/** Tells whether two tables lead every request to the same place. */
export function isSameWay<T>(table: RouteTable<T> | undefined, next: RouteTable<T>): boolean {
  const way = ({ routing, production, unloadable }: RouteTable<T>) =>
    [routing, production.version.version, ...unloadable.map(({ version }) => version)].join();
  return table !== undefined && way(table) === way(next);
}
