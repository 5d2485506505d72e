import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import ts from 'typescript';
import { build, type Rollup } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

/** The package as a stranger gets it: packed, and installed from the tarball into an empty folder, without any peer. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;
let installed: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'installed-package-'));
  const [{ filename }] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
      cwd: ROOT,
      encoding: 'utf8',
    }),
  );
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }');
  const options = ['--prefer-offline', '--no-audit', '--no-fund', '--omit=dev'];
  execFileSync('npm', ['install', ...options, join(folder, filename)], { cwd: folder, stdio: 'pipe' });
  installed = join(folder, 'node_modules', packageJson.name);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function filesBelow(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((name) => join(path, name))
    .filter((name) => lstatSync(name).isFile());
}

/** Runs a program in the folder of the application; returns what it printed. */
function run(code: string, ...options: string[]): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, [...options, '-e', code], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

const SUBPATHS = Object.keys(packageJson.exports)
  .filter((path) => path !== './package.json')
  .map((path) => path.replace(/^\./, packageJson.name));

describe('what is installed', () => {
  it('is one package of at most 6 MB', () => {
    const packages = filesBelow(join(folder, 'node_modules')).filter((file) =>
      /node_modules\/(@[^/]+\/)?[^/@]+\/package\.json$/.test(file),
    );
    const bytes = filesBelow(join(folder, 'node_modules')).reduce(
      (sum, file) => sum + statSync(file).size,
      0,
    );
    console.log(`${packages.length} packages, ${(bytes / 1e6).toFixed(1)} MB`);
    expect(packages.length).toBe(1);
    expect(bytes).toBeLessThan(6e6);
  });

  it('holds no source maps', () => {
    expect(filesBelow(installed).filter((file) => file.endsWith('.map'))).toEqual([]);
  });

  it('has no dead link in README, docs and the pages beside them', () => {
    const pages = filesBelow(installed).filter((file) => file.endsWith('.md'));
    expect(pages.length).toBeGreaterThan(20);
    const dead = pages.flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
        .map(([, link]) => link)
        .filter((link) => !existsSync(join(dirname(page), link)))
        .map((link) => `${page.slice(installed.length)}: ${link}`),
    );
    expect(dead).toEqual([]);
  });

  it('carries the licences of the packages inside', () => {
    const text = readFileSync(join(installed, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8');
    for (const name of ['croner', 'date-fns', 'kysely', 'papaparse', 'simple-statistics', 'zod']) {
      expect(text).toMatch(new RegExp(`^${name} \\d`, 'm'));
    }
  });
});

describe('every subpath', () => {
  it.each(SUBPATHS)('%s loads without its peers', (path) => {
    const code = `console.log(Object.keys(await import('${path}')).length)`;
    expect(Number(run(code, '--input-type=module'))).toBeGreaterThan(0);
    expect(
      Number(run(`console.log(Object.keys(require('${path}')).length)`, '--input-type=commonjs')),
    ).toBeGreaterThan(0);
  });

  it('answers a question as ES module and as CommonJS', () => {
    const program = `
      const forecaster = createForecaster();
      const records = Array.from({ length: 70 }, (_, i) => ({
        date: new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10), productId: 'tea', category: 'Drinks', units: 5,
      }));
      await forecaster.ingest(records);
      await forecaster.train();
      const { products } = await forecaster.topProducts({ timePeriod: 'week', category: 'Drinks', limit: 1 });
      console.log(Math.round(products[0].predictedUnits));`;
    const module = `import { createForecaster } from '${packageJson.name}';${program}`;
    const common = `const { createForecaster } = require('${packageJson.name}'); (async () => {${program}})();`;
    expect(run(module, '--input-type=module')).toBe('35');
    expect(run(common, '--input-type=commonjs')).toBe('35');
  });
});

describe('a missing peer', () => {
  const CALLS: readonly (readonly [name: string, code: string])[] = [
    [
      'date-holidays',
      `import { countryHolidays } from 'commerce-forecast/holidays'; const call = () => countryHolidays('US');`,
    ],
    [
      'axios',
      `import { salesCsvFromUrl } from 'commerce-forecast/sources';
       const call = async () => { for await (const _ of salesCsvFromUrl('http://127.0.0.1:9/sales.csv')); };`,
    ],
    [
      'apache-arrow',
      `import { forecastTable } from 'commerce-forecast/arrow'; const call = () => forecastTable({ rows: [] });`,
    ],
    [
      'echarts',
      `import { toHtmlReport } from 'commerce-forecast/report'; const call = () => toHtmlReport({ runs: [] });`,
    ],
    [
      'bullmq',
      `import { createBullMqJobRunner } from 'commerce-forecast/bullmq';
       const call = () => createBullMqJobRunner({ redis: { options: { maxRetriesPerRequest: null } } }).enqueue('a', {});`,
    ],
    [
      '@aws-sdk/client-s3',
      `import { S3ArtifactStore } from 'commerce-forecast/s3';
       const call = () => new S3ArtifactStore({ client: { send() {} }, bucket: 'models' }).versions('m');`,
    ],
    [
      'ml-xgboost',
      `import { createMlXGBoostEngine } from 'commerce-forecast/ml-xgboost';
       const features = { rows: 2, names: ['x'], columns: [new Float32Array([1, 2])] };
       const call = () => createMlXGBoostEngine().train({ features, labels: new Float32Array([1, 2]) }, { rounds: 1 });`,
    ],
  ];

  it.each(CALLS)('%s is named with the command that installs it', (name, code) => {
    const report = `${code}
      try { await call(); } catch (error) { console.log(error.code + ' | ' + error.hint); }`;
    expect(run(report, '--input-type=module')).toContain(`missing-dependency | Run: npm install ${name}`);
  });
});

describe('the program for terminals', () => {
  it('forecasts and draws its report without a peer, also where nobody reads to the end', () => {
    const lines = Array.from({ length: 70 }, (_, i) => {
      const date = new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10);
      return `${date},tea,Drinks,5`;
    });
    writeFileSync(join(folder, 'sales.csv'), `date,product,category,units\n${lines.join('\n')}\n`);
    const program = join(folder, 'node_modules/.bin/commerce-forecast');
    const command = `set -o pipefail; '${program}' forecast sales.csv --period week --html page.html | true`;
    const { stderr, status } = spawnSync('bash', ['-c', command], { cwd: folder, encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    const page = readFileSync(join(folder, 'page.html'), 'utf8');
    expect(page).toContain('Drinks');
    expect(page).toContain('<svg');
  });
});

/** Bytes after gzip of what a bundler makes of an import: of what loads at once, and of all. */
async function bundled(name: string): Promise<{ readonly atOnce: number; readonly all: number }> {
  writeFileSync(join(folder, 'entry.js'), `export { ${name} } from '${packageJson.name}';`);
  const [{ output }] = (await build({
    configFile: false,
    logLevel: 'silent',
    root: folder,
    build: {
      write: false,
      minify: true,
      lib: { entry: 'entry.js', formats: ['es'] },
      rollupOptions: { external: [/^node:/] },
    },
  })) as Rollup.RollupOutput[];
  const chunks = output.filter((file) => file.type === 'chunk');
  const atOnce = new Set<string>();
  const visit = (fileName: string): void => {
    if (atOnce.has(fileName)) return;
    atOnce.add(fileName);
    for (const next of chunks.find((chunk) => chunk.fileName === fileName)?.imports ?? []) visit(next);
  };
  for (const { fileName, isEntry } of chunks) if (isEntry) visit(fileName);
  // Comments name the file that each part is from, with the path of the folder, which differs from run to run.
  const withoutNames = (code: string) => code.replace(/^\/\/ .*\.js\n/gm, '');
  const bytes = (some: typeof chunks) =>
    some.reduce((sum, { code }) => sum + gzipSync(withoutNames(code)).length, 0);
  return { atOnce: bytes(chunks.filter(({ fileName }) => atOnce.has(fileName))), all: bytes(chunks) };
}

describe('the bundle of', () => {
  it.each([
    ['wape', 3_000],
    ['seasonalNaive', 8_000],
    // A third is zod and date-fns. Reading sales, training and questions beyond the snapshot follow with the first call.
    ['createForecaster', 62_000],
  ])('%s is at most %d bytes after gzip', async (name, limit) => {
    const { atOnce, all } = await bundled(name);
    console.log(`${name}: ${atOnce} bytes after gzip at once, ${all} in all`);
    expect(atOnce).toBeGreaterThan(100);
    expect(atOnce).toBeLessThan(limit);
  });
});

describe('the types', () => {
  /** With those of other libraries checked too, and without the declarations of DOM and Node. */
  const OPTIONS: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts'],
    types: [],
    strict: true,
    skipLibCheck: false,
    noEmit: true,
  };

  it.each([
    [ts.ModuleKind.NodeNext, ts.ModuleResolutionKind.NodeNext],
    [ts.ModuleKind.ESNext, ts.ModuleResolutionKind.Bundler],
  ])('compile without DOM, Node and skipLibCheck (module %d)', (module, moduleResolution) => {
    const withPeers = ['arrow', 'bullmq', 's3', 'schemas', 'redis'].map(
      (name) => `commerce-forecast/${name}`,
    );
    const files = ['main.mts', 'main.cts'].map((name) => join(folder, name));
    const imports = SUBPATHS.filter((path) => !withPeers.includes(path)).map(
      (path, i) => `import * as part${i} from '${path}';\nexport type Part${i} = keyof typeof part${i};`,
    );
    for (const file of files) writeFileSync(file, imports.join('\n'));
    const program = ts.createProgram(files, { ...OPTIONS, module, moduleResolution });
    const found = ts.getPreEmitDiagnostics(program);
    expect(
      found.map(
        ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
      ),
    ).toEqual([]);
  });
});
