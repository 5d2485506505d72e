import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { describeWithRedis, REDIS_URL } from '../services.js';

const SCRIPT = fileURLToPath(new URL('./compute-process.ts', import.meta.url));

describeWithRedis('RedisCacheStore between operating system processes', () => {
  it('computes a cold key once for 1,000 concurrent callers of two processes', async () => {
    const prefix = randomUUID();
    const children = [start(prefix), start(prefix)];
    await Promise.all(children.map((child) => child.line()));
    for (const child of children) child.process.stdin.write('go\n');
    const results = await Promise.all(children.map(async (child) => JSON.parse(await child.line())));
    await Promise.all(children.map((child) => child.exited));
    expect(results.map((result) => result.computations).sort()).toEqual([0, 1]);
    expect(results[0].answers).toEqual(results[1].answers);
    expect(results[0].answers.length).toBe(1);
  });
});

function start(prefix: string) {
  const child: ChildProcessWithoutNullStreams = spawn(
    process.execPath,
    ['--import', 'tsx', SCRIPT, REDIS_URL, prefix],
    { stdio: 'pipe' },
  );
  let complaints = '';
  child.stderr.on('data', (chunk) => {
    complaints += chunk;
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    process: child,
    exited: once(child, 'exit'),
    async line(): Promise<string> {
      const { value, done } = await lines.next();
      if (done) throw new Error(`The process ended: ${complaints}`);
      return value;
    },
  };
}
