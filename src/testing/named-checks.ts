import { ForecastError, type ForecastErrorCode } from '../errors.js';

/** One rule of a contract, for any test framework: `run` rejects if it is broken. */
export interface NamedCheck {
  readonly name: string;
  run(): Promise<void>;
}

/** Runs checks one after the other and rejects with one error that lists all failures. */
export async function runChecks(kit: string, checks: readonly NamedCheck[]): Promise<void> {
  const failures: { readonly name: string; readonly error: unknown }[] = [];
  for (const { name, run } of checks) {
    await run().catch((error: unknown) => failures.push({ name, error }));
  }
  if (failures.length === 0) return;
  const list = failures.map(({ name, error }) => `\n- ${name}: ${messageOf(error)}`).join('');
  throw new AggregateError(
    failures.map(({ error }) => error),
    `${kit}: ${failures.length} of ${checks.length} checks failed${list}`,
  );
}

/** Fails with a message unless both values have the same JSON (a missing property equals an undefined one). */
export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  const actualJson = JSON.stringify(actual);
  const expectedJson = JSON.stringify(expected);
  if (actualJson !== expectedJson) {
    throw new Error(`${what}: expected ${shorten(expectedJson)}, got ${shorten(actualJson)}`);
  }
}

export function expectTrue(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

/** Fails unless the promise rejects with a `ForecastError` of that code. */
export async function expectRejection(
  promise: Promise<unknown>,
  code: ForecastErrorCode,
  what: string,
): Promise<void> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    if (ForecastError.is(error) && error.code === code) return;
    throw new Error(`${what}: expected a ForecastError "${code}", got ${messageOf(error)}`, { cause: error });
  }
  throw new Error(
    `${what}: expected a ForecastError "${code}", got the value ${shorten(JSON.stringify(value))}`,
  );
}

function messageOf(error: unknown): string {
  if (ForecastError.is(error)) return `ForecastError "${error.code}": ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

function shorten(text: string | undefined): string {
  if (text === undefined) return 'undefined';
  return text.length > 300 ? `${text.slice(0, 300)}...` : text;
}
