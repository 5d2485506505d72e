import { TIME_PERIODS } from 'commerce-forecast';
import * as z from 'zod';
import type { ResponseDescription } from '../http/endpoint.js';
import { problemSchema } from '../http/problem.js';
import type { Role } from '../security/roles.js';

export const timePeriod = z.enum(TIME_PERIODS).describe('The period that is forecast.');
export const categoryName = z.string().min(1).max(200);
export const noQuery = z.strictObject({});

/** Text that every database takes: no NUL and no half of a surrogate pair. */
export const storableText = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .refine((text) => !text.includes('\0') && !/\p{Surrogate}/u.test(text), 'Expected text without NUL');

export const READERS: readonly Role[] = ['admin', 'merchant', 'analyst'];

/** Problem responses by status, for the description of an endpoint. */
export function problems(...statuses: number[]): Record<number, ResponseDescription> {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      { description: PROBLEMS[status], schema: problemSchema, contentType: 'application/problem+json' },
    ]),
  );
}

const PROBLEMS: Readonly<Record<number, string>> = {
  400: 'A parameter or the body is wrong.',
  401: 'The request carries no valid key.',
  403: 'The role of the key may not do this.',
  404: 'There is no such thing.',
  409: 'The present state does not allow it.',
  413: 'The body is too large.',
  415: 'The body has a type or encoding that is not taken.',
  429: 'The key is over its limit; Retry-After tells when it may go on.',
  503: 'A part that the answer needs is not available; Retry-After tells when to try again.',
};
