import { runCli } from '../../src/cli/run.js';

/** Runs a command and returns what it writes to the standard output. */
export async function runText(...args: string[]): Promise<string> {
  let written = '';
  const stdout = { write: (text: string) => (written += text) };
  await runCli(args, { stdin: (async function* () {})(), stdout, stderr: { write: () => undefined } });
  return written;
}
