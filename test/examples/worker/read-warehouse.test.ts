import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('makes panels of all products, part by part', () => {
  const args = ['--import', 'tsx', 'examples/worker/read-warehouse.ts'];
  const lines = execFileSync(process.execPath, args, { encoding: 'utf8' }).trim().split('\n');
  const counts = lines.map((line) => /(\d+) products, (\d+) rows/.exec(line)?.slice(1).map(Number) ?? []);
  expect(counts).toHaveLength(4);
  expect(counts.reduce((sum, [products = 0]) => sum + products, 0)).toBe(100);
  expect(counts.reduce((sum, [, rows = 0]) => sum + rows, 0)).toBe(73_000);
});
