import { type DestinationStream, type Logger, pino } from 'pino';

/** Fields that may hold secrets, which are redacted if something with them is logged by mistake. */
const SECRETS = ['authorization', 'cookie', 'key', 'secret', 'password', 'token', 'secretHash'];

/** Longest time that a line is buffered: a write per line would cost more than the request that it logs. */
const BUFFER = { minLength: 16_000, periodicFlush: 1_000 };

/** Logs lines of JSON to the standard output, with secrets left out. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    redact: {
      paths: [
        ...SECRETS,
        ...SECRETS.map((name) => `*.${name}`),
        'headers["x-api-key"]',
        '*.headers["x-api-key"]',
      ],
      censor: '[redacted]',
    },
    base: { pid: process.pid },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(options, destination ?? pino.destination({ dest: 1, sync: false, ...BUFFER }));
}
