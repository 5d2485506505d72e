import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithService } from '../../integration/services.js';
import { hasProgram } from './processes.js';
import { startServer, type TestServer } from './server-fixture.js';

const OPS = fileURLToPath(new URL('../../../examples/express-server/ops/', import.meta.url));
const read = (file: string) => readFileSync(OPS + file, 'utf8');

describeWithService(
  'promtool',
  hasProgram('promtool', '--version'),
  'install prometheus',
  'alert rules',
  () => {
    it('fire when they should and only then', () => {
      const output = execFileSync('promtool', ['test', 'rules', 'alerts.test.yml'], {
        cwd: OPS,
        encoding: 'utf8',
      });
      expect(output).toContain('SUCCESS');
    });

    it('are there for every documented alert and for what goes wrong slowly, each with a test', () => {
      const rules = [...read('alerts.yml').matchAll(/alert: (\w+)/g)].map(([, name]) => name);
      expect(rules).toEqual([
        'ApiErrorRateHigh',
        'ApiLatencyHigh',
        'DatabasePoolExhausted',
        'PredictionFailureRateHigh',
        'CacheHitRateLow',
        'CpuUsageHigh',
        'DiskUsageHigh',
        'InstanceDown',
        'ModelVersionLost',
        'ModelOld',
        'MemoryUsageHigh',
      ]);
      const tested = new Set(
        [...read('alerts.test.yml').matchAll(/alertname: (\w+)/g)].map(([, name]) => name),
      );
      expect([...tested].sort()).toEqual([...rules].sort());
    });

    it('belong to a configuration that Prometheus takes', () => {
      execFileSync('promtool', ['check', 'config', '--syntax-only', 'prometheus.yml'], { cwd: OPS });
    });
  },
);

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

it('names in alerts and panels only metrics that there are', async () => {
  const { registry } = server.composed.dependencies.access.metrics;
  const known = new Set((await registry.getMetricsAsJSON()).map(({ name }) => name));
  // Those that a pool and a listening socket add.
  for (const name of ['database_pool_connections', 'database_pool_max_connections']) known.add(name);
  for (const name of ['network_bytes_total', 'network_connections']) known.add(name);
  const used = `${read('alerts.yml')}${read('grafana-dashboard.json')}`.match(
    /\b(?:http|forecast|host|database|network|nodejs|model|api|sales)_[a-z0-9_]+/g,
  )!;
  const names = new Set(used.map((name) => name.replace(/_bucket$/, '')));
  names.delete('sales_forecasts');
  expect(names.size).toBeGreaterThan(15);
  expect([...names].filter((name) => !known.has(name))).toEqual([]);
});
