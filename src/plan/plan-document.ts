import * as z from 'zod/mini';
import { ForecastError } from '../errors.js';
import { once } from '../once.js';
import { checkedBy, firstIssue } from '../schema.js';
import type { Plan } from './plan-record.js';

const documentSchema = once(() => {
  const day = z.int();
  return z.object({
    specificationVersion: z.literal('v1'),
    plans: z.array(
      z.object({
        id: z.string(),
        from: day,
        to: day,
        productId: z.optional(z.string()),
        category: z.optional(z.string()),
        location: z.optional(z.string()),
        price: z.optional(z.number()),
        promo: z.optional(z.boolean()),
        open: z.optional(z.boolean()),
        available: z.optional(z.boolean()),
        event: z.optional(z.string()),
        note: z.optional(z.string()),
        knownSince: day,
        removedOn: z.optional(day),
      }),
    ),
  });
});

/**
 * Reads the plans of a stored document.
 *
 * @throws ForecastError `invalid-data` if the document is damaged or of a later version.
 */
export function parsePlans(document: unknown): readonly Plan[] {
  const parsed = checkedBy(documentSchema(), document);
  if (parsed.success) return parsed.data.plans;
  const { path, message } = firstIssue(parsed.error);
  throw new ForecastError('invalid-data', `The stored plan is damaged: ${message}`, {
    path: path.map(String),
  });
}
