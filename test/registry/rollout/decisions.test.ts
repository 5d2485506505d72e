import { describe, expect, it } from 'vitest';
import type { LiveMetrics } from '../../../src/registry/experiment/live-tracker.js';
import { decidePromotion } from '../../../src/registry/rollout/decide-promotion.js';
import { decideCanary, decideRollback } from '../../../src/registry/rollout/decide-rollout.js';

describe('decidePromotion', () => {
  it.each([
    ['a first version', { candidate: { wape: 0.3 } }, {}, 'first-version'],
    ['10 % better', { candidate: { wape: 0.108 }, production: { wape: 0.12 } }, {}, 'improved'],
    ['0.5 % better', { candidate: { wape: 0.1194 }, production: { wape: 0.12 } }, {}, 'not-better'],
    [
      '0.5 % better by another rule',
      { candidate: { wape: 0.1194 }, production: { wape: 0.12 } },
      { minimumImprovement: 0 },
      'improved',
    ],
    [
      'equal, where any gain is enough',
      { candidate: { wape: 0.12 }, production: { wape: 0.12 } },
      { minimumImprovement: 0 },
      'not-better',
    ],
    ['worse', { candidate: { wape: 0.13 }, production: { wape: 0.12 } }, {}, 'not-better'],
    ['both perfect', { candidate: { wape: 0 }, production: { wape: 0 } }, {}, 'not-better'],
    ['worse than perfect', { candidate: { wape: 0.1 }, production: { wape: 0 } }, {}, 'not-better'],
    [
      'by another metric',
      { candidate: { rmsse: 0.8 }, production: { rmsse: 0.9 } },
      { metric: 'rmsse' },
      'improved',
    ],
    ['no metric', { candidate: {} }, {}, 'metric-missing'],
    ['a metric that is NaN', { candidate: { wape: Number.NaN } }, {}, 'metric-missing'],
    ['no metric in production', { candidate: { wape: 0.1 }, production: {} }, {}, 'metric-missing'],
    ['too biased', { candidate: { wape: 0.1, bias: -0.3 } }, { limits: { bias: 0.1 } }, 'limit-exceeded'],
    ['of unknown bias', { candidate: { wape: 0.1 } }, { limits: { bias: 0.1 } }, 'limit-exceeded'],
    [
      'no better than naive',
      { candidate: { wape: 0.2 }, baseline: { wape: 0.2 } },
      {},
      'worse-than-baseline',
    ],
  ] as const)('%s: %j by %j is %s', (_what, evidence, rule, reason) => {
    const decision = decidePromotion(evidence, rule);
    expect(decision.reason).toBe(reason);
    expect(decision.promote).toBe(reason === 'improved' || reason === 'first-version');
  });

  it('asks paired losses for significance', () => {
    const metrics = { candidate: { wape: 0.1 }, production: { wape: 0.12 } };
    const production = [5, 6, 7, 8, 9, 10];
    const clearly = production.map((loss, i) => loss - 1 - (i % 2) * 0.1);
    const byLuck = production.map((loss, i) => loss + (i === 0 ? -4 : 0.5));
    expect(decidePromotion({ ...metrics, losses: { candidate: clearly, production } })).toMatchObject({
      promote: true,
      reason: 'improved',
    });
    const luck = decidePromotion({ ...metrics, losses: { candidate: byLuck, production } });
    expect(luck).toMatchObject({ promote: false, reason: 'not-significant' });
    expect(luck.pValue).toBeGreaterThan(0.05);
  });
});

function live(overrides: Partial<LiveMetrics> = {}): LiveMetrics {
  return {
    version: 2,
    requests: 1_000,
    failures: 0,
    failureRate: (overrides.failures ?? 0) / (overrides.requests ?? 1_000),
    observations: 500,
    units: 100,
    wape: 0.1,
    bias: 0,
    unitError: 1,
    ...overrides,
  };
}

const reference = live({ version: 1 });
const significant = { difference: 1, standardError: 0.1, statistic: 10, degreesOfFreedom: 50, pValue: 1e-9 };

describe('decideRollback', () => {
  it.each([
    ['a failure rate of 1 % is at the limit', { failures: 10 }, false, 'healthy'],
    ['a failure rate above 1 %', { failures: 11 }, true, 'failure-rate'],
    ['failures of few requests', { requests: 99, failures: 50 }, false, 'healthy'],
    ['two failures of 100 requests', { requests: 100, failures: 2 }, false, 'healthy'],
    ['three failures of 100 requests', { requests: 100, failures: 3 }, true, 'failure-rate'],
    ['an error 9 % worse', { wape: 0.109 }, false, 'healthy'],
    ['an error 12 % worse', { wape: 0.112 }, true, 'live-error'],
    ['an error 12 % worse of few units', { wape: 0.112, units: 29 }, false, 'too-few-observations'],
    ['no error yet', { wape: undefined, units: 0 }, false, 'too-few-observations'],
  ] as const)('%s: %j gives %s', (_what, metrics, rollback, reason) => {
    expect(decideRollback({ live: live(metrics), reference })).toMatchObject({ rollback, reason });
  });

  it('leaves a worse error that may be chance', () => {
    const evidence = { live: live({ wape: 0.15 }), reference };
    const chance = { ...significant, pValue: 0.2 };
    expect(decideRollback({ ...evidence, comparison: chance }).rollback).toBe(false);
    expect(decideRollback({ ...evidence, comparison: significant }).rollback).toBe(true);
    const better = { ...significant, difference: -1 };
    expect(decideRollback({ ...evidence, comparison: better }).rollback).toBe(false);
  });

  it('acts on failures without any reference', () => {
    expect(decideRollback({ live: live({ failures: 500 }) })).toMatchObject({
      rollback: true,
      value: 0.5,
      limit: 0.01,
    });
    expect(decideRollback({ live: live() })).toMatchObject({
      rollback: false,
      reason: 'too-few-observations',
    });
  });
});

describe('decideCanary', () => {
  it.each([
    ['healthy', {}, 'promote'],
    ['failing', { failures: 100 }, 'stop'],
    ['worse', { wape: 0.2 }, 'stop'],
    ['without observations', { wape: undefined, units: 0 }, 'wait'],
    ['without requests', { requests: 3 }, 'wait'],
  ] as const)('%s: %j gives %s', (_what, metrics, action) => {
    expect(decideCanary({ live: live(metrics), reference }).action).toBe(action);
  });
});
