import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDay } from 'commerce-forecast';
import { generateSales } from 'commerce-forecast/testing';
import { createApp, endpointsOf } from '../../../examples/express-server/app.js';
import {
  type ComposedServer,
  type ComposeOptions,
  composeServer,
} from '../../../examples/express-server/compose.js';
import { readConfig } from '../../../examples/express-server/config.js';
import type { Endpoint } from '../../../examples/express-server/http/endpoint.js';
import { createLogger } from '../../../examples/express-server/logger.js';
import type { Role } from '../../../examples/express-server/security/roles.js';
import { prepareDatabase } from '../../embedded-database.js';

export interface TestServer {
  readonly url: string;
  readonly composed: ComposedServer;
  /** Its `DATA_DIR`. */
  readonly directory: string;
  readonly endpoints: readonly Endpoint[];
  /** Everything that was logged, as one text. */
  log(): string;
  key(role: Role): Promise<string>;
  /** A request with a key; the path starts with a slash. */
  send(path: string, init?: RequestInit & { readonly key?: string }): Promise<Response>;
  close(): Promise<void>;
}

/** A server in this process on a folder and a port of its own (or `PORT`), by default with an embedded database. */
export async function startServer(
  environment: Record<string, string> = {},
  now?: () => Date,
  options: Pick<ComposeOptions, 'quickBooks'> = {},
): Promise<TestServer> {
  const directory = mkdtempSync(join(tmpdir(), 'express-server-'));
  const config = readConfig({
    DATA_DIR: directory,
    MODEL: 'weekday-mean',
    LOG_LEVEL: 'debug',
    RATE_LIMIT_PER_MINUTE: '1000000',
    REFUSED_KEYS_PER_MINUTE: '1000000',
    REDIS_PREFIX: `test-server-${randomUUID()}`,
    ...environment,
  });
  if (config.DATABASE_URL === undefined) await prepareDatabase(join(config.DATA_DIR, 'database'));
  let lines = '';
  const logger = createLogger(config.LOG_LEVEL, { write: (line: string) => void (lines += line) });
  const composed = await composeServer(config, { ...options, logger, now });
  const server = createServer(createApp(composed.dependencies).handle);
  server.listen(environment['PORT'] === undefined ? 0 : config.PORT, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    composed,
    directory,
    endpoints: endpointsOf(composed.dependencies),
    log: () => lines,
    key: async (role) => (await composed.dependencies.access.apiKeys.issue(`test ${role}`, role)).text,
    send: (path, { key, ...init } = {}) =>
      fetch(url + path, {
        ...init,
        headers: { ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), ...init.headers },
      }),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await composed.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Stores a small merchant and trains on it. */
export async function trainSmallMerchant({ composed }: TestServer): Promise<void> {
  const { forecaster, trainings } = composed.dependencies;
  const { records } = generateSales({
    products: 12,
    categories: 3,
    days: 120,
    startDay: parseDay('2023-11-04'),
    seed: 5,
  });
  await forecaster.ingest(records);
  await trainings.start();
  await trainings.settled();
}

export function post(body: unknown): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
