import { mapConcurrently } from '../../concurrent.js';
import type { PartData } from '../../models/part-work.js';
import type { ArtifactStore } from '../../storage/artifact-contract.js';
import { decodePiece, encodePiece } from './piece-bytes.js';

/** Artifacts that are deleted at the same time. */
const DELETERS = 16;

/** The inputs and results of one run of pieces, as artifacts below `fan-out/<run>`. */
export class RunStore {
  constructor(
    private readonly artifacts: ArtifactStore,
    readonly run: string,
  ) {}

  async has(name: string): Promise<boolean> {
    return (await this.artifacts.versions(this.#path(name))).length > 0;
  }

  /** Returns the SHA-256 of what is stored. */
  async put(name: string, piece: PartData, signal?: AbortSignal): Promise<string> {
    return (await this.artifacts.put(this.#path(name), encodePiece(piece), { signal })).sha256;
  }

  /** @throws ForecastError `not-found`, `invalid-data` */
  async get(name: string, signal?: AbortSignal): Promise<PartData> {
    return decodePiece((await this.artifacts.get(this.#path(name), undefined, { signal })).content);
  }

  /** Deletes everything of the run. */
  async clear(): Promise<void> {
    await mapConcurrently(await this.artifacts.names(this.#path('')), DELETERS, async (name) => {
      for (const { version } of await this.artifacts.versions(name)) {
        await this.artifacts.delete(name, version);
      }
    });
  }

  #path(name: string): string {
    return `fan-out/${this.run}/${name}`;
  }
}
