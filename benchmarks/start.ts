/**
 * What importing the built package costs a process that starts: processor time and time of the first import in fresh processes of Node, in
 * turns. The peers are one file with the same code, whose modules have not to be found, and packages that everybody knows.
 *
 *   npm run build && npm run bench:start -- [--runs 15] [--json FILE]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { rollup } from 'rollup';
import { median, type Row, report } from './report.js';

const { values: flags } = parseArgs({
  options: { runs: { type: 'string', default: '15' }, json: { type: 'string' } },
});

const core = new URL('../dist/index.js', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'bench-start-'));
const oneFile = join(folder, 'one-file.mjs');
const bundle = await rollup({ input: fileURLToPath(core), external: /^[^./]/, treeshake: false });
await bundle.write({ file: oneFile, inlineDynamicImports: true });
await bundle.close();

const IMPORTED: Readonly<Record<string, string>> = {
  'commerce-forecast': core.href,
  'commerce-forecast/boosting': new URL('../dist/boosting.js', import.meta.url).href,
  'the core in one file': pathToFileURL(oneFile).href,
  zod: import.meta.resolve('zod'),
  'date-fns': import.meta.resolve('date-fns'),
  echarts: import.meta.resolve('echarts'),
};

/** Prints microseconds of the processor and milliseconds. */
const PROGRAM = `
  const from = [process.cpuUsage(), performance.now()];
  await import(process.argv[1]);
  const { user, system } = process.cpuUsage(from[0]);
  console.log(user + system, performance.now() - from[1]);`;

const taken: Record<string, (readonly [number, number])[]> = {};
for (let run = 0; run < Number(flags.runs); run++) {
  for (const [name, address] of Object.entries(IMPORTED)) {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', PROGRAM, address],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(stderr);
    const [processor = Number.NaN, time = Number.NaN] = stdout.trim().split(' ').map(Number);
    (taken[name] ??= []).push([processor / 1000, time]);
  }
}
rmSync(folder, { recursive: true });

const rows = Object.entries(taken).flatMap(([name, times]): Row[] => [
  { case: 'import', method: name, metric: 'cpu_ms', value: median(times.map(([processor]) => processor)) },
  { case: 'import', method: name, metric: 'ms', value: median(times.map(([, time]) => time)) },
]);
report(rows, flags.json);
