/** Words for yes. */
export const TRUE_WORDS: readonly string[] = [
  '1',
  'true',
  't',
  'yes',
  'y',
  'ja',
  'oui',
  'si',
  's\u00ed',
  's\u00ec',
  'vrai',
  'wahr',
  'verdadero',
  'vero',
  'waar',
  'x',
  'sim',
];
const TRUE = new Set(TRUE_WORDS);
const FALSE = new Set([
  '0',
  'false',
  'f',
  'no',
  'n',
  'nein',
  'non',
  'nee',
  'faux',
  'falsch',
  'falso',
  'onwaar',
  'nao',
  'n\u00e3o',
  '-',
]);

/** True or false for `1`/`0`, `true`/`false`, `yes`/`no` and the like; `undefined` for empty text; other text as it is. */
export function readFlag(text: string): boolean | string | undefined {
  const word = text.trim().toLowerCase();
  if (word === '') return undefined;
  if (TRUE.has(word)) return true;
  if (FALSE.has(word)) return false;
  return text;
}
