import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { FUZZ_REQUESTS, type FuzzRequest, parametersOf, requestsWith, wrongWith } from './fuzz/requests.js';
import { startServer } from './load/server.js';

/**
 * Odd requests against the reference server, on loopback, by the hundred thousand: counts of answers by status, and every answer that is
 * wrong. Ends with 1 if there is one.
 *
 * npx tsx benchmarks/fuzz.ts [--inputs 200000] [--seed N] [--state FILE] [--only NUMBER] [--at-once 8]
 *
 * An input follows from the seed and its number: `--only` repeats one. With `--state` a run that was interrupted goes on where it was,
 * and a finished one starts over with the next seed, so that each night tries others.
 *
 * The sources must stay as they are meanwhile: the server loads parts of them when they are first needed, and answers 500 where they do
 * not fit.
 */
const { values: flags } = parseArgs({
  options: {
    inputs: { type: 'string', default: '200000' },
    seed: { type: 'string', default: '1' },
    state: { type: 'string' },
    only: { type: 'string' },
    'at-once': { type: 'string', default: '8' },
  },
});

interface State {
  seed: number;
  /** Number of the next input; all before have been tried. */
  next: number;
  readonly statuses: Record<string, number>;
  readonly findings: { readonly input: number; readonly wrong: string; readonly request: string }[];
}

const BATCH = 400;
const MOST_FINDINGS = 100;
const inputs = Number(flags.inputs);

function readState(): State {
  const fresh = (seed: number): State => ({ seed, next: 0, statuses: {}, findings: [] });
  if (flags.state === undefined || !existsSync(flags.state)) return fresh(Number(flags.seed));
  const kept = JSON.parse(readFileSync(flags.state, 'utf8')) as State;
  return kept.next < inputs ? kept : fresh(kept.seed + 1);
}

function keep(state: State): void {
  if (flags.state === undefined) return;
  writeFileSync(`${flags.state}.next`, JSON.stringify(state));
  renameSync(`${flags.state}.next`, flags.state);
}

const directory = mkdtempSync(join(tmpdir(), 'fuzz-'));
const server = await startServer({
  DATA_DIR: directory,
  DATABASE_URL: '',
  REDIS_URL: '',
  QUEUE_URL: '',
  MODEL: 'weekday-mean',
  SCHEDULE: 'false',
  LOG_LEVEL: 'error',
  RATE_LIMIT_PER_MINUTE: '1000000000',
  REFUSED_KEYS_PER_MINUTE: '1000000000',
  // Nobody is there: whoever signs in is told so.
  OIDC_ISSUER: 'http://127.0.0.1:9',
  OIDC_CLIENT_ID: 'dashboard',
  PUBLIC_URL: 'http://127.0.0.1:3000',
});
const document = await (await fetch(`${server.url}/openapi.json`)).json();
const everything = fc.oneof(
  { arbitrary: fc.constantFrom(...parametersOf(document)).chain(requestsWith), weight: 6 },
  ...Object.values(FUZZ_REQUESTS),
);

function inputOf(seed: number, number: number): FuzzRequest {
  const [request] = fc.sample(everything, { seed: seed * 1_000_003 + number, numRuns: 1 });
  if (!request) throw new Error('No request was generated');
  return request;
}

async function ask(request: FuzzRequest): Promise<{ readonly status: string; readonly wrong?: string }> {
  const { path, headers, ...init } = request;
  try {
    const authorization = `Bearer ${server.key}`;
    const response = await fetch(server.url + path, {
      redirect: 'manual',
      ...init,
      headers: { authorization, ...headers },
    });
    const text = await response.text();
    return { status: String(response.status), wrong: wrongWith(response, text) };
  } catch (error) {
    return { status: 'none', wrong: `no answer: ${(error as Error).cause ?? error}` };
  }
}

async function tryInput(state: State, number: number): Promise<void> {
  const request = inputOf(state.seed, number);
  const { status, wrong } = await ask(request);
  state.statuses[status] = (state.statuses[status] ?? 0) + 1;
  if (wrong === undefined) return;
  console.log(`input ${number}: ${wrong}\n  ${JSON.stringify(request)}`);
  if (state.findings.length < MOST_FINDINGS) {
    state.findings.push({ input: number, wrong, request: JSON.stringify(request) });
  }
}

async function tryAll(state: State): Promise<void> {
  const atOnce = Number(flags['at-once']);
  const start = performance.now();
  const first = state.next;
  while (state.next < inputs) {
    const end = Math.min(inputs, state.next + BATCH);
    let number = state.next;
    const take = async () => {
      while (number < end) await tryInput(state, number++);
    };
    await Promise.all(Array.from({ length: atOnce }, take));
    state.next = end;
    keep(state);
    if (end % (BATCH * 25) === 0 || end === inputs) {
      const rate = (end - first) / ((performance.now() - start) / 1_000);
      console.log(`${end} of ${inputs}, ${Math.round(rate)} a second`);
    }
  }
}

const state = readState();
try {
  if (flags.only === undefined) await tryAll(state);
  else await tryInput(state, Number(flags.only));
} finally {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
}
console.log(`seed ${state.seed}: ${state.next} inputs, ${state.findings.length} wrong answers`);
for (const [status, count] of Object.entries(state.statuses).sort()) console.log(`  ${status}: ${count}`);
process.exitCode = state.findings.length > 0 ? 1 : 0;
