import { ForecastError } from '../errors.js';
import type { CheckContext } from './forecaster-check-context.js';
import { emptyPanel } from './forecaster-panels.js';
import { expectRejection, expectTrue } from './named-checks.js';

export async function refusesOptions({ model, panel, fitOptions, horizon }: CheckContext): Promise<void> {
  const fitted = await model.fit(panel, fitOptions);
  const misspelt = { seed: 0, seeed: 1 };
  await expectRejection(model.fit(panel, misspelt), 'invalid-option', 'an unknown option of fit');
  const unknown = { horizon, levls: [0.8] };
  await expectRejection(fitted.forecast(unknown), 'invalid-option', 'an unknown option of forecast');
  const totals = { ranges: [{ from: 0, to: 1 }], levls: [0.8] };
  await expectRejection(fitted.totals(totals), 'invalid-option', 'an unknown option of totals');
  for (const wrong of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    await expectRejection(fitted.forecast({ horizon: wrong }), 'invalid-option', `horizon ${wrong}`);
  }
  for (const level of [0, 1, 80, Number.NaN]) {
    await expectRejection(fitted.forecast({ horizon, levels: [level] }), 'invalid-option', `level ${level}`);
  }
  for (const range of [
    { from: 3, to: 3 },
    { from: -1, to: 2 },
    { from: 0, to: 1.5 },
  ]) {
    const name = `range ${range.from} to ${range.to}`;
    await expectRejection(fitted.totals({ ranges: [range] }), 'invalid-option', name);
  }
  const groupOf = new Int32Array(panel.seriesCount).fill(2);
  const ranges = [{ from: 0, to: 1 }];
  await expectRejection(fitted.totals({ ranges, groupOf, groupCount: 2 }), 'invalid-option', 'group 2 of 2');
}

export async function refusesEmpty({ model, fitOptions }: CheckContext): Promise<void> {
  await expectRejection(model.fit(emptyPanel(), fitOptions), 'empty-data', 'a panel of missing values');
}

/**
 * The delay counts from when the abort was due, because a fit that blocks the event loop delays the abort
 * itself; and in processor time where that is less than the elapsed time, because other processes may cause
 * delays.
 */
export async function aborts({
  model,
  panel,
  fitOptions,
  slowPanel,
  abortWithinMs,
}: CheckContext): Promise<void> {
  const aborted = AbortSignal.abort();
  await expectRejection(model.fit(panel, { ...fitOptions, signal: aborted }), 'aborted', 'an aborted fit');
  const fitted = await model.fit(panel, fitOptions);
  await expectRejection(fitted.forecast({ horizon: 7, signal: aborted }), 'aborted', 'an aborted forecast');
  const large = slowPanel();
  const attempts = 10;
  const dueMs = 40;
  let shortest = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < attempts && shortest > abortWithinMs; attempt++) {
    const controller = new AbortController();
    const [start, busyBefore] = [performance.now(), processorMs()];
    const timer = setTimeout(() => controller.abort(), dueMs);
    try {
      await model.fit(large, { ...fitOptions, signal: controller.signal });
    } catch (error) {
      if (!ForecastError.is(error) || error.code !== 'aborted') throw error;
    } finally {
      clearTimeout(timer);
    }
    const spent = Math.min(performance.now() - start, processorMs() - busyBefore);
    shortest = Math.min(shortest, spent - dueMs);
  }
  expectTrue(
    shortest <= abortWithinMs,
    `the fit went on for ${Math.round(shortest)} ms after the abort was due`,
  );
}

/** Processor time of the process in ms, if the platform provides it; otherwise elapsed time. */
function processorMs(): number {
  if (typeof process === 'undefined' || typeof process.cpuUsage !== 'function') return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
