import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'tsup';

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome'];
const QUIET_FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The browser of this machine, or undefined. */
export function findChromium(): string | undefined {
  return COMMANDS.find((command) => {
    try {
      execFileSync(command, ['--version'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}

/** The package's modules as a web site would serve them: bundled for a browser, with their dependencies. */
export async function bundleForBrowser(
  entry: Readonly<Record<string, string>>,
): Promise<Map<string, Uint8Array>> {
  const result: Map<string, Uint8Array> = new Map();
  const outDir = mkdtempSync(join(tmpdir(), 'bundle-'));
  try {
    await build({
      config: false,
      entry: { ...entry },
      outDir,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      splitting: true,
      noExternal: [/.*/],
      external: [/^node:/, 'ml-xgboost', 'commerce-forecast/ml-xgboost'],
      silent: true,
      plugins: [
        {
          name: 'keep in memory',
          renderChunk(code, { path }) {
            result.set(path.slice(outDir.length), new TextEncoder().encode(code));
          },
        },
      ],
    });
    return result;
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}

/**
 * Runs a module in a page of a headless browser and returns what it passes to `report()`.
 *
 * @throws Error with the message of an error that the page does not catch.
 */
export async function runInPage(
  chromium: string,
  files: ReadonlyMap<string, Uint8Array>,
  script: string,
): Promise<unknown> {
  const profile = mkdtempSync(join(tmpdir(), 'chromium-'));
  let server: Server | undefined;
  let browser: ChildProcess | undefined;
  try {
    const reported = new Promise<string>((resolve) => {
      server = createServer((request, response) => {
        if (request.method === 'POST') {
          const parts: Buffer[] = [];
          request.on('data', (part) => parts.push(part));
          request.on('end', () => {
            response.end();
            resolve(Buffer.concat(parts).toString());
          });
          return;
        }
        const file = files.get(request.url!);
        if (file) {
          response.setHeader('content-type', 'text/javascript').end(file);
        } else if (request.url === '/page') {
          response.setHeader('content-type', 'text/html').end(page(script));
        } else {
          response.writeHead(404).end();
        }
      });
    });
    server!.listen(0, '127.0.0.1');
    await once(server!, 'listening');
    const { port } = server!.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/page`;
    // A separate process group, because the browser's processes outlive the one that is started.
    browser = spawn(chromium, [...QUIET_FLAGS, `--user-data-dir=${profile}`, url], {
      stdio: 'ignore',
      detached: true,
    });
    const { error, value } = JSON.parse(await reported) as { error?: string; value?: unknown };
    if (error !== undefined) throw new Error(error);
    return value;
  } finally {
    if (browser && browser.exitCode === null) {
      const exited = once(browser, 'exit');
      process.kill(-browser.pid!, 'SIGKILL');
      await exited;
    }
    server?.closeAllConnections();
    server?.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

function page(script: string): string {
  return `<!doctype html><script>
const post = (body) => fetch('/result', { method: 'POST', body: JSON.stringify(body) });
const report = (value) => post({ value });
onerror = (message) => post({ error: String(message) });
onunhandledrejection = ({ reason }) => post({ error: String(reason?.stack ?? reason) });
</script><script type="module">${script}</script>`;
}
