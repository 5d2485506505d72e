import * as z from 'zod';
import { ForecastError } from '../errors.js';
import { firstIssue } from '../options.js';
import type { Plan } from './plan-record.js';

const day = z.number().int();

const documentSchema = z.object({
  specificationVersion: z.literal('v1'),
  plans: z.array(
    z.object({
      id: z.string(),
      from: day,
      to: day,
      productId: z.string().optional(),
      category: z.string().optional(),
      location: z.string().optional(),
      price: z.number().optional(),
      promo: z.boolean().optional(),
      open: z.boolean().optional(),
      available: z.boolean().optional(),
      event: z.string().optional(),
      note: z.string().optional(),
      knownSince: day,
      removedOn: day.optional(),
    }),
  ),
});

/**
 * The plans of a stored document.
 *
 * @throws ForecastError `invalid-data` if the document is damaged or of a later version.
 */
export function parsePlans(document: unknown): readonly Plan[] {
  const parsed = documentSchema.safeParse(document);
  if (parsed.success) return parsed.data.plans;
  const { path, message } = firstIssue(parsed.error);
  throw new ForecastError('invalid-data', `The stored plan is damaged: ${message}`, {
    path: path.map(String),
  });
}
