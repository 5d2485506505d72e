import { describe, expect, it } from 'vitest';
import { directBoosting } from '../../../../src/index.js';
import { generatePanel } from '../../../../src/testing/index.js';

describe('a fit of many series', () => {
  it('reports every pass over them piece by piece, so that none delays an abort', async () => {
    const panel = generatePanel({ products: 300, categories: 3, days: 400, seed: 1 });
    const events = [{ name: 'sale', day: panel.startDay + 100 }];
    const reports = new Map<string, number>();
    await directBoosting({ boosters: 1, holdBack: false, params: { rounds: 1 } }).fit(panel, {
      covariates: { events },
      onProgress: ({ phase }) => reports.set(phase, (reports.get(phase) ?? 0) + 1),
    });
    for (const phase of ['first sales', 'level steps', 'events', 'closures', 'pooling', 'levels']) {
      expect(reports.get(phase), phase).toBeGreaterThan(3);
    }
  });
});
