import type { ArtifactStore, FittedModel, SerializedModel } from 'commerce-forecast';
import type { Logger } from 'pino';
import type { Trained } from './messages.js';
import { createModel, type ModelName } from './model-factory.js';

const PREFIX = 'fitted';

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
  readonly #logger: Logger;

  constructor(artifacts: ArtifactStore, logger: Logger) {
    this.#artifacts = artifacts;
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
      await this.#artifacts.put(nameOf(version), content);
    } catch (error) {
      this.#logger.warn({ err: error, version }, 'the fitted model could not be stored');
    }
  }

  /** The model of a version; undefined if there is none. */
  async load(version: number): Promise<FittedModel | undefined> {
    const [stored] = await this.#artifacts.versions(nameOf(version));
    if (!stored) return undefined;
    const { content } = await this.#artifacts.get(nameOf(version));
    const { model, fitted } = JSON.parse(new TextDecoder().decode(content)) as Stored;
    return createModel(model).load(fitted);
  }

  /** Deletes the models of versions that there are not any more. */
  async prune(versions: ReadonlySet<number>): Promise<void> {
    for (const name of await this.#artifacts.names(`${PREFIX}/`)) {
      if (versions.has(Number(name.slice(PREFIX.length + 1)))) continue;
      for (const { version } of await this.#artifacts.versions(name)) {
        await this.#artifacts.delete(name, version);
      }
    }
  }
}

function nameOf(version: number): string {
  return `${PREFIX}/${version}`;
}
