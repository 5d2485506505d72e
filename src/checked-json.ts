import { type ErrorPath, ForecastError, type ForecastErrorCode } from './errors.js';

/** Larger numbers cannot be sales, and would overflow in computations. */
export const MOST = 1e30;

/** Description of the checked value, for errors. */
export interface CheckedJsonOptions {
  /** Named in errors, such as "fitted model". */
  readonly what: string;
  /** Default `invalid-model`. */
  readonly code?: ForecastErrorCode;
  readonly path?: ErrorPath;
}

/**
 * Reads an untrusted JSON object field by field: every answer has the requested type, or a `ForecastError` with
 * the path of the culprit is thrown. Kept small, because every loader of a model needs it.
 */
export class CheckedJson {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #options: CheckedJsonOptions;

  /** @throws ForecastError unless the value is a plain object. */
  constructor(value: unknown, options: CheckedJsonOptions) {
    this.#options = options;
    if (!isRecord(value)) this.fail();
    this.#fields = value;
  }

  get names(): string[] {
    return Object.keys(this.#fields);
  }

  /** Tells whether a field is present and not null. */
  has(name: string): boolean {
    return this.raw(name) != null;
  }

  /** A field as it is; inherited ones do not count. */
  raw(name: string): unknown {
    return Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined;
  }

  /** A finite number from `least` to `most`. */
  number(name: string, least = -MOST, most = MOST): number {
    const value = this.raw(name);
    return isNumber(value, least, most) ? value : this.fail(name);
  }

  integer(name: string, least = Number.MIN_SAFE_INTEGER, most = Number.MAX_SAFE_INTEGER): number {
    const value = this.number(name, least, most);
    return Number.isInteger(value) ? value : this.fail(name);
  }

  text(name: string): string {
    const value = this.raw(name);
    return typeof value === 'string' ? value : this.fail(name);
  }

  flag(name: string): boolean {
    const value = this.raw(name);
    return typeof value === 'boolean' ? value : this.fail(name);
  }

  oneOf<const T extends string | number>(name: string, values: readonly T[]): T {
    const value = this.raw(name);
    return values.find((known) => known === value) ?? this.fail(name);
  }

  object(name: string): CheckedJson {
    return this.#inner(this.raw(name), [name]);
  }

  list(name: string, length?: number): readonly unknown[] {
    const value = this.raw(name);
    if (!Array.isArray(value) || (length !== undefined && value.length !== length)) this.fail(name);
    return value;
  }

  objects(name: string): CheckedJson[] {
    return this.list(name).map((item, i) => this.#inner(item, [name, i]));
  }

  texts(name: string): string[] {
    return this.list(name).map((item, i) => (typeof item === 'string' ? item : this.fail(name, i)));
  }

  /** Finite numbers from `least` to `most`. */
  numbers(name: string, least = -MOST, most = MOST, length?: number): number[] {
    return this.list(name, length).map((item, i) =>
      isNumber(item, least, most) ? item : this.fail(name, i),
    );
  }

  /** Returns the result of `read`, or `undefined` where the field is missing or null. */
  optional<T>(name: string, read: () => T): T | undefined {
    return this.has(name) ? read() : undefined;
  }

  /** The whole object, for another reader. */
  get fields(): Readonly<Record<string, unknown>> {
    return this.#fields;
  }

  /** @throws ForecastError, always; the path is that of a field, or of the whole object. */
  fail(...path: ErrorPath): never {
    const { what, code = 'invalid-model', path: outer = [] } = this.#options;
    const where = [...outer, ...path];
    const culprit = where.length > 0 ? `: "${where.join('.')}" is missing or wrong` : '';
    throw new ForecastError(code, `The data is not a ${what}${culprit}`, { path: where });
  }

  #inner(value: unknown, path: ErrorPath): CheckedJson {
    return new CheckedJson(value, { ...this.#options, path: [...(this.#options.path ?? []), ...path] });
  }
}

/** Tells whether a value is an object with named fields, not an array. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumber(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && value >= least && value <= most;
}
