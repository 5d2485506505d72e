import { fileURLToPath } from 'node:url';
import { createForecaster } from 'commerce-forecast';
import { boosterToJson, trainBooster } from 'commerce-forecast/boosting';
import { generateSales } from 'commerce-forecast/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import tsconfig from '../../../tsconfig.json' with { type: 'json' };
import { describeWithService } from '../services.js';
import { bundleForBrowser, findChromium, runInPage } from './chromium.js';

const chromium = findChromium();
const { paths } = tsconfig.compilerOptions;
/** File of an import of the package, whose names `tsconfig.json` lists. */
const source = (name: keyof typeof paths) =>
  fileURLToPath(new URL(`../../../${paths[name][0]}`, import.meta.url));
const JOBS = `[0.1, 0.9].map((level) => ({
  data: { features: { rows: 400, columns: [Float32Array.from({ length: 400 }, (_, i) => (i * 7) % 101)] },
    labels: Float32Array.from({ length: 400 }, (_, i) => ((i * 7) % 101) + (i % 13)) },
  params: { objective: 'quantile', quantiles: [level], rounds: 12, maxDepth: 3 } }))`;

describeWithService('Chromium', chromium !== undefined, 'install chromium', 'in a browser', () => {
  let files: ReadonlyMap<string, Uint8Array>;
  beforeAll(async () => {
    files = await bundleForBrowser({
      index: source('commerce-forecast'),
      boosting: source('commerce-forecast/boosting'),
      workers: source('commerce-forecast/workers'),
    });
  });

  describe('boosters', () => {
    it('are trained in Web Workers, and are those of Node to the last bit', async () => {
      const script = `
        import { boosterToJson } from '/boosting.js';
        import { trainBoosters } from '/workers.js';
        let started = 0;
        const Original = Worker;
        globalThis.Worker = class extends Original { constructor(...args) { super(...args); started++; } };
        const boosters = await trainBoosters(${JOBS}, { threads: 2, module: new URL('/workers.js', location.href) });
        report({ started, models: boosters.map(boosterToJson) });`;
      const { started, models } = (await runInPage(chromium!, files, script)) as {
        started: number;
        models: unknown[];
      };
      // biome-ignore lint/security/noGlobalEval: the jobs of the page, which are text there
      const jobs = eval(JOBS) as { data: Parameters<typeof trainBooster>[0]; params: object }[];
      const expected = jobs.map(({ data, params }) => boosterToJson(trainBooster(data, params)));
      expect(started).toBe(2);
      expect(models).toEqual(JSON.parse(JSON.stringify(expected)));
    });

    it('are trained in the page where workers cannot start', async () => {
      const script = `
        import { trainBoosters } from '/workers.js';
        globalThis.Worker = undefined;
        const boosters = await trainBoosters(${JOBS}, { threads: 2, module: new URL('/workers.js', location.href) });
        report(boosters.map((booster) => booster.trees.length));`;
      expect(await runInPage(chromium!, files, script)).toEqual([12, 12]);
    });
  });

  it('the forecaster answers as in Node', async () => {
    const { records } = generateSales({ products: 6, categories: 2, days: 400, seed: 3 });
    const forecaster = createForecaster();
    await forecaster.ingest(records);
    await forecaster.train();
    const expected = await forecaster.topProducts({ timePeriod: 'month', limit: 6 });
    const script = `
      import { createForecaster } from '/index.js';
      const forecaster = createForecaster();
      await forecaster.ingest(${JSON.stringify(records)});
      await forecaster.train();
      report(await forecaster.topProducts({ timePeriod: 'month', limit: 6 }));`;
    const { products } = (await runInPage(chromium!, files, script)) as typeof expected;
    expect(products.map(({ productId }) => productId)).toEqual(
      expected.products.map(({ productId }) => productId),
    );
    // Sine and exponential may differ in their last bit between the engines of Node and of the browser.
    products.forEach((product, i) => {
      const { predictedUnits, lower, upper } = expected.products[i];
      expect(product.predictedUnits / predictedUnits).toBeCloseTo(1, 6);
      expect(product.lower / lower).toBeCloseTo(1, 6);
      expect(product.upper / upper).toBeCloseTo(1, 6);
    });
  });
});
