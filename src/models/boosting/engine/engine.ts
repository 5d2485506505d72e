import type { FeatureMatrix } from '../../../features/matrix.js';
import { type LongCallOptions, runInSlices } from '../../../long-call.js';
import type { Booster } from './booster.js';
import { boosterFromJson, boosterToJson } from './formats/booster-json.js';
import type { BoosterParams, ObjectiveName } from './params.js';
import { shapExplainer } from './shap.js';
import { type BoosterData, boost } from './train.js';

/** Rows to learn from, as every engine takes them. */
export interface EngineData {
  readonly features: FeatureMatrix;
  readonly labels: Float32Array | Float64Array;
  readonly weights?: Float32Array | Float64Array;
}

/** The parameters that every engine understands; an engine refuses those that it cannot follow. */
export type EngineParams = Partial<Omit<BoosterParams, 'seed' | 'objective' | 'earlyStoppingRounds'>> & {
  readonly objective?: ObjectiveName;
};

/** Data for the engine of this package, which also takes a matrix that was binned once for several boosters. */
export type NativeEngineData = Omit<EngineData, 'features'> & Pick<BoosterData, 'features' | 'rowIds'>;

export interface EngineOptions extends LongCallOptions {
  /** Seed of everything random. Default 0. */
  readonly seed?: number;
}

/** A trained booster of any engine. */
export interface BoostingModel {
  /** One prediction per row (per output, if there are several), in `out` if given. */
  predict(features: FeatureMatrix, out?: Float64Array): Float64Array | Promise<Float64Array>;
  /** Number of features that it was trained on, if the engine knows. */
  readonly featureCount?: number;
  /** Numbers predicted for each row, if the engine knows. */
  readonly outputs?: number;
  /** Plain JSON data that `load` of the same engine takes. */
  toJSON(): unknown;
  /** Frees what the model holds outside the JavaScript heap; it may not be used afterwards. */
  dispose?(): void;
}

/** A gradient-boosting library behind one contract. */
export interface BoostingEngine {
  readonly name: string;
  /** @throws ForecastError `invalid-option`, `invalid-data`, `empty-data`, `engine-failed`, `aborted`. */
  train(data: EngineData, params: EngineParams, options?: EngineOptions): Promise<BoostingModel>;
  /** @throws ForecastError `invalid-model` if the data is not a model of this engine. */
  load(data: unknown): BoostingModel;
}

/** A model that predicts synchronously. */
export interface NativeBoostingModel extends BoostingModel {
  predict(features: FeatureMatrix, out?: Float64Array): Float64Array;
  /** Makes a function that gives exact TreeSHAP values on the margin scale, see `shapValues`, and remembers alike rows. */
  explainer(): (features: FeatureMatrix) => Float64Array;
}

/** The engine of this package: pure TypeScript, in the calling thread. */
export const nativeEngine = {
  name: 'native-ts',
  async train(
    data: NativeEngineData,
    params: EngineParams,
    options: EngineOptions = {},
  ): Promise<NativeBoostingModel> {
    const seed = options.seed ?? 0;
    return wrap(await runInSlices(boost(data, { ...params, seed }), options));
  },
  load(data: unknown): NativeBoostingModel {
    return wrap(boosterFromJson(data));
  },
} satisfies BoostingEngine;

function wrap(booster: Booster): NativeBoostingModel {
  return {
    featureCount: booster.featureCount,
    outputs: booster.outputs,
    predict: (features, out) => booster.predict(features, out),
    explainer: () => shapExplainer(booster),
    toJSON: () => boosterToJson(booster),
  };
}
