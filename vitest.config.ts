import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import tsconfig from './tsconfig.json' with { type: 'json' };

/** The package's own subpaths resolve to the sources, so that tests and examples import what users import. */
const alias = Object.entries(tsconfig.compilerOptions.paths)
  .map(([name, [file]]) => ({
    find: new RegExp(`^${name}$`),
    replacement: fileURLToPath(new URL(file, import.meta.url)),
  }))
  .reverse();

/** Tests that share servers, and their limits of connections: two files at a time, each with keys of its own, after the others. */
const SERVICES = ['test/integration/**/*.test.ts', 'test/examples/**/*.test.ts'];

/** The dashboard: its parts in a document without a browser, and as a whole in a browser against the server. */
const DASHBOARD = ['test/examples/dashboard/**/*.test.{ts,tsx}'];
const BROWSER = ['test/examples/dashboard/browser/*.browser.ts'];

/** Tests that wait for real clocks, feed damaged input by the hundred, or train shop after shop. */
const SLOW = ['test/**/*.slow.test.ts'];

/** The built package as a stranger installs it. */
const PACKAGE = ['test/package/*.test.ts'];

/** Watches the memory of its process, which other files would disturb. */
const ALONE = ['test/models/boosting/ml-xgboost/engine.test.ts'];

/** Generous, so that a busy machine fails no test: what has to be fast is measured in `benchmarks`. */
const shared = {
  testTimeout: 180_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 30_000, interval: 50 } },
};

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          ...shared,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...SERVICES, ...ALONE, ...SLOW, ...PACKAGE],
          // Modules are loaded once for each worker: no test changes what they hold.
          isolate: false,
          // Some tests wait for timers: on two cores more workers use that time.
          maxWorkers: '200%',
          sequence: { groupOrder: 0 },
        },
      },
      {
        resolve: { alias },
        test: {
          ...shared,
          name: 'slow',
          include: SLOW,
          isolate: false,
          maxWorkers: '200%',
          sequence: { groupOrder: 0 },
        },
      },
      { test: { ...shared, name: 'package', include: PACKAGE, sequence: { groupOrder: 0 } } },
      {
        resolve: { alias },
        test: { ...shared, name: 'unit-alone', include: ALONE, sequence: { groupOrder: 1 } },
      },
      {
        resolve: { alias },
        test: {
          ...shared,
          name: 'services',
          isolate: false,
          include: SERVICES,
          exclude: DASHBOARD,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        resolve: { alias },
        test: {
          ...shared,
          name: 'dashboard',
          include: DASHBOARD,
          environment: 'happy-dom',
          setupFiles: ['test/examples/dashboard/clean-up.ts'],
          sequence: { groupOrder: 3 },
        },
      },
      {
        resolve: { alias },
        test: {
          ...shared,
          name: 'browser',
          include: BROWSER,
          globalSetup: ['test/examples/dashboard/browser/build.ts'],
          // A browser waits for its server, and the test for both.
          maxWorkers: 2,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
