import { ForecastError } from 'commerce-forecast';
import fc from 'fast-check';
import { expect } from 'vitest';
import { type ArrayOf, type EncodedArray, encodeArray, type Kind } from '../src/models/typed-array-json.js';

/** Where a value is in a JSON document. */
type JsonPath = readonly (string | number)[];

const ODD_VALUES: readonly unknown[] = [
  null,
  Number.NaN,
  'text',
  '',
  true,
  [],
  {},
  -1,
  0.5,
  1e308,
  -1e308,
  2 ** 31,
  Number.MAX_SAFE_INTEGER,
];

const ODD_NUMBERS = [Number.NaN, Infinity, -Infinity, 1e308, -1e308, 2 ** 31 - 1, -(2 ** 31), -1, 1e20];

/**
 * A damaged document is refused with `invalid-model`, or what was damaged does no harm and the forecast is finite. No
 * other error gets through.
 */
export async function checkDamaged(
  saved: unknown,
  numRuns: number,
  forecast: (data: never) => Promise<ArrayLike<number>[]>,
) {
  const document = JSON.parse(JSON.stringify(saved));
  const paths = pathsOf(document);
  let refused = 0;
  const damage = fc.tuple(fc.nat(paths.length - 1), fc.nat(10_000));
  await fc.assert(
    fc.asyncProperty(damage, async ([place, choice]) => {
      const data = mutateAt(document, paths[place], choice);
      let columns: ArrayLike<number>[];
      try {
        columns = await forecast(data as never);
      } catch (error) {
        expect(error).toBeInstanceOf(ForecastError);
        expect(error).toMatchObject({ code: 'invalid-model' });
        refused++;
        return;
      }
      for (const column of columns) expect(Array.from(column).every(Number.isFinite)).toBe(true);
    }),
    { seed: 20_261_128, numRuns },
  );
  expect(refused).toBeGreaterThan(numRuns / 4);
}

/** The paths of all values; an encoded array is one value. */
function pathsOf(document: unknown, path: JsonPath = []): JsonPath[] {
  if (typeof document !== 'object' || document === null || isEncoded(document)) return [path];
  const inner = Object.entries(document).flatMap(([name, value]) =>
    pathsOf(value, [...path, Array.isArray(document) ? Number(name) : name]),
  );
  return [path, ...inner];
}

/** A copy with one value damaged: deleted, of another type, not finite, far too large, cut short or lengthened. */
function mutateAt(document: unknown, path: JsonPath, choice: number): unknown {
  const copy = structuredClone(document);
  if (path.length === 0) return ODD_VALUES[choice % ODD_VALUES.length];
  // biome-ignore lint/suspicious/noExplicitAny: any document.
  let parent: any = copy;
  for (const name of path.slice(0, -1)) parent = parent[name];
  const name = path[path.length - 1];
  const value = parent[name];
  const kinds = [() => damaged(value, choice >> 2), () => ODD_VALUES[(choice >> 2) % ODD_VALUES.length]];
  if (choice % 4 === 0 && Array.isArray(parent)) parent.splice(Number(name), 1);
  else if (choice % 4 === 0) delete parent[name];
  else parent[name] = kinds[choice % 2]();
  return copy;
}

function damaged(value: unknown, choice: number): unknown {
  if (isEncoded(value)) return damagedArray(value, choice);
  if (Array.isArray(value)) return choice % 2 === 0 ? value.slice(0, -1) : [...value, ...value.slice(-1)];
  return ODD_NUMBERS[choice % ODD_NUMBERS.length];
}

function damagedArray(encoded: EncodedArray, choice: number): unknown {
  const values = valuesOf(encoded);
  const how = choice % 8;
  if (how === 0) return { ...encoded, base64: encoded.base64.slice(0, -4) };
  if (how === 1) return { ...encoded, kind: encoded.kind === 'int32' ? 'float32' : 'int32' };
  if (how === 2) return encodeArray(values.slice(0, -1));
  if (how === 3) return { ...encoded, base64: `!${encoded.base64}` };
  values[(choice >> 3) % Math.max(1, values.length)] = ODD_NUMBERS[(choice >> 3) % ODD_NUMBERS.length];
  return encodeArray(values);
}

function valuesOf({ kind, base64 }: EncodedArray): ArrayOf<Kind> {
  const { buffer } = Uint8Array.from(Buffer.from(base64, 'base64'));
  switch (kind) {
    case 'float64':
      return new Float64Array(buffer);
    case 'float32':
      return new Float32Array(buffer);
    case 'int32':
      return new Int32Array(buffer);
    case 'uint32':
      return new Uint32Array(buffer);
    case 'uint16':
      return new Uint16Array(buffer);
    case 'uint8':
      return new Uint8Array(buffer);
  }
}

function isEncoded(value: unknown): value is EncodedArray {
  return typeof value === 'object' && value !== null && 'base64' in value && 'kind' in value;
}
