import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { ForecastError } from 'commerce-forecast';
import { expect, it } from 'vitest';
import { readConfig } from '../../../examples/express-server/config.js';
import { describeFailure } from '../../../examples/express-server/tell-failure.js';

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown');
}

it('says in words what an operator can mend', async () => {
  const hint = 'Stop that process.';
  expect(describeFailure(new ForecastError('conflict', 'It is in use', { hint }))).toBe(
    `It is in use\n${hint}`,
  );
  expect(describeFailure(new ForecastError('unavailable', 'The database failed'))).toBe(
    'The database failed',
  );
  const wrong = thrownBy(() => readConfig({ PORT: 'x' }));
  expect(describeFailure(wrong)).toMatch(/^The environment is not a valid configuration:\n {2}PORT: .*$/);
});

it('names a port that is taken', async () => {
  const first = createServer().listen(0, '127.0.0.1');
  await once(first, 'listening');
  const { port } = first.address() as { port: number };
  const [error] = await once(createServer().listen(port, '127.0.0.1'), 'error');
  first.close();
  expect(describeFailure(error)).toBe(`listen EADDRINUSE: address already in use 127.0.0.1:${port}`);
});

it('names a program that is missing, without its arguments', async () => {
  const child = spawn('/there/is/no/program', ['--dbname=postgres://user:secret@host/shop']);
  const [error] = await once(child, 'error');
  expect(describeFailure(error)).toBe('spawn /there/is/no/program ENOENT');
});

it('gives the stack of what nobody foresaw', () => {
  expect(describeFailure(new TypeError('x is not a function'))).toMatch(
    /^TypeError: x is not a function\n {4}at /,
  );
  expect(describeFailure('a text')).toBe('a text');
});
