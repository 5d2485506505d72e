import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import autocannon from 'autocannon';
import { mixed, type Questions } from './questions.js';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('./wrk.lua', import.meta.url));
const TIMEOUT_SECONDS = 30;

export interface LoadOptions {
  readonly url: string;
  readonly key: string;
  readonly questions: Questions;
  readonly connections: number;
  readonly seconds: number;
  /** Share of the requests whose answer is not in the cache. */
  readonly cold: number;
}

export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** Answers other than 2xx and 3xx, lost connections, and answers that did not come. */
  readonly errors: number;
}

export async function hasWrk(): Promise<boolean> {
  return run('wrk', ['--version']).then(
    () => true,
    (error) => error.code !== 'ENOENT',
  );
}

/** Load from wrk, which takes a small part of a processor: each connection asks again as soon as it has its answer. */
export async function saturateWithWrk(options: LoadOptions): Promise<LoadResult> {
  const { url, connections, seconds, key, cold, questions } = options;
  const threads = Math.min(2, connections);
  const settings = [`-t${threads}`, `-c${connections}`, `-d${seconds}s`, `--timeout`, `${TIMEOUT_SECONDS}s`];
  const directory = mkdtempSync(join(tmpdir(), 'questions-'));
  const files = { LOAD_WARM: join(directory, 'warm'), LOAD_COLD_PATHS: join(directory, 'cold') };
  try {
    writeFileSync(files.LOAD_WARM, questions.warm.join('\n'));
    writeFileSync(files.LOAD_COLD_PATHS, questions.cold.join('\n'));
    const load = { LOAD_KEY: key, LOAD_COLD: String(cold), LOAD_SEED: '1', LOAD_THREADS: String(threads) };
    const env = { ...process.env, ...files, ...load };
    const { stdout } = await run('wrk', [...settings, '-s', SCRIPT, url], { env });
    return readResult(stdout);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function readResult(stdout: string): LoadResult {
  const result = /RESULT (.*)/.exec(stdout);
  if (!result) throw new Error(`wrk gave no result:\n${stdout}`);
  const value = Object.fromEntries(
    result[1].split(' ').map((pair) => {
      const [name, number] = pair.split('=');
      return [name, Number(number)];
    }),
  );
  return {
    requestsPerSecond: value['requests'] / (value['duration_us'] / 1e6),
    meanMs: value['mean_us'] / 1_000,
    p50Ms: value['p50_us'] / 1_000,
    p95Ms: value['p95_us'] / 1_000,
    p99Ms: value['p99_us'] / 1_000,
    errors: value['status'] + value['socket'] + value['timeout'],
  };
}

/**
 * The same from autocannon, where wrk is not installed; it takes about a processor for itself, and its 97.5th percentile
 * stands for the 95th, which it does not have.
 */
export async function saturateWithAutocannon(options: LoadOptions): Promise<LoadResult> {
  const { url, key, questions, connections, seconds, cold } = options;
  const paths = mixed(questions, cold);
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    timeout: TIMEOUT_SECONDS,
    headers: { authorization: `Bearer ${key}`, 'accept-encoding': 'gzip' },
    requests: [{ setupRequest: (request) => ({ ...request, path: paths.next().value }) }],
  });
  return {
    requestsPerSecond: result.requests.average,
    meanMs: result.latency.mean,
    p50Ms: result.latency.p50,
    p95Ms: result.latency.p97_5,
    p99Ms: result.latency.p99,
    errors: result.non2xx + result.errors + result.timeouts,
  };
}
