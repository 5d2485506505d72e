import { ForecastError } from '../errors.js';
import type { FittedModel, ForecastModel, SerializedModel } from '../models/contract.js';
import type { ArtifactStore } from '../storage/artifact-contract.js';
import type { ForecastSnapshot } from './snapshot.js';
import { snapshotFromJson, snapshotToJson } from './snapshot-json.js';

/** The forecast of the last training as it was found in a store. */
export interface FoundForecast {
  readonly snapshot: ForecastSnapshot;
  /** Loads the fitted model, which only some questions need. */
  readonly loadModel: (model: ForecastModel) => Promise<FittedModel>;
}

/** Number of trainings whose snapshots and models are kept. */
const KEPT_VERSIONS = 3;

/**
 * Stores a forecast with its model. The model is stored first and the snapshot names its version, so that whoever finds a
 * snapshot finds its model.
 */
export async function keepForecast(
  artifacts: ArtifactStore,
  snapshot: ForecastSnapshot,
  fitted: FittedModel,
  options: { readonly signal?: AbortSignal },
): Promise<void> {
  const model = await artifacts.put(MODEL, bytesOf(fitted), options);
  const content = { model: model.version, snapshot: snapshotToJson(snapshot) };
  await artifacts.put(SNAPSHOT, bytesOf(content), options);
  for (const name of [SNAPSHOT, MODEL]) await removeOld(artifacts, name);
}

/**
 * Finds the forecast of the last training; undefined if there is none.
 *
 * @throws ForecastError `not-trained` if it was made by a version of the package that stored it otherwise.
 */
export async function findForecast(artifacts: ArtifactStore): Promise<FoundForecast | undefined> {
  const newest = (await artifacts.versions(SNAPSHOT)).at(-1);
  if (newest === undefined) return undefined;
  const { content } = await artifacts.get(SNAPSHOT, newest.version);
  const { model: version, snapshot } = jsonOf(content) as { model?: number; snapshot?: unknown };
  return {
    snapshot: readSnapshot(snapshot),
    loadModel: async (model) =>
      model.load(jsonOf((await artifacts.get(MODEL, version)).content) as SerializedModel),
  };
}

const SNAPSHOT = 'forecaster/snapshot.json';
const MODEL = 'forecaster/model.json';

function readSnapshot(data: unknown): ForecastSnapshot {
  try {
    return snapshotFromJson(data);
  } catch (cause) {
    throw new ForecastError('not-trained', 'The stored forecast cannot be read by this version', {
      hint: 'Call train(): the sales are still stored.',
      cause,
    });
  }
}

async function removeOld(artifacts: ArtifactStore, name: string): Promise<void> {
  const versions = await artifacts.versions(name);
  for (const { version } of versions.slice(0, -KEPT_VERSIONS)) await artifacts.delete(name, version);
}

function bytesOf(data: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(data));
}

function jsonOf(content: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(content));
}
