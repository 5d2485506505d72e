import { ForecastError } from '../../../errors.js';
import type { FeatureMatrix } from '../../../features/matrix.js';
import { throwIfAborted } from '../../../long-call.js';
import type {
  BoostingEngine,
  BoostingModel,
  EngineData,
  EngineOptions,
  EngineParams,
} from '../engine/index.js';
import { checkMatrix, checkTraining, libraryOptions } from './checks.js';
import { MlXGBoostThread } from './thread.js';

/** The engine, with a method to end its thread. */
export interface MlXGBoostEngine extends BoostingEngine {
  train(data: EngineData, params: EngineParams, options?: EngineOptions): Promise<MlXGBoostModel>;
  load(data: unknown): MlXGBoostModel;
  /** Ends the thread. Models load themselves again into the next one. */
  close(): void;
}

export interface MlXGBoostModel extends BoostingModel {
  predict(features: FeatureMatrix, out?: Float64Array): Promise<Float64Array>;
  toJSON(): SerializedMlXGBoost;
  /** Frees the model in the WebAssembly heap, once; calling it again does nothing. */
  dispose(): void;
}

/** A model in the library's own format. */
export interface SerializedMlXGBoost {
  readonly format: 'commerce-forecast.ml-xgboost';
  readonly version: 1;
  readonly featureCount: number;
  readonly model: readonly number[];
  readonly options: Readonly<Record<string, string | number>>;
}

const MOST_BYTES = 200_000_000;

/**
 * The npm package `ml-xgboost` (XGBoost 0.7 in WebAssembly), an optional dependency, as a boosting engine. It
 * runs in a thread of its own, needs Node, and is slower than the engine of this package; it is kept for those
 * who rely on it.
 *
 * ```ts
 * import { createMlXGBoostEngine } from 'commerce-forecast/ml-xgboost';
 *
 * const engine = createMlXGBoostEngine();
 * const features = { rows: 3, columns: [Float32Array.of(1, 2, 3)] };
 * const model = await engine.train({ features, labels: Float32Array.of(1, 2, 3) }, { rounds: 10 });
 * await model.predict(features);
 * model.dispose();
 * engine.close();
 * ```
 */
export function createMlXGBoostEngine(): MlXGBoostEngine {
  const thread = new MlXGBoostThread();
  return {
    name: 'ml-xgboost',
    async train(data, params, options = {}) {
      const { signal, onProgress, seed = 0 } = options;
      throwIfAborted(signal);
      checkTraining(data, params.objective ?? 'squared');
      const libraryParams = libraryOptions(params, data.labels, seed);
      const { rows, columns } = data.features;
      const payload = { features: { rows, columns }, labels: data.labels, options: libraryParams };
      const { id, saved } = (await thread.call('train', payload, signal)) as Trained;
      onProgress?.({ phase: 'boost', done: 1, total: 1 });
      const serialized: SerializedMlXGBoost = {
        format: 'commerce-forecast.ml-xgboost',
        version: 1,
        featureCount: columns.length,
        ...saved,
      };
      return new LibraryModel(thread, serialized, id);
    },
    load: (data) => new LibraryModel(thread, checkSerialized(data), undefined),
    close: () => thread.close(),
  };
}

interface Trained {
  readonly id: number;
  readonly saved: Pick<SerializedMlXGBoost, 'model' | 'options'>;
}

class LibraryModel implements MlXGBoostModel {
  private readonly thread: MlXGBoostThread;
  private readonly serialized: SerializedMlXGBoost;
  private handle: Promise<number> | undefined;
  private disposed = false;

  constructor(thread: MlXGBoostThread, serialized: SerializedMlXGBoost, id: number | undefined) {
    this.thread = thread;
    this.serialized = serialized;
    this.handle = id === undefined ? undefined : Promise.resolve(id);
  }

  async predict(features: FeatureMatrix, out?: Float64Array): Promise<Float64Array> {
    if (this.disposed) throw new ForecastError('not-trained', 'The model was disposed of');
    checkMatrix(features, this.serialized.featureCount);
    const { rows, columns } = features;
    if (out && out.length < rows) {
      throw new ForecastError('invalid-data', `out has ${out.length} places for ${rows} predictions`, {
        path: ['out'],
      });
    }
    const result = out ?? new Float64Array(rows);
    if (rows === 0) return result;
    this.handle ??= this.loadModel();
    const predictions = await this.thread.call('predict', {
      id: await this.handle,
      features: { rows, columns },
    });
    result.set(predictions as Float64Array);
    return result;
  }

  toJSON(): SerializedMlXGBoost {
    return this.serialized;
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    void this.handle?.then((id) => this.thread.call('free', { id })).catch(() => {});
  }

  private async loadModel(): Promise<number> {
    const { model, options } = this.serialized;
    const { id } = (await this.thread.call('load', { saved: { model, options } })) as Trained;
    return id;
  }
}

function checkSerialized(data: unknown): SerializedMlXGBoost {
  const json = data as SerializedMlXGBoost;
  const fail = (message: string, ...path: string[]): never => {
    throw new ForecastError('invalid-model', message, { path });
  };
  if (typeof json !== 'object' || json === null || json.format !== 'commerce-forecast.ml-xgboost') {
    fail('This is not a model of ml-xgboost');
  }
  if (json.version !== 1) fail(`Version ${String(json.version)} of the format is not known`, 'version');
  if (!Number.isInteger(json.featureCount) || json.featureCount < 1)
    fail('There is no feature', 'featureCount');
  const isByte = (value: unknown) => Number.isInteger(value) && Math.abs(value as number) <= 255;
  if (!Array.isArray(json.model) || json.model.length > MOST_BYTES || !json.model.every(isByte)) {
    fail('The model is not a list of bytes', 'model');
  }
  if (typeof json.options !== 'object' || json.options === null) fail('There are no options', 'options');
  return json;
}
