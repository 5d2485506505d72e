import { ForecastError } from 'commerce-forecast';
import { runDemo } from './run-demo.js';

const controller = new AbortController();
process.once('SIGINT', () => controller.abort(new Error('Ctrl-C')));

try {
  await runDemo(process.argv.slice(2), {
    stdout: process.stdout,
    stderr: process.stderr,
    signal: controller.signal,
  });
} catch (error) {
  if (!ForecastError.is(error)) throw error;
  if (error.code === 'aborted') {
    process.stderr.write('Stopped; nothing was written.\n');
    process.exitCode = 130;
  } else {
    process.stderr.write(`Error: ${error.message}\n${error.hint === undefined ? '' : `${error.hint}\n`}`);
    process.exitCode = 1;
  }
}
