import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../../free-port.js';
import { describeWithService } from '../services.js';

/** A Redis server of a test's own, which can be stopped and started again on the same port. */
export interface OwnRedis {
  readonly port: number;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Stops answering without closing connections, as a host that hangs does. */
  freeze(): void;
  thaw(): void;
  /** Stops the server and removes its files. */
  remove(): Promise<void>;
}

/** Tests that start their own `redis-server`. */
export function describeWithOwnRedis(name: string, tests: () => void): void {
  describeWithService('redis-server', hasRedisServer(), 'install the redis-server program', name, tests);
}

export async function ownRedis(extraArguments: readonly string[] = []): Promise<OwnRedis> {
  const port = await freeRedisPort();
  const directory = mkdtempSync(join(tmpdir(), 'own-redis-'));
  let server: ChildProcess | undefined;

  async function start(): Promise<void> {
    const settings = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'yes'];
    const started = spawn('redis-server', [...settings, '--dir', directory, ...extraArguments], {
      stdio: 'ignore',
    });
    server = started;
    await untilAnswers(port);
  }
  async function stop(): Promise<void> {
    if (!server || server.exitCode !== null) return;
    const exited = once(server, 'exit');
    server.kill('SIGCONT');
    server.kill('SIGTERM');
    await exited;
  }
  await start();
  return {
    port,
    start,
    stop,
    freeze: () => void server?.kill('SIGSTOP'),
    thaw: () => void server?.kill('SIGCONT'),
    remove: async () => {
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A way to a Redis server on which answers take as long as a test wants. */
export interface SlowWay {
  readonly port: number;
  delayMs: number;
  close(): Promise<void>;
}

export async function slowWayTo(port: number): Promise<SlowWay> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const redis = createConnection({ host: '127.0.0.1', port });
    for (const socket of [client, redis]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        client.destroy();
        redis.destroy();
      });
    }
    client.on('data', (chunk) => redis.write(chunk));
    redis.on('data', (chunk) => setTimeout(() => client.writable && client.write(chunk), way.delayMs));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const way = {
    port: (server.address() as { port: number }).port,
    delayMs: 0,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return way;
}

function hasRedisServer(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function untilAnswers(port: number): Promise<void> {
  const client = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null, retryStrategy: () => 50 });
  client.on('error', () => {});
  await client.ping();
  client.disconnect();
}

async function freeRedisPort(): Promise<number> {
  const port = await freePort();
  // A cluster node also listens 10,000 ports higher.
  return port > 55_000 ? port - 30_000 : port;
}
