import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import autocannon from 'autocannon';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('./wrk.lua', import.meta.url));
const PERIODS = ['week', 'month', 'year'];
const TIMEOUT_SECONDS = 30;

export interface LoadOptions {
  readonly url: string;
  readonly key: string;
  readonly categories: readonly string[];
  readonly connections: number;
  readonly seconds: number;
  /** Share of the requests whose answer is not in the cache. */
  readonly cold: number;
  /** Makes different runs ask for different cold answers. */
  readonly seed: number;
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

/** Load from wrk, which takes a small part of a processor. */
export async function loadWithWrk(options: LoadOptions): Promise<LoadResult> {
  const { url, connections, seconds, key, cold, categories, seed } = options;
  const threads = Math.min(2, connections);
  const settings = [`-t${threads}`, `-c${connections}`, `-d${seconds}s`, `--timeout`, `${TIMEOUT_SECONDS}s`];
  const env = {
    ...process.env,
    LOAD_KEY: key,
    LOAD_COLD: String(cold),
    LOAD_CATEGORIES: categories.map(encodeURIComponent).join('|'),
    LOAD_SEED: String(seed),
  };
  const { stdout } = await run('wrk', [...settings, '-s', SCRIPT, url], { env });
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

/** Load from autocannon, where wrk is not installed; it takes about a processor for itself. */
export async function loadWithAutocannon(options: LoadOptions): Promise<LoadResult> {
  const { url, key, categories, connections, seconds, cold, seed } = options;
  const warm = PERIODS.flatMap((period) => [
    `/api/v1/forecast/top-products?time_period=${period}`,
    `/api/v1/forecast/categories?time_period=${period}`,
  ]);
  let asked = seed * 10_007;
  const coldPath = () => {
    const category = encodeURIComponent(categories[++asked % categories.length]);
    const limit = (Math.floor(asked / categories.length) % 1_000) + 1;
    return `/api/v1/forecast/top-products?time_period=${PERIODS[asked % 3]}&category=${category}&limit=${limit}`;
  };
  let sent = 0;
  let coldSent = 0;
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    timeout: TIMEOUT_SECONDS,
    headers: { authorization: `Bearer ${key}`, 'accept-encoding': 'gzip' },
    requests: [
      {
        setupRequest: (request) => {
          sent++;
          const isCold = coldSent < sent * cold;
          if (isCold) coldSent++;
          return { ...request, path: isCold ? coldPath() : warm[sent % warm.length] };
        },
      },
    ],
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
