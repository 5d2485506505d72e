import { createRequire } from 'node:module';
import { afterAll, describe, expect, it } from 'vitest';
import { createMlXGBoostEngine } from '../../../../src/models/boosting/ml-xgboost/index.js';
import { createRandom } from '../../../../src/random.js';

const random = createRandom(3);
const ROWS = 200;
const column = () => Float32Array.from({ length: ROWS }, random.uniform);
const columns = [column(), column(), column()];
const features = { rows: ROWS, columns };
const labels = columns[0].map((value, i) => 2 * value + columns[1][i]);
const engine = createMlXGBoostEngine();
afterAll(() => engine.close());

describe('the ml-xgboost engine', () => {
  it('predicts what the library predicts when it is called directly', async () => {
    const XGBoost = await createRequire(import.meta.url)('ml-xgboost');
    const direct = new XGBoost({
      booster: 'gbtree',
      objective: 'reg:linear',
      tree_method: 'hist',
      max_depth: 6,
      eta: 0.1,
      subsample: 1,
      silent: 1,
      iterations: 20,
      base_score: 0.5,
    });
    const rows = Array.from({ length: ROWS }, (_, i) => columns.map((values) => values[i]));
    direct.train(rows, [...labels]);
    const expected = direct.predict(rows);
    direct.free();
    const model = await engine.train({ features, labels }, { rounds: 20, baseScore: 0.5 });
    expect([...(await model.predict(features))]).toEqual(expected);
    model.dispose();
  });

  it('takes NaN for missing, and comes back from JSON exactly', async () => {
    const gaps = {
      rows: ROWS,
      columns: columns.map((values) => values.map((v, i) => (i % 7 === 0 ? Number.NaN : v))),
    };
    const model = await engine.train({ features: gaps, labels }, { rounds: 10 });
    const expected = await model.predict(gaps);
    expect(expected.every(Number.isFinite)).toBe(true);
    const loaded = engine.load(JSON.parse(JSON.stringify(model.toJSON())));
    model.dispose();
    model.dispose();
    expect(await loaded.predict(gaps)).toEqual(expected);
    await expect(model.predict(gaps)).rejects.toMatchObject({ code: 'not-trained' });
    loaded.dispose();
  });

  it('refuses what would crash or mislead the library', async () => {
    const train = (given: object, params: object = {}) =>
      engine.train({ features, labels, ...given }, params);
    const at = (value: number) => ({
      features: { rows: ROWS, columns: [columns[0].map((v, i) => (i === 4 ? value : v))] },
    });
    const expectCode = (call: Promise<unknown>, code: string, path: unknown[]) =>
      expect(call).rejects.toMatchObject({ code, path });
    const wide = { rows: 500_000, columns: [new Float32Array(500_000), new Float32Array(500_000)] };
    await expectCode(train({ features: wide, labels: new Float32Array(500_000) }), 'limit-exceeded', [
      'features',
      'rows',
    ]);
    await expectCode(train(at(-1)), 'invalid-data', ['features', 0, 4]);
    await expectCode(train(at(Infinity)), 'invalid-data', ['features', 0, 4]);
    await expectCode(train({ labels: labels.slice(1) }), 'invalid-data', ['labels']);
    await expectCode(train({ labels: labels.map((v, i) => (i === 2 ? Number.NaN : v)) }), 'invalid-data', [
      'labels',
      2,
    ]);
    await expectCode(train({ labels: labels.map(() => -1) }, { objective: 'poisson' }), 'invalid-data', [
      'labels',
      0,
    ]);
    await expectCode(train({ weights: labels }), 'invalid-option', ['weights']);
    await expectCode(train({}, { quantiles: [0.5] }), 'invalid-option', ['quantiles']);
    await expectCode(train({}, { objective: 'huber' }), 'invalid-option', ['objective']);
    await expectCode(train({}, { learningrate: 1 }), 'invalid-option', ['learningrate']);
    const model = await train({}, { rounds: 2 });
    await expectCode(model.predict({ rows: ROWS, columns: [columns[0]] }), 'invalid-data', ['features']);
    model.dispose();
    expect(() => engine.load({ format: 'commerce-forecast.ml-xgboost', version: 2 })).toThrow(
      expect.objectContaining({ code: 'invalid-model', path: ['version'] }),
    );
  });

  it('stops when the signal fires, and works again in a new thread', async () => {
    const controller = new AbortController();
    const call = engine.train({ features, labels }, { rounds: 5000 }, { signal: controller.signal });
    setTimeout(() => controller.abort(), 30);
    await expect(call).rejects.toMatchObject({ code: 'aborted' });
    const model = await engine.train({ features, labels }, { rounds: 2 });
    expect((await model.predict(features)).length).toBe(ROWS);
    model.dispose();
  });

  it('frees every model: memory stays flat over 60 trainings', async () => {
    const wide = { rows: 4000, columns: Array.from({ length: 30 }, () => new Float32Array(4000).fill(1)) };
    const data = { features: wide, labels: new Float32Array(4000) };
    const trainSome = async (count: number) => {
      for (let i = 0; i < count; i++) (await engine.train(data, { rounds: 1 })).dispose();
      return process.memoryUsage.rss();
    };
    const before = await trainSome(30);
    const after = await trainSome(60);
    expect(after - before).toBeLessThan(30_000_000);
  });

  it('leaves the uncaughtException handlers of the process alone', async () => {
    const other = createMlXGBoostEngine();
    const before = process.listenerCount('uncaughtException');
    const model = await other.train({ features, labels }, { rounds: 1 });
    model.dispose();
    other.close();
    expect(process.listenerCount('uncaughtException')).toBe(before);
  });
});
