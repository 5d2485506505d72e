import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RateLimiter } from '../../../examples/express-server/security/rate-limiter.js';
import {
  endProcess,
  hasProgram,
  type ServerProcess,
  startProcess,
} from '../../examples/express-server/processes.js';
import { post } from '../../examples/express-server/server-fixture.js';
import { freePort } from '../../free-port.js';
import {
  DATABASE_URL,
  describeWithPostgres,
  describeWithRedis,
  describeWithService,
  dropSchemas,
  REDIS_URL,
} from '../services.js';

const NGINX_CONF = fileURLToPath(new URL('../../../examples/express-server/ops/nginx.conf', import.meta.url));
/** Sooner than an instance notices by polling, every 30 s. */
const BY_MESSAGE = { timeout: 15_000 };
const FORECAST = '/api/v1/forecast/top-products?time_period=week';

const directory = mkdtempSync(join(tmpdir(), 'instances-'));
const certificate = join(directory, 'tls.crt');
const privateKey = join(directory, 'tls.key');
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function makeCertificate(): void {
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-keyout', privateKey, '-out', certificate];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ed25519', '-nodes', '-days', '1', ...files, ...subject],
    {
      stdio: 'ignore',
    },
  );
}

/** Environment of instances that belong together, with what they leave behind removed after the tests. */
function sharedEnvironment(): Record<string, string> {
  const name = `test_server_${randomUUID().slice(0, 8)}`;
  afterAll(() => dropSchemas(name));
  return {
    DATABASE_URL,
    REDIS_URL,
    DATABASE_SCHEMA: name,
    REDIS_PREFIX: name,
    DATA_DIR: join(directory, name),
    DEMO_DATA: 'true',
    RATE_LIMIT_PER_MINUTE: '1000000',
  };
}

function tlsVersionOf(port: number, maxVersion: 'TLSv1.2' | 'TLSv1.3'): Promise<string> {
  return new Promise((resolve) => {
    const ca = readFileSync(certificate);
    const socket = connect({ port, host: '127.0.0.1', ca, maxVersion, minVersion: 'TLSv1.2' }, () => {
      resolve(socket.getProtocol()!);
      socket.destroy();
    });
    socket.on('error', () => resolve('refused'));
  });
}

