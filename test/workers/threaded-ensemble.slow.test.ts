import { adaptiveEnsemble, createForecaster, sliceDays } from 'commerce-forecast';
import { fitEnsembleTask, threadedEnsemble, tryMembersTask } from 'commerce-forecast/workers';
import { describe, expect, it } from 'vitest';
import { generatePanel, generateSales, panelOf } from '../../src/testing/index.js';
import { errorOf } from '../error-of.js';

const OPTIONS = { effort: 'fast', directBoosting: { params: { rounds: 5 } } } as const;
const panel = generatePanel({ products: 42, categories: 3, days: 500, seed: 2 });

describe('threadedEnsemble', () => {
  it('fits the same model in a thread as without one', async () => {
    const plain = await adaptiveEnsemble(OPTIONS).fit(panel, { seed: 3 });
    const model = threadedEnsemble({ ...OPTIONS, threads: 2 });
    expect(model.maxConcurrentFits).toBe(2);
    expect(model.config).toEqual(adaptiveEnsemble(OPTIONS).config);
    const [here, there] = [new Set<string>(), new Set<string>()];
    const [first, second] = await Promise.all([
      model.fit(panel, { seed: 3, onProgress: ({ phase }) => here.add(phase) }),
      model.fit(panel, { seed: 3, onProgress: ({ phase }) => there.add(phase) }),
    ]);
    expect([...here]).toEqual(expect.arrayContaining(['try in a thread', 'structural: season']));
    expect([...here]).not.toContain('try structural: season');
    expect([...there]).toEqual(['fit in a thread']);
    expect(JSON.stringify(first)).toBe(JSON.stringify(plain));
    expect(JSON.stringify(second)).toBe(JSON.stringify(plain));
    const options = { horizon: 35, levels: [0.8] };
    expect(await first.forecast(options)).toEqual(await plain.forecast(options));
  });

  it('shares in the thread what the trials learn from the same days as the other fit', async () => {
    const [holdout, phases] = [28, new Set<string>()];
    const options = { onProgress: ({ phase }: { phase: string }) => phases.add(phase) };
    await fitEnsembleTask(OPTIONS, sliceDays(panel, 0, panel.days - holdout), {}, 1);
    const shared = await tryMembersTask(OPTIONS, panel, options, 1);
    expect(phases).toContain('try structural: slice days');
    expect(phases).not.toContain('try structural: season');
    const alone = await tryMembersTask(OPTIONS, panel, options, 2);
    expect(phases).toContain('try structural: season');
    expect(shared).toEqual(alone);
  });

  it('trains a forecaster to the same version and answers', async () => {
    const { records } = generateSales({ products: 42, categories: 3, days: 520, seed: 4 });
    const now = () => new Date('2026-06-01T00:00:00Z');
    const answers = [];
    for (const model of [adaptiveEnsemble(OPTIONS), threadedEnsemble({ ...OPTIONS, threads: 2 })]) {
      const forecaster = createForecaster({ model, now });
      await forecaster.ingest(records);
      const { modelVersion, validation } = await forecaster.train();
      answers.push({ modelVersion, validation, top: await forecaster.topProducts({ timePeriod: 'month' }) });
    }
    expect(answers[1]).toEqual(answers[0]);
  });

  it('fits small panels, and everything with one thread, in the calling thread', async () => {
    const small = panelOf([Array.from({ length: 90 }, (_, d) => 3 + (d % 7))]);
    const phases = new Set<string>();
    const onProgress = ({ phase }: { phase: string }) => phases.add(phase);
    await threadedEnsemble({ threads: 2 }).fit(small, { onProgress });
    expect([...phases].some((phase) => phase.includes('thread'))).toBe(false);
    expect(threadedEnsemble({ threads: 1 }).maxConcurrentFits).toBeUndefined();
  });

  it('fits in the calling thread if its module is missing', async () => {
    const absent = new URL('./absent.js', import.meta.url);
    const fitted = await threadedEnsemble({ ...OPTIONS, threads: 2, module: absent }).fit(panel, { seed: 3 });
    expect(fitted.seriesCount).toBe(42);
  });

  it('passes on typed errors, and stops', async () => {
    const model = threadedEnsemble({ ...OPTIONS, threads: 2 });
    const empty = { ...panel, units: panel.units.map(() => Number.NaN) };
    expect(await errorOf(model.fit(empty))).toMatchObject({ code: 'empty-data' });
    const controller = new AbortController();
    const call = model.fit(panel, { signal: controller.signal });
    controller.abort();
    expect(await errorOf(call)).toMatchObject({ code: 'aborted' });
  });

  it('refuses wrong options', () => {
    expect(() => threadedEnsemble({ threads: 0 })).toThrow(/threads/);
    expect(() => threadedEnsemble({ thread: 2 } as never)).toThrow(/Unknown option/);
  });
});
