import {
  type ArtifactStore,
  type FittedModel,
  isArtifactLost,
  type SerializedModel,
} from 'commerce-forecast';
import type { Logger } from 'pino';
import type { Trained } from './messages.js';
import { createModel, type ModelName } from './model-factory.js';

/** The content of an artifact. */
interface Stored {
  readonly model: ModelName;
  readonly fitted: SerializedModel;
}

/**
 * Keeps the fitted models of registered versions, one artifact each, besides their snapshots: answers come from snapshots,
 * which are small, and a model is only read for what-if and explain.
 */
export class FittedModels {
  readonly #artifacts: ArtifactStore;
  readonly #prefix: string;
  readonly #logger: Logger;

  /** @param name of the model whose versions they are. */
  constructor(artifacts: ArtifactStore, name: string, logger: Logger) {
    this.#artifacts = artifacts;
    this.#prefix = `fitted/${name}/`;
    this.#logger = logger;
  }

  /** Failures are logged: the version forecasts without its model, too. */
  async save(version: number, { fitted, model }: Trained): Promise<void> {
    if (!fitted || !model) return;
    const head = new TextEncoder().encode(`{"model":${JSON.stringify(model)},"fitted":`);
    const content = new Uint8Array(head.length + fitted.length + 1);
    content.set(head);
    content.set(fitted, head.length);
    content[content.length - 1] = '}'.charCodeAt(0);
    try {
      await this.#artifacts.put(this.#nameOf(version), content);
    } catch (error) {
      this.#logger.warn({ err: error, version }, 'the fitted model could not be stored');
    }
  }

  /** The model of a version; undefined if there is none. */
  async load(version: number): Promise<FittedModel | undefined> {
    const [stored] = await this.#artifacts.versions(this.#nameOf(version));
    if (!stored) return undefined;
    try {
      const { content } = await this.#artifacts.get(this.#nameOf(version));
      const { model, fitted } = JSON.parse(new TextDecoder().decode(content)) as Stored;
      return createModel(model).load(fitted);
    } catch (error) {
      if (!isArtifactLost(error)) throw error;
      this.#logger.error({ err: error, version }, 'the fitted model of a version is lost or damaged');
      return undefined;
    }
  }

  /** Deletes the models of versions that there are not any more. */
  async prune(versions: ReadonlySet<number>): Promise<void> {
    for (const name of await this.#artifacts.names(this.#prefix)) {
      if (versions.has(Number(name.slice(this.#prefix.length)))) continue;
      for (const { version } of await this.#artifacts.versions(name)) {
        await this.#artifacts.delete(name, version);
      }
    }
  }

  #nameOf(version: number): string {
    return `${this.#prefix}${version}`;
  }
}
