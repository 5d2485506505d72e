import type * as z from 'zod/mini';

const UNITS: Readonly<Record<string, string>> = { string: 'characters', array: 'items' };

/** The message of an issue in English, word by word that of zod for the checks that this library uses. */
export function messageOf(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `Invalid input: expected ${issue.expected}, received ${typeOf(issue.input)}`;
    case 'invalid_value':
      return issue.values.length === 1
        ? `Invalid input: expected ${listOf(issue.values)}`
        : `Invalid option: expected one of ${listOf(issue.values)}`;
    case 'too_big':
      return `Too big: expected ${bound(issue, '<', issue.maximum)}`;
    case 'too_small':
      return `Too small: expected ${bound(issue, '>', issue.minimum)}`;
    case 'unrecognized_keys':
      return `Unrecognized key${issue.keys.length > 1 ? 's' : ''}: ${listOf(issue.keys, ', ')}`;
    default:
      return 'Invalid input';
  }
}

function typeOf(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function listOf(values: readonly unknown[], separator = '|'): string {
  return values.map((value) => (typeof value === 'string' ? `"${value}"` : String(value))).join(separator);
}

function bound(
  { origin, exact, inclusive }: { origin: string; exact?: boolean; inclusive?: boolean },
  sign: string,
  limit: number | bigint,
): string {
  const unit = UNITS[origin];
  const least = `${exact ? 'exactly ' : inclusive ? `${sign}=` : sign}${limit}`;
  return unit ? `${origin} to have ${least} ${unit}` : `${origin} to be ${least}`;
}
