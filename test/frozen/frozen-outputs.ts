import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const FILE = fileURLToPath(new URL('outputs.json', import.meta.url));
const RELATIVE = 1e-9;
/** What is left of a difference of equal numbers. */
const ABSOLUTE = 1e-12;
const MOST_DIFFERENCES = 20;

const writing = process.env.FROZEN_WRITE === '1';
const frozen: Record<string, unknown> =
  existsSync(FILE) && !writing ? JSON.parse(readFileSync(FILE, 'utf8')) : {};
const seen = new Set<string>();

/** Compares an output with the frozen one of that name, or freezes it where the outputs are being written. */
export function expectFrozen(name: string, output: unknown): void {
  const plain: unknown = JSON.parse(JSON.stringify(output, (_, value) => rounded(value)));
  seen.add(name);
  if (writing) {
    frozen[name] = plain;
    return;
  }
  expect(Object.keys(frozen), 'names of frozen outputs').toContain(name);
  const differences: string[] = [];
  compare(name, frozen[name], plain, differences);
  expect(differences.slice(0, MOST_DIFFERENCES), `${differences.length} differences`).toEqual([]);
}

/** Ends a run: everything that is frozen has been compared, or is written. */
export function finishFrozen(): void {
  if (writing) {
    const lines = Object.entries(frozen).map(
      ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
    );
    writeFileSync(FILE, `{\n${lines.join(',\n')}\n}\n`);
  }
  expect([...seen].sort()).toEqual(Object.keys(frozen).sort());
}

/** Digits beyond the twelfth would only fill the file. */
function rounded(value: unknown): unknown {
  return typeof value === 'number' && Number.isFinite(value) ? Number(value.toPrecision(12)) : value;
}

function compare(path: string, expected: unknown, actual: unknown, differences: string[]): void {
  if (typeof expected === 'number' && typeof actual === 'number') {
    const allowed = Math.max(ABSOLUTE, RELATIVE * Math.max(Math.abs(expected), Math.abs(actual)));
    if (Math.abs(expected - actual) <= allowed) return;
  } else if (isParent(expected) && isParent(actual)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(actual)]);
    for (const key of keys) compare(`${path}.${key}`, expected[key], actual[key], differences);
    return;
  } else if (Object.is(expected, actual)) return;
  differences.push(`${path}: ${JSON.stringify(expected)} became ${JSON.stringify(actual)}`);
}

function isParent(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
