import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import english from 'zod/v4/locales/en.js';
import { checkedBy } from '../src/schema.js';

const schema = z.object({
  number: z.optional(z.number().check(z.gte(0), z.lt(10))),
  whole: z.optional(z.int().check(z.gt(0), z.lte(5))),
  text: z.optional(z.string().check(z.minLength(2), z.maxLength(4))),
  letter: z.optional(z.string().check(z.length(1))),
  list: z.optional(z.array(z.string()).check(z.minLength(1), z.maxLength(2))),
  choice: z.optional(z.enum(['week', 'month'])),
  one: z.optional(z.literal('auto')),
  either: z.optional(z.union([z.literal('auto'), z.boolean()])),
  strict: z.optional(z.strictObject({ known: z.number() })),
});

// Right messages: those of zod.
describe('the messages of schemas', () => {
  it.each([
    null,
    'text',
    [],
    { number: '1' },
    { number: null },
    { number: Number.NaN },
    { number: Number.POSITIVE_INFINITY },
    { number: -1 },
    { number: 10 },
    { whole: 0 },
    { whole: 6 },
    { text: 'a' },
    { text: 'abcde' },
    { text: undefined, list: [1] },
    { letter: 'ab' },
    { list: [] },
    { list: ['a', 'b', 'c'] },
    { list: {} },
    { choice: 'day' },
    { one: 'other' },
    { either: 3 },
    { strict: {} },
    { strict: { known: 1, more: 2 } },
    { strict: { known: 1, more: 2, most: 3 } },
  ])('are word by word those of zod for %j', (data) => {
    const own = checkedBy(schema, data);
    const theirs = z.safeParse(schema, data, { error: english().localeError });
    expect(own.success).toBe(false);
    expect(own.error?.issues.map(({ message }) => message)).toEqual(
      theirs.error?.issues.map(({ message }) => message),
    );
  });
});
