import { TIME_PERIODS } from 'commerce-forecast';
import { salesRecordSchema } from 'commerce-forecast/schemas';
import * as z from 'zod';
import type { ResponseDescription, ScopeKind } from '../http/endpoint.js';
import { problemSchema } from '../http/problem.js';
import type { Role, Scope } from '../security/roles.js';

export const timePeriod = z.enum(TIME_PERIODS).describe('The period that is forecast.');

export const probability = z.number().gt(0).lt(1);

/** The name of a category: whatever a sales record may name can be asked for. */
export const categoryName = salesRecordSchema.shape.productId;
export const noQuery = z.strictObject({});

/** Text that every database takes, by the rule of sales records. */
export const storableText = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .refine(
      (text) => salesRecordSchema.shape.location.safeParse(text).success,
      'Expected well-formed Unicode without U+0000 and a leading byte order mark',
    );

/** Reason for a decision: a code that keeps its meaning, and the values that belong to it. */
export const causeSchema = <const Codes extends readonly [string, ...string[]]>(codes: Codes) =>
  z.object({ code: z.enum(codes), values: z.record(z.string(), z.union([z.string(), z.number()])) });

export const READERS: readonly Role[] = ['admin', 'merchant', 'analyst'];

/** Limits of keys, for endpoints that show nothing of the shop. */
export const SCOPE_KINDS: readonly ScopeKind[] = ['categories', 'locations'];

export const scopeSchema = z
  .object({ categories: z.array(z.string()).nullable(), locations: z.array(z.string()).nullable() })
  .nullable()
  .describe('Part of the shop that the key is limited to; null for all of it.');

export function scopeFields(scope: Scope | undefined): z.output<typeof scopeSchema> {
  if (!scope) return null;
  const { categories, locations } = scope;
  return { categories: categories ? [...categories] : null, locations: locations ? [...locations] : null };
}

/** Sentence about what analysts do not get, for the description of an endpoint. */
export const SMALL_CATEGORIES =
  'The role analyst gets categories of some products at least; others are left out, also of totals.';

/** Problem responses by status, for the description of an endpoint. */
export function problems(...statuses: (keyof typeof PROBLEMS)[]): Record<number, ResponseDescription> {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      { description: PROBLEMS[status], schema: problemSchema, contentType: 'application/problem+json' },
    ]),
  );
}

const PROBLEMS = {
  400: 'A parameter or the body is wrong.',
  401: 'The request carries no valid key.',
  403: 'The role of the key may not do this, or it is beyond what the key is limited to.',
  404: 'There is no such thing.',
  409: 'The present state does not allow it.',
  413: 'The body is too large.',
  415: 'The body has a type or encoding that is not taken.',
  422: 'The Idempotency-Key was used before, with another body.',
  429: 'The key is over its limit; Retry-After tells when it may go on.',
  503: 'A part that the answer needs is not available; Retry-After tells when to try again.',
};
