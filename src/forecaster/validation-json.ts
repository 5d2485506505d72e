import { FIRST_DAY, LAST_DAY } from '../calendar/day.js';
import type { CheckedJson } from '../checked-json.js';
import type { AccuracyMetrics, ModelAccuracy, ValidationReport } from './validation.js';

/** Reads the validation report of a snapshot. @throws ForecastError `invalid-model` */
export function readValidation(json: CheckedJson): ValidationReport {
  const coverage = json.object('intervalCoverage');
  return {
    firstDay: json.integer('firstDay', FIRST_DAY, LAST_DAY),
    days: json.integer('days', 1, LAST_DAY),
    model: readAccuracy(json.object('model')),
    ...(json.names.includes('planned') && { planned: readAccuracy(json.object('planned')) }),
    seasonalNaive: readAccuracy(json.object('seasonalNaive')),
    byProduct: readByName(json.object('byProduct')),
    byCategory: readByName(json.object('byCategory')),
    intervalCoverage: { raw: coverage.number('raw', 0, 1), calibrated: coverage.number('calibrated', 0, 1) },
  };
}

function readAccuracy(json: CheckedJson): ModelAccuracy {
  return {
    products: readMetrics(json.object('products')),
    categories: readMetrics(json.object('categories')),
    total: readMetrics(json.object('total')),
  };
}

function readByName(json: CheckedJson): Record<string, AccuracyMetrics> {
  return Object.fromEntries(json.names.map((name) => [name, readMetrics(json.object(name))]));
}

function readMetrics(json: CheckedJson): AccuracyMetrics {
  const metric = (name: string) => json.number(name, -Number.MAX_VALUE, Number.MAX_VALUE);
  return {
    mae: metric('mae'),
    maePercent: metric('maePercent'),
    rmse: metric('rmse'),
    rmsePercent: metric('rmsePercent'),
    r2: metric('r2'),
    wape: metric('wape'),
    bias: metric('bias'),
    totalWape: metric('totalWape'),
  };
}
