import type { NamedCheck } from '../../src/testing/named-checks.js';

/** Runs the check of a kit whose name starts with this prefix, and returns its failure. */
export async function failureOf(checks: readonly NamedCheck[], name: string): Promise<string | undefined> {
  const found = checks.filter((check) => check.name.startsWith(name));
  if (found.length !== 1) throw new Error(`${found.length} checks begin with "${name}"`);
  return found[0].run().then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}
