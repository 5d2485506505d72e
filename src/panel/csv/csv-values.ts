const TRUE = new Set(['1', 'true', 't', 'yes', 'y']);
const FALSE = new Set(['0', 'false', 'f', 'no', 'n']);
const GROUPED = { '.': /^\d{1,3}(,\d{3})+(\.\d*)?$/, ',': /^\d{1,3}([. ]\d{3})+(,\d*)?$/ };
const PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * The number that a text means: `1234.5`, with digits grouped, a currency sign, or in parentheses as accountants write
 * negative amounts. `undefined` for empty text, NaN for text that is no number.
 */
export function readNumber(text: string, decimal: '.' | ','): number | undefined {
  const plain = decimal === '.' ? text : text.replace(',', '.');
  // The common case first: this runs for several fields of every line.
  if (PLAIN.test(plain) && (decimal === '.' || !text.includes('.'))) return Number(plain);
  const bare = text.replace(/[\s\u00a0\u202f'$\u20ac\u00a3\u00a5]/g, '');
  if (bare === '') return text.trim() === '' ? undefined : Number.NaN;
  const parenthesised = /^\((.+)\)$/.exec(bare);
  const negative = parenthesised !== null || bare.startsWith('-');
  const digits = parenthesised ? parenthesised[1] : bare.replace(/^[+-]/, '');
  const ungrouped = GROUPED[decimal].test(digits)
    ? digits.replace(decimal === '.' ? /,/g : /\./g, '')
    : digits;
  if (decimal === ',' && ungrouped.includes('.')) return Number.NaN;
  const point = ungrouped.replace(',', decimal === ',' ? '.' : ',');
  if (!PLAIN.test(point) || /^[+-]/.test(point)) return Number.NaN;
  return negative ? -Number(point) : Number(point);
}

/** True or false for `1`/`0`, `true`/`false`, `yes`/`no`; `undefined` for empty text; other text as it is. */
export function readFlag(text: string): boolean | string | undefined {
  const word = text.trim().toLowerCase();
  if (word === '') return undefined;
  if (TRUE.has(word)) return true;
  if (FALSE.has(word)) return false;
  return text;
}
