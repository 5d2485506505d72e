import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { caseNames, fitCase, loadCase, SYNTHETIC_CASES } from './golden.js';
import { checkDesign, checkIntervals, checkMode, checkPrediction } from './golden-checks.js';

/**
 * Every case is one fit of R prophet 1.0. The synthetic ones are part of the project; the rest, which hold other
 * people's data, run where PROPHET_CASES names the folder that has them.
 */
const folder = process.env['PROPHET_CASES'] ?? SYNTHETIC_CASES;

it('has cases to check', () => {
  expect(existsSync(folder)).toBe(true);
  expect(caseNames(folder).length).toBeGreaterThanOrEqual(21);
});

describe.each(caseNames(folder))('%s', (name) => {
  const golden = loadCase(folder, name);
  const fit = fitCase(golden);

  it('has the design of Prophet', () => checkDesign(golden, fit));

  it('turns the parameters of R into the forecast of R within 1e-9', () => checkPrediction(golden, fit));

  it('finds the exact mode, and a forecast within 1e-6 of it', () => checkMode(golden, fit));

  if (name.endsWith('_us20000')) {
    it('has half-widths within 3 % of 20,000 samples', () => checkIntervals(golden, fit, 0.03));
  }
});
