/**
 * Schemas of the records that a service takes at its boundary, as `zod/mini` schemas, whose parts also compose with `zod`. Beside
 * this subpath, nothing asks for the package zod.
 *
 * @packageDocumentation
 */
export { salesRecordSchema } from './panel/sales-record-schema.js';
export { planRecordSchema } from './plan/plan-record-schema.js';
