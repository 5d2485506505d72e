import { isRecord } from './checked-json.js';
import { type ErrorPath, ForecastError } from './errors.js';
import { numberAt } from './present.js';

/** The names of all options of a type; an object in place of 1 has the names of the options inside. */
export type OptionTable<T> = T extends unknown ? { readonly [K in keyof T]-?: 1 | object } : never;

/** A table of any options. */
export type OptionNames = Readonly<Record<string, unknown>>;

/** Names in Prophet, XGBoost and scikit-learn that do not resemble ours. */
const FOREIGN_NAMES: Readonly<Record<string, string>> = {
  nchangepoints: 'changepointCount',
  intervalwidth: 'intervalLevel',
  holidays: 'events',
  eta: 'learningRate',
  minsplitloss: 'gamma',
  reglambda: 'lambda',
  regalpha: 'alpha',
  nestimators: 'rounds',
  numboostround: 'rounds',
  nrounds: 'rounds',
  randomstate: 'seed',
  quantilealpha: 'quantiles',
};

/**
 * Refuses unknown options, so that a misspelt one does not silently leave the default in place.
 *
 * @throws ForecastError `invalid-option` with the path, and the option that was probably meant as hint.
 */
export function refuseUnknown(options: unknown, known: OptionNames, path: ErrorPath = []): void {
  if (options === undefined) return;
  if (!isRecord(options)) {
    throw new ForecastError('invalid-option', 'Options must be an object', { path });
  }
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(known, name)) throw unknownOption(name, Object.keys(known), path);
    const inner = known[name];
    const value = options[name];
    if (isRecord(inner) && isRecord(value)) refuseUnknown(value, inner, [...path, name]);
  }
}

/** Applies {@link refuseUnknown} to each object of a list. */
export function refuseUnknownIn(
  list: readonly unknown[] | undefined,
  known: OptionNames,
  name: string,
): void {
  for (const [i, options] of (list ?? []).entries()) refuseUnknown(options, known, [name, i]);
}

/** Merges options over their defaults; an option that is `undefined` counts as left out. */
export function withDefaults<D extends object, O extends object>(defaults: D, options: O | undefined): D & O {
  const given = Object.entries(options ?? {}).filter(([, value]) => value !== undefined);
  return { ...defaults, ...(Object.fromEntries(given) as O) };
}

function unknownOption(name: string, known: readonly string[], path: ErrorPath): ForecastError {
  const meant = nearest(name, known);
  const question = meant === undefined ? '' : `; did you mean \`${meant}\`?`;
  return new ForecastError('invalid-option', `Unknown option \`${name}\`${question}`, {
    path: [...path, name],
    hint: meant === undefined ? `The options are ${known.join(', ')}.` : `Did you mean \`${meant}\`?`,
  });
}

/** The known name with the fewest edits, however its words are joined; undefined if it takes too many. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const plain = normalised(name);
  const foreign = Object.hasOwn(FOREIGN_NAMES, plain) ? FOREIGN_NAMES[plain] : undefined;
  if (foreign !== undefined && known.includes(foreign)) return foreign;
  let best: string | undefined;
  let least = Math.max(2, Math.ceil(plain.length / 3)) + 1;
  for (const candidate of known) {
    const edits = editDistance(plain, normalised(candidate));
    if (edits >= least) continue;
    least = edits;
    best = candidate;
  }
  return best;
}

function normalised(name: string): string {
  return name.replace(/[^a-z0-9]/gi, '').toLowerCase();
}

/** Levenshtein's distance: characters to insert, delete or replace. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = numberAt(row, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, numberAt(row, j) + 1, numberAt(next, j - 1) + 1));
    }
    row = next;
  }
  return numberAt(row, b.length);
}
