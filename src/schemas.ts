/**
 * Schemas of the records that a service takes at its boundary, as `zod/mini` schemas, whose parts also compose with `zod`. Beside
 * this subpath, nothing asks for the package zod.
 *
 * @packageDocumentation
 */
import { salesRecord } from './panel/sales-record-schema.js';
import { planRecord } from './plan/plan-record-schema.js';

/**
 * Schema of a sales record with an ISO date, for checking single records at a boundary such as an HTTP body.
 * Bulk ingest and storages do not use it, but judge every record by the same rule.
 *
 * ```ts
 * import { salesRecordSchema } from 'commerce-forecast/schemas';
 *
 * const record = salesRecordSchema.parse({ date: '2024-03-01', productId: 'SKU-1', units: 3 });
 * ```
 */
export const salesRecordSchema = salesRecord();

/**
 * Schema of a `PlanRecord`, for checking single records at a boundary such as an HTTP body.
 *
 * ```ts
 * import { planRecordSchema } from 'commerce-forecast/schemas';
 *
 * planRecordSchema.parse({ from: '2026-12-01', to: '2026-12-07', productId: 'SKU-1', promo: true });
 * ```
 */
export const planRecordSchema = planRecord();
