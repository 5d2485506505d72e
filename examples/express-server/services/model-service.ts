import {
  type ArtifactStore,
  ForecastError,
  type Forecaster,
  type ForecastSnapshot,
  snapshotFromJson,
} from 'commerce-forecast';
import type { Logger } from 'pino';
import type { InstanceEvents } from '../events.js';

/** Name of the snapshots in the artifact store; the newest version is the model in use. */
const SNAPSHOTS = 'models/forecast';
/** Snapshots whose forecasts are compared with what was sold since. */
const EARLIER_SNAPSHOTS = 8;

export interface ModelServiceOptions {
  readonly forecaster: Forecaster;
  readonly artifacts: ArtifactStore;
  readonly events: InstanceEvents;
  readonly logger: Logger;
  /** Told of every snapshot that is put to use, with those that came before it, newest first. */
  readonly onActivated?: (snapshot: ForecastSnapshot, earlier: readonly ForecastSnapshot[]) => void;
}

/** Keeps the newest model of the artifact store in use, and adds those that are trained here. */
export class ModelService {
  readonly #options: ModelServiceOptions;
  #artifactVersion: number | undefined;
  #loading: Promise<void> | undefined;
  #again = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ModelServiceOptions) {
    this.#options = options;
    options.events.subscribe((event) => {
      if (event.kind === 'model') void this.refresh();
    });
    options.events.onGap(() => void this.refresh());
  }

  /** Looks for a newer model every so often, for events that get lost. */
  poll(everySeconds: number): void {
    this.#timer = setInterval(() => void this.refresh(), everySeconds * 1_000);
    this.#timer.unref();
  }

  /** Stores a snapshot, puts it to use here and tells the other instances. Gives its model version. */
  async publish(snapshot: Uint8Array): Promise<string> {
    const { artifacts, events, logger } = this.#options;
    const { version } = await artifacts.put(SNAPSHOTS, snapshot);
    await this.refresh();
    await events.publish({ kind: 'model' }).catch((error) => {
      logger.warn({ err: error }, 'other instances find the new model when they look for it');
    });
    const { modelVersion } = snapshotFromJson(parse(snapshot));
    logger.info({ model_version: modelVersion, artifact_version: version }, 'model published');
    return modelVersion;
  }

  /** Loads the newest model if it is not in use yet. Failures leave the present one in use. */
  async refresh(): Promise<void> {
    if (this.#loading) {
      this.#again = true;
      return this.#loading;
    }
    this.#loading = this.#refreshUntilQuiet().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /** Number of the artifact in use. */
  get artifactVersion(): number | undefined {
    return this.#artifactVersion;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #refreshUntilQuiet(): Promise<void> {
    do {
      this.#again = false;
      try {
        await this.#loadNewest();
      } catch (error) {
        if (ForecastError.is(error) && error.code === 'not-found') continue;
        this.#options.logger.error({ err: error }, 'the newest model could not be loaded');
      }
    } while (this.#again);
  }

  async #loadNewest(): Promise<void> {
    const { artifacts, forecaster, logger, onActivated } = this.#options;
    const versions = await artifacts.versions(SNAPSHOTS);
    const newest = versions.at(-1);
    if (!newest || newest.version === this.#artifactVersion) return;
    const { content, artifact } = await artifacts.get(SNAPSHOTS, newest.version);
    const snapshot = snapshotFromJson(parse(content));
    await forecaster.useSnapshot(snapshot);
    this.#artifactVersion = artifact.version;
    logger.info({ model_version: snapshot.modelVersion, artifact_version: artifact.version }, 'model in use');
    const earlier = versions.slice(-1 - EARLIER_SNAPSHOTS, -1).reverse();
    onActivated?.(snapshot, await Promise.all(earlier.map(({ version }) => this.#load(version))));
  }

  async #load(version: number): Promise<ForecastSnapshot> {
    const { content } = await this.#options.artifacts.get(SNAPSHOTS, version);
    return snapshotFromJson(parse(content));
  }
}

function parse(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}
