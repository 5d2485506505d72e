import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { build } from 'vite';
import tsconfig from '../../tsconfig.json' with { type: 'json' };
import { freePort } from '../free-port.js';

/**
 * Trains in every runtime that npm or the system brings, from one bundle for browsers, and compares with this Node: the bytes
 * of the forecasts have to be the same.
 *
 * `npm run check:runtimes [-- --only node,bun]`
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Outcome {
  readonly defaultModel: string;
  readonly otherModels: string;
  readonly runtime?: string;
}

async function bundle(folder: string): Promise<void> {
  const alias = Object.entries(tsconfig.compilerOptions.paths)
    .map(([name, [file]]) => ({ find: new RegExp(`^${name}$`), replacement: join(ROOT, file) }))
    .reverse();
  await build({
    configFile: false,
    logLevel: 'error',
    root: ROOT,
    resolve: { alias },
    build: {
      outDir: folder,
      emptyOutDir: false,
      minify: false,
      lib: {
        entry: join(ROOT, 'test/runtimes/training.ts'),
        formats: ['es'],
        fileName: () => 'training.mjs',
      },
      rollupOptions: { external: [/^node:/], output: { codeSplitting: false } },
    },
  });
  const runtime = 'globalThis.navigator?.userAgent ?? process.version';
  writeFileSync(
    join(folder, 'main.mjs'),
    `import { train } from './training.mjs';
     console.log(JSON.stringify({ ...(await train()), runtime: ${runtime} }));`,
  );
  writeFileSync(
    join(folder, 'worker.mjs'),
    `import { train } from './training.mjs';
     export default { fetch: async () => Response.json(await train()) };`,
  );
}

/** Runs the bundle by a command. */
async function byCommand(folder: string, command: string, ...options: string[]): Promise<Outcome> {
  const run = promisify(execFile);
  const { stdout } = await run(command, [...options, join(folder, 'main.mjs')], { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout);
}

/** Installs a program from npm into the folder, apart from the packages of the project; returns its path. */
function installed(folder: string, name: string): string {
  const [program = name] = name.split('@');
  const target = join(folder, name.replace('@', '-'));
  const quiet = ['--no-audit', '--no-fund', '--no-save', '--prefer-offline'];
  execFileSync('npm', ['install', ...quiet, '--prefix', target, name], { stdio: 'pipe' });
  return join(target, 'node_modules/.bin', program);
}

/** Runs the bundle as a worker of Cloudflare's runtime. */
async function byWorkerd(folder: string): Promise<Outcome> {
  const port = await freePort();
  const modules = ['worker', 'training'].map(
    (name) => `(name = "${name}.mjs", esModule = embed "${name}.mjs")`,
  );
  writeFileSync(
    join(folder, 'worker.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
     const config :Workerd.Config = (
       services = [(name = "main", worker = .main)],
       sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
     );
     const main :Workerd.Worker = (modules = [${modules.join(', ')}], compatibilityDate = "2025-06-01");`,
  );
  const server = spawn(installed(folder, 'workerd@1'), ['serve', join(folder, 'worker.capnp')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    for (let attempt = 0; ; attempt++) {
      try {
        const response = await fetch(`http://127.0.0.1:${port}/`);
        return (await response.json()) as Outcome;
      } catch (error) {
        if (attempt === 100 || server.exitCode !== null) throw error;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  } finally {
    server.kill();
  }
}

async function byChromium(folder: string): Promise<Outcome> {
  const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    await page.route('http://localhost/**', (route) => {
      const { pathname } = new URL(route.request().url());
      return pathname.endsWith('.mjs')
        ? route.fulfill({ path: join(folder, pathname), contentType: 'text/javascript' })
        : route.fulfill({ body: '<!doctype html>', contentType: 'text/html' });
    });
    await page.goto('http://localhost/');
    return await page.evaluate(`import('/training.mjs').then(({ train }) => train())`);
  } finally {
    await browser.close();
  }
}

const RUNTIMES: Readonly<Record<string, (folder: string) => Promise<Outcome>>> = {
  node: (folder) => byCommand(folder, process.execPath),
  node22: (folder) => byCommand(folder, installed(folder, 'node@22')),
  node24: (folder) => byCommand(folder, installed(folder, 'node@24')),
  bun: (folder) => byCommand(folder, installed(folder, 'bun@1')),
  deno: (folder) => byCommand(folder, installed(folder, 'deno@2'), 'run', '--quiet'),
  workerd: byWorkerd,
  chromium: byChromium,
};

const only = process.argv.includes('--only')
  ? process.argv[process.argv.indexOf('--only') + 1].split(',')
  : Object.keys(RUNTIMES);
const folder = mkdtempSync(join(tmpdir(), 'runtimes-'));
try {
  await bundle(folder);
  const expected = await RUNTIMES['node'](folder);
  for (const name of only) {
    const outcome = name === 'node' ? expected : await RUNTIMES[name](folder);
    const { defaultModel, otherModels, runtime = '' } = outcome;
    const same = defaultModel === expected.defaultModel && otherModels === expected.otherModels;
    const hashes = `${defaultModel.slice(0, 16)} ${otherModels.slice(0, 16)}`;
    console.log(`${name.padEnd(9)} ${hashes}  ${same ? 'the same bytes' : 'OTHER BYTES'}  ${runtime}`);
    if (!same) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
