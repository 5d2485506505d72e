import type { CheckedJson } from '../../../checked-json.js';
import { readArray, readCount } from '../../model-json.js';
import { encodeArray } from '../../typed-array-json.js';
import { type ExtraColumns, MOST_VALUES, NO_EXTRAS } from './extra-columns.js';

/** Columns of covariates as a field of the JSON of a model; no field without any. */
export function extrasToJson({ pastOnly, attributes }: ExtraColumns) {
  if (pastOnly.length === 0 && attributes.length === 0) return {};
  return {
    extras: {
      pastOnly: pastOnly.map(({ rowOf, rows, ...about }) => ({
        ...about,
        rowOf: encodeArray(rowOf),
        rows: encodeArray(rows),
      })),
      attributes: attributes.map((one) => ({ name: one.name, valueOf: encodeArray(one.valueOf) })),
    },
  };
}

/** The inverse of {@link extrasToJson}. */
export function readExtras(json: CheckedJson, seriesCount: number): ExtraColumns {
  if (!json.has('extras')) return NO_EXTRAS;
  const extras = json.object('extras');
  return {
    pastOnly: extras.objects('pastOnly').map((column) => {
      const rowLength = readCount(column, 'rowLength', 1);
      const rows = readArray(column, 'rows', 'float32', undefined, { missing: true });
      if (rows.length % rowLength !== 0) column.fail('rows');
      const most = rows.length / rowLength - 1;
      return {
        name: column.text('name'),
        firstStep: column.integer('firstStep'),
        rowLength,
        rows,
        rowOf: readArray(column, 'rowOf', 'int32', seriesCount, { least: -1, most }),
      };
    }),
    attributes: extras.objects('attributes').map((column) => ({
      name: column.text('name'),
      valueOf: readArray(column, 'valueOf', 'int32', seriesCount, { least: -1, most: MOST_VALUES - 1 }),
    })),
  };
}
