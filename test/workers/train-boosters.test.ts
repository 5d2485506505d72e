import { boosterToJson, trainBooster } from 'commerce-forecast/boosting';
import { createWorkerPool, trainBoosters } from 'commerce-forecast/workers';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/random.js';

const random = createRandom(1);
const column = () => Float32Array.from({ length: 300 }, random.uniform);
const features = { rows: 300, columns: [column(), column(), column()] };
const labels = features.columns[0].map((value, i) => value + features.columns[1][i] ** 2);
const data = { features, labels };
const jobs = [0.1, 0.5, 0.9].map((level) => ({
  data,
  params: { objective: 'quantile' as const, quantiles: [level], rounds: 10, subsample: 0.7 },
}));

describe('trainBoosters', () => {
  it('gives what trainBooster gives, whatever the number of threads', async () => {
    const expected = jobs.map((job) => boosterToJson(trainBooster(job.data, job.params)));
    for (const threads of [1, 3]) {
      const progress: number[] = [];
      const boosters = await trainBoosters(jobs, { threads, onProgress: ({ done }) => progress.push(done) });
      expect(boosters.map(boosterToJson)).toEqual(expected);
      expect(progress).toEqual([1, 2, 3]);
    }
  });

  it('uses a pool again, and continues earlier boosters in it', async () => {
    const pool = createWorkerPool({ threads: 2 });
    try {
      const first = await trainBoosters(jobs, { pool });
      const more = jobs.map((job, i) => ({ ...job, data: { ...data, continueFrom: first[i] } }));
      const [continued] = await trainBoosters(more, { pool });
      expect(boosterToJson(continued)).toEqual(boosterToJson(trainBooster(more[0].data, more[0].params)));
      expect(continued.trees.length).toBe(20);
    } finally {
      pool.close();
    }
  });

  it('passes on typed errors with their path', async () => {
    const bad = { data: { features, labels: labels.slice(1) } };
    await expect(trainBoosters([jobs[0], bad], { threads: 2 })).rejects.toMatchObject({
      code: 'invalid-data',
      path: ['labels'],
    });
  });

  it('trains in the calling thread if its module is missing', async () => {
    const absent = new URL('./absent.js', import.meta.url);
    const boosters = await trainBoosters(jobs, { threads: 2, module: absent });
    expect(boosters.length).toBe(3);
  });

  it('stops when the signal fires', async () => {
    const controller = new AbortController();
    const call = trainBoosters(jobs, { threads: 2, signal: controller.signal });
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'aborted' });
  });
});
