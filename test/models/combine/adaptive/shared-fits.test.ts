import { adaptiveEnsemble, type FitOptions, type Panel, sliceDays } from 'commerce-forecast';
import { describe, expect, it } from 'vitest';
import { generatePanel } from '../../../../src/testing/index.js';

const HORIZON = 28;
const model = adaptiveEnsemble({ horizon: HORIZON, trials: 2 });
// Too small for boosters; its promotions and prices are known ahead in the trials, but not in the fit on the past.
const panel = generatePanel({ products: 6, categories: 2, days: 300, seed: 3 });
const past = sliceDays(panel, 0, panel.days - HORIZON);

/** A fit on the whole panel as JSON, and its phases that learnt something for a trial. */
async function fitAll(options: FitOptions): Promise<{ fitted: string; learnt: string[] }> {
  const phases = new Set<string>();
  const fitted = await model.fit(panel, { ...options, onProgress: ({ phase }) => phases.add(phase) });
  return {
    fitted: JSON.stringify(fitted.toJSON()),
    learnt: [...phases].filter((phase) => phase.startsWith('try structural: season')),
  };
}

async function sharing(...earlier: (readonly [Panel, FitOptions?])[]): Promise<Map<string, unknown>> {
  const shared = new Map<string, unknown>();
  for (const [of, options] of earlier) await model.fit(of, { ...options, shared });
  return shared;
}

describe('fits of a training', () => {
  it('share what both learn, with the same result to the byte', async () => {
    const alone = await fitAll({});
    expect(alone.learnt).toEqual(['try structural: season']);
    expect(await fitAll({ shared: await sharing([past]) })).toEqual({ ...alone, learnt: [] });
  });

  it('share nothing that was learnt from other sales, other events or for another horizon', async () => {
    const alone = await fitAll({});
    const doubled = { ...past, units: past.units.map((units) => 2 * units) };
    const events = [{ name: 'Fair', day: panel.startDay + 30 }];
    const shared = await sharing([doubled], [past, { covariates: { events } }]);
    await adaptiveEnsemble({ horizon: 14 }).fit(past, { shared });
    expect(await fitAll({ shared })).toEqual(alone);
  });
});
