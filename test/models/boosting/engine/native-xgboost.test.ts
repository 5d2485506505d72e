import {
  boosterToJson,
  featureImportance,
  loadXGBoostJson,
  loadXGBoostUbjson,
  saveXGBoostJson,
  saveXGBoostUbjson,
  shapValues,
  trainBooster,
} from 'commerce-forecast/boosting';
import { describe, expect, it } from 'vitest';
import { nativeFixtures, readFixture, structureOf } from './native-fixtures.js';

/** Largest difference, relative to the expected value where that is above one. */
function worstDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    worst = Math.max(worst, Math.abs(actual[i] - expected[i]) / Math.max(1, Math.abs(expected[i])));
  }
  return worst;
}

describe.each(nativeFixtures())('native XGBoost, $name', (fixture) => {
  const { features, labels, weights, params, predictions } = fixture;

  it('is loaded and predicts the same', () => {
    const loaded = loadXGBoostJson(fixture.json);
    const actual = loaded.predict(features);
    expect(actual.length).toBe(predictions.length);
    expect(worstDifference(actual, predictions)).toBeLessThan(2e-7);
  });

  it('has the same trees as a booster trained here', () => {
    const native = loadXGBoostJson(fixture.json);
    const ours = trainBooster({ features, labels, weights }, { ...params, baseScore: native.baseScore });
    expect(structureOf(ours)).toEqual(structureOf(native));
    ours.trees.forEach((tree, index) => {
      const theirs = native.trees[index];
      expect(worstDifference(tree.condition, theirs.condition)).toBeLessThan(1e-5);
      // XGBoost does not note the weights of leaves that it has replaced by quantiles.
      if (params.objective !== 'absolute')
        expect(worstDifference(tree.weight, theirs.weight)).toBeLessThan(1e-5);
      expect(worstDifference(tree.cover, theirs.cover)).toBeLessThan(1e-5);
      expect(worstDifference(tree.gain, theirs.gain)).toBeLessThan(1e-3);
    });
    expect(worstDifference(ours.predict(features), predictions)).toBeLessThan(1e-5);
  });

  it('survives our own writer, in JSON and in UBJSON', () => {
    const loaded = loadXGBoostJson(fixture.json);
    const expected = boosterToJson(loaded);
    expect(boosterToJson(loadXGBoostJson(saveXGBoostJson(loaded)))).toEqual(expected);
    expect(boosterToJson(loadXGBoostUbjson(saveXGBoostUbjson(loaded)))).toEqual(expected);
  });
});

describe('native XGBoost', () => {
  const fixture = readFixture('squared');

  it('saves the same model as UBJSON', () => {
    const fromJson = boosterToJson(loadXGBoostJson(fixture.json));
    expect(boosterToJson(loadXGBoostUbjson(fixture.ubjson!))).toEqual(fromJson);
  });

  it('counts the importance of features the same way', () => {
    const ours = featureImportance(loadXGBoostJson(fixture.json));
    const { weight, gain, cover, total_gain: totalGain, total_cover: totalCover } = fixture.importance!;
    const check = (actual: Float64Array, expected: Readonly<Record<string, number>>) => {
      for (let j = 0; j < actual.length; j++) {
        const value = expected[`f${j}`] ?? 0;
        expect(Math.abs(actual[j] - value)).toBeLessThanOrEqual(1e-5 * value);
      }
    };
    check(ours.weight, weight);
    check(ours.gain, gain);
    check(ours.cover, cover);
    check(ours.totalGain, totalGain);
    check(ours.totalCover, totalCover);
  });

  it.each(['squared', 'poisson'])('has the same SHAP values, %s', (name) => {
    const { json, features, contributions } = readFixture(name);
    const booster = loadXGBoostJson(json);
    const actual = shapValues(booster, features);
    expect(actual.length).toBe(contributions!.length);
    expect(worstDifference(actual, contributions!)).toBeLessThan(2e-5);
    const width = booster.featureCount + 1;
    const margins = booster.predict(features, undefined, { outputMargin: true });
    for (let i = 0; i < features.rows; i++) {
      const sum = actual.subarray(i * width, (i + 1) * width).reduce((total, value) => total + value, 0);
      expect(Math.abs(sum - margins[i])).toBeLessThan(1e-6 * Math.max(1, Math.abs(margins[i])));
    }
  });
});
