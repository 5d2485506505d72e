import type { CheckedJson } from '../checked-json.js';
import type { IntervalCalibration, TotalsCalibration } from './calibration.js';

/** Largest factor or power that is taken for one. */
const MOST = 1000;

/** Reads the calibration of a snapshot. @throws ForecastError `invalid-model` */
export function calibrationFromJson(json: CheckedJson): IntervalCalibration {
  const totals = (name: string): TotalsCalibration => {
    const own = json.object(name);
    return {
      week: own.number('week', Number.MIN_VALUE, MOST),
      growth: own.number('growth', 0, 1),
      // Snapshots of before have none.
      fadesAfter: own.has('fadesAfter') ? own.integer('fadesAfter', 1, MOST) : null,
    };
  };
  return {
    productDays: json.number('productDays', Number.MIN_VALUE, MOST),
    categoryDays: json.number('categoryDays', Number.MIN_VALUE, MOST),
    productTotals: totals('productTotals'),
    categoryTotals: totals('categoryTotals'),
  };
}
