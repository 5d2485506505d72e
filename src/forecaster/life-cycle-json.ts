import { FIRST_DAY, LAST_DAY } from '../calendar/day.js';
import type { CheckedJson } from '../checked-json.js';
import { LIFE_CYCLE_STATUSES, type LifeCycle } from '../models/life-cycle.js';
import { readArray } from '../models/model-json.js';
import { encodeArray } from '../models/typed-array-json.js';
import { numberAt, present } from '../present.js';

/** Life cycles of the products of a snapshot as columns. */
export function lifeCyclesToJson(stages: readonly LifeCycle[]) {
  return {
    status: encodeArray(Int32Array.from(stages, ({ status }) => LIFE_CYCLE_STATUSES.indexOf(status))),
    since: encodeArray(Int32Array.from(stages, ({ since }) => since)),
    evidence: encodeArray(Float64Array.from(stages, ({ evidence }) => evidence)),
  };
}

/** Reads the life cycles of the products of a snapshot. @throws ForecastError `invalid-model` */
export function readLifeCycles(json: CheckedJson, products: number): LifeCycle[] {
  const statuses = { least: 0, most: LIFE_CYCLE_STATUSES.length - 1 };
  const status = readArray(json, 'status', 'int32', products, statuses);
  const since = readArray(json, 'since', 'int32', products, { least: FIRST_DAY, most: LAST_DAY });
  const evidence = readArray(json, 'evidence', 'float64', products, { least: 0, most: 1 });
  return Array.from(status, (index, product) => ({
    status: present(LIFE_CYCLE_STATUSES[index], 'status'),
    since: numberAt(since, product),
    evidence: numberAt(evidence, product),
  }));
}
