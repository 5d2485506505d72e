import { ForecastError } from '../../errors.js';
import type { ArtifactStore } from '../../storage/artifact-contract.js';

/** The inputs and results of one fanned-out fit, as JSON artifacts below `fan-out/<run>`. */
export class RunStore {
  constructor(
    private readonly artifacts: ArtifactStore,
    readonly run: string,
  ) {}

  async has(name: string): Promise<boolean> {
    return (await this.artifacts.versions(this.#path(name))).length > 0;
  }

  async put(name: string, value: unknown, signal?: AbortSignal): Promise<void> {
    await this.artifacts.put(this.#path(name), new TextEncoder().encode(JSON.stringify(value)), { signal });
  }

  /** @throws ForecastError `not-found`, `invalid-data` */
  async get(name: string, signal?: AbortSignal): Promise<unknown> {
    const { content } = await this.artifacts.get(this.#path(name), undefined, { signal });
    try {
      return JSON.parse(new TextDecoder().decode(content));
    } catch (cause) {
      throw new ForecastError('invalid-data', `${this.#path(name)} is not JSON`, { cause });
    }
  }

  /** Deletes everything of the run. */
  async clear(): Promise<void> {
    for (const name of await this.artifacts.names(this.#path(''))) {
      for (const { version } of await this.artifacts.versions(name))
        await this.artifacts.delete(name, version);
    }
  }

  #path(name: string): string {
    return `fan-out/${this.run}/${name}`;
  }
}

/** Names of the artifacts of a run. */
export const ORDER = 'order';
export const BOOSTER = 'booster';
export const BOOSTER_PANEL = 'booster-panel';
export const partPanel = (part: number) => `panel-${part}`;
export const partFit = (part: number) => `fit-${part}`;
