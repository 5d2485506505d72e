import {
  adaptiveEnsemble,
  type BoostingEngine,
  calibrated,
  croston,
  directBoosting,
  type ForecastModel,
  middleOut,
  recursiveBoosting,
  seasonalMean,
  seasonalNaive,
  seasonalTrend,
  selfWeighted,
  tsb,
  weekdayMean,
  weightedAverage,
  xgboostProphetBlend,
} from 'commerce-forecast';
import { createInProcessJobRunner, fanOut } from 'commerce-forecast/jobs';
import { forecasterChecks, generatePanel } from 'commerce-forecast/testing';
import { describe, expect, it } from 'vitest';
import { configOf, modelConfig } from '../../src/models/model-config.js';
import { MemoryArtifactStore } from '../../src/storage/memory/memory-artifact-store.js';
import { frozenModels } from '../frozen/models.js';

const naive = seasonalNaive();
const mean = weekdayMean();
const weighted = (weight: number) =>
  weightedAverage({
    members: [
      { model: naive, weight },
      { model: mean, weight: 1 - weight },
    ],
  });
const engine = (name: string) => ({ name }) as BoostingEngine;

describe('the config of a model', () => {
  const panel = generatePanel({ products: 3, days: 200 });
  const again = frozenModels();

  it.each(Object.entries(frozenModels()))('of %s keeps the contract', async (name, model) => {
    expect(model.config).toBeDefined();
    const checks = forecasterChecks(model, { panel, remake: () => again[name] });
    await checks.find((check) => check.name === 'describes itself by a canonical config')!.run();
  });

  it.each<[string, ForecastModel, ForecastModel]>([
    ['season', seasonalNaive({ season: 7 }), seasonalNaive({ season: 14 })],
    ['fallbackDays', seasonalNaive({ fallbackDays: 56 }), seasonalNaive({ fallbackDays: 28 })],
    ['weeks', weekdayMean({ weeks: 4 }), weekdayMean({ weeks: 5 })],
    ['fallbackDays of a mean', seasonalMean(), seasonalMean({ fallbackDays: 1 })],
    ['alpha', croston(), croston({ alpha: 0.2 })],
    ['variant', croston(), croston({ variant: 'classic' })],
    ['weekdayProfile', croston(), croston({ weekdayProfile: true })],
    ['alpha of TSB', tsb(), tsb({ alpha: 0.2 })],
    ['beta of TSB', tsb(), tsb({ beta: 0.2 })],
    ['a prior scale', seasonalTrend(), seasonalTrend({ changepointPriorScale: 0.1 })],
    ['holidays', seasonalTrend(), seasonalTrend({ holidays: true })],
    ['engine', recursiveBoosting(), recursiveBoosting({ engine: engine('ml-xgboost') })],
    ['own engines', recursiveBoosting({ engine: engine('a') }), recursiveBoosting({ engine: engine('b') })],
    ['lookbackDays', recursiveBoosting(), recursiveBoosting({ lookbackDays: 365 })],
    ['params', recursiveBoosting(), recursiveBoosting({ params: { rounds: 50 } })],
    ['sampleSeries', recursiveBoosting(), recursiveBoosting({ sampleSeries: 50 })],
    ['scaleFeatures', recursiveBoosting(), recursiveBoosting({ scaleFeatures: true })],
    ['intervalDays', recursiveBoosting(), recursiveBoosting({ intervalDays: 14 })],
    ['horizon', directBoosting(), directBoosting({ horizon: 14 })],
    ['params of direct boosting', directBoosting(), directBoosting({ params: { rounds: 10 } })],
    ['stepDays', directBoosting(), directBoosting({ stepDays: 7 })],
    ['weights', weighted(1), weighted(0)],
    [
      'intervalsFrom',
      weightedAverage({
        members: [
          { model: naive, weight: 1 },
          { model: mean, weight: 1 },
        ],
      }),
      weightedAverage({
        members: [
          { model: naive, weight: 1 },
          { model: mean, weight: 1 },
        ],
        intervalsFrom: naive.name,
      }),
    ],
    [
      'an option of a member',
      xgboostProphetBlend(),
      xgboostProphetBlend({ seasonalTrend: { yearlySeasonality: 5 } }),
    ],
    [
      'the weights of the blend',
      xgboostProphetBlend(),
      xgboostProphetBlend({ weights: { xgboost: 1, seasonalTrend: 0 } }),
    ],
    [
      'share',
      middleOut({ model: naive, categoryModel: mean }),
      middleOut({ model: naive, categoryModel: mean, share: 0.5 }),
    ],
    [
      'the model of categories',
      middleOut({ model: naive, categoryModel: mean }),
      middleOut({ model: naive, categoryModel: tsb() }),
    ],
    [
      'trust',
      selfWeighted({ members: [{ model: naive }] }),
      selfWeighted({ members: [{ model: naive }], trust: 0 }),
    ],
    [
      'prior',
      selfWeighted({ members: [{ model: naive }, { model: mean }] }),
      selfWeighted({ members: [{ model: naive, prior: 2 }, { model: mean }] }),
    ],
    [
      'trial',
      selfWeighted({ members: [{ model: naive }] }),
      selfWeighted({ members: [{ model: naive, trial: mean }] }),
    ],
    [
      'trialSeries',
      selfWeighted({ members: [{ model: naive }] }),
      selfWeighted({ members: [{ model: naive }], trialSeries: 5 }),
    ],
    ['origins', calibrated(naive), calibrated(naive, { origins: 2 })],
    ['the model that is calibrated', calibrated(naive), calibrated(seasonalNaive({ fallbackDays: 7 }))],
    [
      'an option deep inside',
      adaptiveEnsemble(),
      adaptiveEnsemble({ directBoosting: { lookbackDays: 365 } }),
    ],
  ])('changes with %s', (_, one, other) => {
    expect(one.config).not.toEqual(other.config);
  });

  it('is the same for defaults given and left out', () => {
    expect(recursiveBoosting({ params: { rounds: 100 }, lookbackDays: 730 }).config).toEqual(
      recursiveBoosting().config,
    );
    expect(seasonalTrend({ lookbackDays: 730, choose: false }).config).toEqual(seasonalTrend().config);
    expect(croston({ alpha: 0.1, variant: 'sba' }).config).toEqual(croston().config);
    expect(xgboostProphetBlend({ weights: { xgboost: 6, seasonalTrend: 4 } }).config).toEqual(
      xgboostProphetBlend().config,
    );
  });

  it('of a training by many workers is that of the model that forecasts the same', () => {
    const [runner, artifacts] = [createInProcessJobRunner(), new MemoryArtifactStore()];
    const model = xgboostProphetBlend({ lookbackDays: 365 });
    expect(fanOut({ runner, artifacts, model }).config).toEqual(model.config);
  });

  it('does not change when the options are mutated afterwards', () => {
    const options = { list: [1] };
    const config = modelConfig('mine', options);
    options.list.push(2);
    expect(config).toEqual({ name: 'mine', options: { list: [1] } });
  });

  it('of a model without one is its name', () => {
    const { config, ...own } = naive;
    expect(configOf(own)).toEqual({ name: 'seasonal-naive-7', options: {} });
    expect(weightedAverage({ members: [{ model: own, weight: 1 }] }).config?.members).toEqual([
      configOf(own),
    ]);
  });
});
