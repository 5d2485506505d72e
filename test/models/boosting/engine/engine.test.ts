import { type BoostingEngine, nativeEngine } from 'commerce-forecast/boosting';
import { afterAll, describe, expect, it } from 'vitest';
import { createMlXGBoostEngine } from '../../../../src/models/boosting/ml-xgboost/index.js';
import { createRandom } from '../../../../src/random.js';

const library = createMlXGBoostEngine();
afterAll(() => library.close());

const ROWS = 300;

function makeData() {
  const random = createRandom(8);
  const columns = Array.from({ length: 3 }, (_, j) =>
    Float32Array.from({ length: ROWS }, () =>
      j === 1 && random.uniform() < 0.1 ? Number.NaN : random.uniform(),
    ),
  );
  const labels = Float64Array.from(columns[0], (value, i) => 4 * value + columns[2][i]);
  return { features: { rows: ROWS, columns }, labels };
}

describe.each<BoostingEngine>([nativeEngine, library])('engine $name', (engine) => {
  const params = { rounds: 30, maxDepth: 4 };

  it('learns, repeats itself, and leaves its input alone', async () => {
    const data = makeData();
    const model = await engine.train(data, params);
    const predictions = await model.predict(data.features);
    let squares = 0;
    for (let i = 0; i < ROWS; i++) squares += (predictions[i] - data.labels[i]) ** 2;
    expect(Math.sqrt(squares / ROWS)).toBeLessThan(0.4);
    const again = await engine.train(data, params, { seed: 0 });
    expect(await again.predict(data.features)).toEqual(predictions);
    expect(data).toEqual(makeData());
    model.dispose?.();
    again.dispose?.();
  });

  it('writes into the array it is given', async () => {
    const { features, labels } = makeData();
    const model = await engine.train({ features, labels }, params);
    const out = new Float64Array(ROWS);
    expect(await model.predict(features, out)).toBe(out);
    expect(out).toEqual(await model.predict(features));
    await expect((async () => model.predict(features, new Float64Array(1)))()).rejects.toMatchObject({
      code: 'invalid-data',
    });
    model.dispose?.();
  });

  it('loads what it saved, and predicts exactly the same', async () => {
    const { features, labels } = makeData();
    const model = await engine.train({ features, labels }, params);
    const loaded = engine.load(JSON.parse(JSON.stringify(model.toJSON())));
    expect(await loaded.predict(features)).toEqual(await model.predict(features));
    expect(loaded.toJSON()).toEqual(model.toJSON());
    model.dispose?.();
    loaded.dispose?.();
    for (const wrong of [null, {}, [], 'model', { format: 'other' }]) {
      expect(() => engine.load(wrong)).toThrow(expect.objectContaining({ code: 'invalid-model' }));
    }
  });

  it('refuses bad data and an aborted call', async () => {
    const { features, labels } = makeData();
    const empty = { features: { rows: 0, columns: [] }, labels: new Float32Array(0) };
    await expect(engine.train(empty, params)).rejects.toMatchObject({ code: 'empty-data' });
    const short = { features, labels: labels.slice(1) };
    await expect(engine.train(short, params)).rejects.toMatchObject({
      code: 'invalid-data',
      path: ['labels'],
    });
    const unknown = { depth: 3 } as object;
    await expect(engine.train({ features, labels }, unknown)).rejects.toMatchObject({
      code: 'invalid-option',
    });
    const signal = AbortSignal.abort();
    await expect(engine.train({ features, labels }, params, { signal })).rejects.toMatchObject({
      code: 'aborted',
    });
  });
});