describeWithPostgres('several instances', () => {
  describeWithRedis('over one Redis', () => {
    const environment = sharedEnvironment();
    const instances: ServerProcess[] = [];
    let key: string;
    const send = (instance: number, path: string, init: RequestInit = {}, own = key) =>
      fetch(instances[instance].url + path, { ...init, headers: { ...init.headers, 'x-api-key': own } });

    beforeAll(async () => {
      instances.push(await startProcess(environment));
      key = instances[0].key()!;
      instances.push(await startProcess(environment));
    });
    afterAll(() => Promise.all(instances.map((instance) => instance.end('SIGKILL'))));

    it('refuse a key at once that another one revoked', async () => {
      const issued = await (
        await send(0, '/api/v1/api-keys', post({ name: 'shop', role: 'merchant' }))
      ).json();
      for (const instance of [0, 1]) {
        expect((await send(instance, FORECAST, {}, issued.key)).status).toBe(200);
      }
      const revoked = await send(1, `/api/v1/api-keys/${issued.id}`, { method: 'DELETE' });
      expect(revoked.status).toBe(204);
      expect((await send(1, FORECAST, {}, issued.key)).status).toBe(401);
      // The message to the other instance is on its way through Redis.
      await expect.poll(async () => (await send(0, FORECAST, {}, issued.key)).status, BY_MESSAGE).toBe(401);
    });

    it('share the answers, and forget them together', async () => {
      const path = '/api/v1/forecast/categories?time_period=year';
      const generated = async (instance: number) => (await (await send(instance, path)).json()).generated_at;
      const before = await generated(0);
      expect(await generated(1)).toBe(before);
      expect((await send(1, '/api/v1/cache/invalidate', post({}))).status).toBe(204);
      await expect.poll(() => generated(0)).not.toBe(before);
    });

    it('use a model that another instance trained, once it is promoted', async () => {
      const version = async (instance: number) =>
        (await (await send(instance, '/api/v1/model')).json()).model_version;
      const before = await version(0);
      const sale = { date: '2020-05-05', product_id: 'new', category: 'Toys', units: 400 };
      const day = (await (await send(0, '/api/v1/sales/summary')).json()).last_day;
      await send(0, '/api/v1/sales', post({ records: [{ ...sale, date: day }] }));
      expect((await send(1, '/api/v1/model/train', { method: 'POST' })).status).toBe(202);
      const latest = async () => (await send(0, '/api/v1/model/trainings/latest')).json();
      await expect.poll(async () => (await latest()).status, { timeout: 120_000 }).toBe('succeeded');
      const { version: trained, model_version: after } = await latest();
      expect(after).not.toBe(before);
      expect((await send(1, `/api/v1/model/versions/${trained}/promote`, { method: 'POST' })).status).toBe(
        200,
      );
      expect(await version(1)).toBe(after);
      await expect.poll(() => version(0), BY_MESSAGE).toBe(after);
    });

    it('end on SIGTERM after the requests under way', async () => {
      const extra = await startProcess({ ...environment, DRAIN_SECONDS: '1' });
      const ended = extra.end('SIGTERM');
      await expect.poll(async () => (await fetch(`${extra.url}/health/ready`)).status).toBe(503);
      const during = await fetch(extra.url + FORECAST, { headers: { 'x-api-key': key } });
      expect(during.status).toBe(200);
      expect(during.headers.get('connection')).toBe('close');
      expect(await ended).toBe(0);
    });

    it('serve TLS 1.3 and nothing older', async () => {
      makeCertificate();
      const port = await freePort();
      const tls = { TLS_CERT_FILE: certificate, TLS_KEY_FILE: privateKey, PORT: String(port) };
      await expect(startProcess({ ...environment, ...tls, TLS_KEY_FILE: '' })).rejects.toThrow(
        /TLS_CERT_FILE and TLS_KEY_FILE go together/,
      );
      const starting = startProcess({ ...environment, ...tls });
      await expect.poll(() => tlsVersionOf(port, 'TLSv1.3')).toBe('TLSv1.3');
      expect(await tlsVersionOf(port, 'TLSv1.2')).toBe('refused');
      // The waiting for plain HTTP goes on in vain until the process ends.
      starting.catch(() => undefined);
      const pid = Number(
        execFileSync('sh', ['-c', `ss -Hltnp 'sport = :${port}' | sed 's/.*pid=\\([0-9]*\\).*/\\1/'`]),
      );
      process.kill(pid, 'SIGTERM');
      await expect(starting).rejects.toThrow(/The server ended/);
    });

    it('run in a cluster that replaces dead processes and sums their metrics', async () => {
      const cluster = await startProcess({ ...environment, CLUSTER_WORKERS: '2' });
      try {
        // Each request on a connection of its own, so that none waits on one that goes with a killed process.
        const get = (path: string) =>
          fetch(cluster.url + path, { headers: { 'x-api-key': key, connection: 'close' } });
        const children = () =>
          execFileSync('pgrep', ['-P', String(cluster.pid)], { encoding: 'utf8' })
            .trim()
            .split('\n')
            .map(Number);
        const counted = async () => {
          const text = await (await get('/metrics')).text();
          return Number(
            /^http_requests_total\{method="GET",route="([^"]*top-products)",status="200"\} (\d+)/m.exec(
              text,
            )?.[2] ?? 0,
          );
        };
        for (let i = 0; i < 40; i++) {
          expect((await get(FORECAST)).status).toBe(200);
        }
        // A process counts a request once its answer has left, which its client may see first.
        await expect.poll(counted).toBe(40);
        const before = children();
        expect(before).toHaveLength(2);
        process.kill(before[0], 'SIGKILL');
        await expect.poll(() => children().filter((pid) => !before.includes(pid)).length).toBe(1);
        expect((await get(FORECAST)).status).toBe(200);
        expect(await cluster.end('SIGTERM')).toBe(0);
      } finally {
        await cluster.end('SIGKILL');
      }
    });

    it('count the requests of a key together', async () => {
      const client = new Redis(REDIS_URL, { enableOfflineQueue: false });
      await once(client, 'ready');
      try {
        const options = {
          limit: 200,
          windowSeconds: 60,
          redis: client,
          prefix: `test-limit-${randomUUID()}`,
        };
        const limiters = [new RateLimiter(options), new RateLimiter(options)];
        const answers = await Promise.all(
          Array.from({ length: 500 }, async (_, i) => (await limiters[i % 2].consume('key')).allowed),
        );
        expect(answers.filter((allowed) => allowed)).toHaveLength(200);
      } finally {
        client.disconnect();
      }
    });

    describeWithService('nginx', hasProgram('nginx', '-v'), 'install nginx-light', 'behind nginx', () => {
      it('lose no request when one of them is killed under load', async () => {
        makeCertificate();
        const port = await freePort();
        const [first, second] = instances.map(({ url }) => new URL(url).port);
        const configuration = readFileSync(NGINX_CONF, 'utf8')
          .replace('127.0.0.1:3001', `127.0.0.1:${first}`)
          .replace('127.0.0.1:3002', `127.0.0.1:${second}`)
          .replace('listen 8443', `listen 127.0.0.1:${port}`)
          .replace('/etc/sales-forecasts/tls.crt', certificate)
          .replace('/etc/sales-forecasts/tls.key', privateKey)
          .replace('/run/nginx-sales-forecasts.pid', join(directory, 'nginx.pid'));
        const file = join(directory, 'nginx.conf');
        writeFileSync(file, configuration);
        execFileSync('nginx', ['-t', '-c', file], { stdio: 'pipe' });
        const nginx = spawn('nginx', ['-c', file, '-g', 'daemon off;'], { stdio: 'ignore' });
        const agent = new Agent({ keepAlive: true, ca: readFileSync(certificate), maxSockets: 40 });
        try {
          await expect.poll(() => tlsVersionOf(port, 'TLSv1.3')).toBe('TLSv1.3');
          expect(await tlsVersionOf(port, 'TLSv1.2')).toBe('refused');
          const statuses = new Map<string, number>();
          let stop = false;
          const client = async () => {
            while (!stop) {
              const status = await getStatus(agent, port, FORECAST, key);
              statuses.set(status, (statuses.get(status) ?? 0) + 1);
            }
          };
          const clients = Array.from({ length: 40 }, client);
          await expect.poll(() => statuses.get('200') ?? 0).toBeGreaterThan(500);
          await instances[1].end('SIGKILL');
          const before = statuses.get('200')!;
          await expect.poll(() => statuses.get('200')! - before).toBeGreaterThan(500);
          stop = true;
          await Promise.all(clients);
          expect([...statuses.keys()]).toEqual(['200']);
        } finally {
          agent.destroy();
          await endProcess(nginx, 'SIGTERM');
        }
      });
    });
  });
});

function getStatus(agent: Agent, port: number, path: string, key: string): Promise<string> {
  return new Promise((resolve) => {
    const call = request(
      { agent, host: '127.0.0.1', port, path, headers: { 'x-api-key': key } },
      (response) => {
        response.resume();
        response.on('end', () => resolve(String(response.statusCode)));
        response.on('error', (error) => resolve(error.message));
      },
    );
    call.on('error', (error) => resolve(error.message));
    call.end();
  });
}
