import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type App, createApp } from './app.js';
import type { ComposedServer } from './compose.js';
import type { ServerConfig } from './config.js';
import { registerNetworkMetrics } from './monitoring/network-metrics.js';

/** Longer than load balancers keep idle connections, so that they and not the server close them. */
const KEEP_ALIVE_MS = 75_000;
/** Pause between two looks for requests that take too long to arrive. */
const CHECK_MS = 5_000;
const BACKLOG = 16_384;

export interface RunningServer {
  readonly url: string;
  /** Stops taking requests, finishes those under way, and closes everything. */
  shutDown(): Promise<void>;
}

/** Listens with a composed server. */
export async function listen(config: ServerConfig, composed: ComposedServer): Promise<RunningServer> {
  const { access, logger } = composed.dependencies;
  const server = makeServer(config, createApp(composed.dependencies));
  server.requestTimeout = config.REQUEST_SECONDS * 1_000;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.headersTimeout = Math.min(KEEP_ALIVE_MS + 1_000, server.requestTimeout);
  registerNetworkMetrics(access.metrics.registry, server);
  server.listen({ port: config.PORT, host: config.HOST, backlog: BACKLOG });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `${config.TLS_CERT_FILE ? 'https' : 'http'}://${config.HOST}:${port}`;
  logger.info({ url }, 'listening');
  let down: Promise<void> | undefined;
  return { url, shutDown: () => (down ??= shutDown(config, composed, server)) };
}

function makeServer({ TLS_CERT_FILE, TLS_KEY_FILE }: ServerConfig, app: App): Server {
  const options = { connectionsCheckingInterval: CHECK_MS };
  if (TLS_CERT_FILE === undefined || TLS_KEY_FILE === undefined) return createServer(options, app.handle);
  const tls = { cert: readFileSync(TLS_CERT_FILE), key: readFileSync(TLS_KEY_FILE) };
  return createTlsServer({ ...options, ...tls, minVersion: 'TLSv1.3' }, app.handle);
}

async function shutDown(config: ServerConfig, composed: ComposedServer, server: Server): Promise<void> {
  const { logger } = composed.dependencies;
  logger.info('shutting down');
  composed.readiness.isDraining = true;
  // Time for the load balancer to see that this instance is not ready any more.
  await pause(config.DRAIN_SECONDS * 1_000);
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const patience = setTimeout(() => {
    logger.warn('requests under way were cut off');
    server.closeAllConnections();
  }, config.SHUTDOWN_SECONDS * 1_000);
  await closed;
  clearTimeout(patience);
  await composed.close();
  logger.info('shut down');
}
