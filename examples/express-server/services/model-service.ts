import {
  type ArtifactStore,
  type DocumentStore,
  type Forecaster,
  type ForecastSnapshot,
  snapshotFromJson,
} from 'commerce-forecast';
import {
  createModelRegistry,
  type ModelHandle,
  type ModelRegistry,
  type RouteTable,
} from 'commerce-forecast/registry';
import type { Logger } from 'pino';
import type { InstanceEvents } from '../events.js';

const MAX_ROUTED_KEYS = 10_000;

/** A registered version, ready to answer. */
export interface ServedModel {
  readonly snapshot: ForecastSnapshot;
  readonly forecaster: Forecaster;
}

export interface ModelServiceOptions {
  /** Name of the model, which all processes of an installation share: its artifacts are `models/<name>`. */
  readonly name: string;
  readonly artifacts: ArtifactStore;
  readonly state: DocumentStore;
  readonly events: InstanceEvents;
  readonly logger: Logger;
  readonly now: () => Date;
  /** Makes what answers from a snapshot. */
  readonly serve: (snapshot: ForecastSnapshot) => Promise<Forecaster>;
  /** Called with the routes whenever they change in this process. */
  readonly onRoutes?: (routes: RouteTable<ServedModel>) => void;
}

/** Routes requests to the versions of the registry, and follows what other instances change. */
export class ModelService {
  readonly registry: ModelRegistry<ServedModel>;
  readonly #options: ModelServiceOptions;
  /** Versions that keys were routed to by the routes in force, since hashing keys costs more than looking them up. */
  #routed = new Map<string, ModelHandle<ServedModel>>();
  #routedBy: RouteTable<ServedModel> | undefined;
  #shown: RouteTable<ServedModel> | undefined;
  #refreshing: Promise<void> | undefined;
  #again = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ModelServiceOptions) {
    this.#options = options;
    const { name, artifacts, state, events, logger, now } = options;
    this.registry = createModelRegistry<ServedModel>({
      name,
      artifacts,
      state,
      now: () => now().getTime(),
      load: (content, { version }) => this.#load(content, version),
      onChange: (change) => {
        logger.info({ change }, 'the model registry was changed');
        this.#showRoutes();
        void events.publish({ kind: 'model' });
      },
    });
    events.subscribe((event) => {
      if (event.kind === 'model') void this.refresh();
    });
    events.onGap(() => void this.refresh());
  }

  /** Looks for changes every so often, for events that get lost. */
  poll(everySeconds: number): void {
    this.#timer = setInterval(() => void this.refresh(), everySeconds * 1_000);
    this.#timer.unref();
  }

  /**
   * The version that answers a key.
   *
   * @throws ForecastError `not-trained` while none is in production.
   */
  route(key: string): ModelHandle<ServedModel> {
    const routes = this.registry.routes();
    if (!routes?.split) return this.registry.route(key);
    if (routes !== this.#routedBy || this.#routed.size >= MAX_ROUTED_KEYS) {
      this.#routed = new Map();
      this.#routedBy = routes;
    }
    let handle = this.#routed.get(key);
    if (!handle) {
      handle = this.registry.route(key);
      this.#routed.set(key, handle);
    }
    return handle;
  }

  /** Number of the routes in force, 0 while there are none. */
  get routing(): number {
    return this.registry.routes()?.routing ?? 0;
  }

  /** The version in production, as this process knows it. */
  production(): ModelHandle<ServedModel> | undefined {
    return this.registry.routes()?.production;
  }

  /** Loads what the registry routes to, if that has changed. Failures leave the present routes in force. */
  async refresh(): Promise<void> {
    if (this.#refreshing) {
      this.#again = true;
      return this.#refreshing;
    }
    this.#refreshing = this.#refreshUntilQuiet().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #refreshUntilQuiet(): Promise<void> {
    do {
      this.#again = false;
      try {
        await this.registry.refresh();
        this.#showRoutes();
      } catch (error) {
        this.#options.logger.error({ err: error }, 'the registered models could not be loaded');
      }
    } while (this.#again);
  }

  #showRoutes(): void {
    const routes = this.registry.routes();
    if (!routes || routes === this.#shown) return;
    this.#shown = routes;
    const { logger, onRoutes } = this.#options;
    for (const { version, error } of routes.unloadable) {
      const answering = routes.production.version.version;
      logger.error(
        { err: error, version, answering },
        'a version that should get requests is lost or damaged',
      );
    }
    const arms = routes.arms.map(({ handle }) => ({ arm: handle.arm, version: handle.version.version }));
    logger.info(
      { routing: routes.routing, production: routes.production.version.version, arms },
      'models in use',
    );
    onRoutes?.(routes);
  }

  /** Another training on the same sales gives the same name, so that the number of the version belongs to it. */
  async #load(content: Uint8Array, version: number): Promise<ServedModel> {
    const snapshot = snapshotFromJson(JSON.parse(new TextDecoder().decode(content)));
    const numbered = { ...snapshot, modelVersion: `${snapshot.modelVersion}@${version}` };
    return { snapshot: numbered, forecaster: await this.#options.serve(numbered) };
  }
}
