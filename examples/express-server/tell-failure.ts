import { ForecastError } from 'commerce-forecast';
import { ConfigError } from './config.js';

/** Tells on standard error why a command ends, and lets it end with 1. */
export function tellFailure(error: unknown): void {
  process.exitCode = 1;
  process.stderr.write(`${describeFailure(error)}\n`);
}

/** Tells why a program ends, and ends it: what it has opened would keep it going. */
export function endInFailure(error: unknown): never {
  tellFailure(error);
  process.exit();
}

/** Describes in words what an operator can mend, and gives the stack of what nobody foresaw; other properties, such as the arguments of a program, stay out. */
export function describeFailure(error: unknown): string {
  if (ForecastError.is(error)) return error.hint ? `${error.message}\n${error.hint}` : error.message;
  if (!(error instanceof Error)) return String(error);
  return error instanceof ConfigError || isOfSystem(error) ? error.message : (error.stack ?? error.message);
}

/** Tells whether a call of the operating system failed: a port is taken, a file or a program is missing. */
function isOfSystem(error: Error): boolean {
  return 'syscall' in error && typeof error.syscall === 'string';
}
