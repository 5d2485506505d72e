#!/usr/bin/env node
import { ForecastError } from '../errors.js';
import { exitCodeOf } from './exit-code.js';
import { runCli } from './run.js';

const controller = new AbortController();
process.once('SIGINT', () => controller.abort(new Error('Ctrl-C')));

// A reader such as `head` closes the pipe once it has seen enough; files are written all the same.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

try {
  await runCli(process.argv.slice(2), {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    signal: controller.signal,
  });
} catch (error) {
  if (!ForecastError.is(error)) throw error;
  process.exitCode = exitCodeOf(error);
  if (error.code === 'aborted') process.stderr.write('Stopped; nothing was written.\n');
  else process.stderr.write(`Error: ${error.message}\n${error.hint === undefined ? '' : `${error.hint}\n`}`);
}
