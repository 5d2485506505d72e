import { describe, expect, it } from 'vitest';
import { totalsCalibration, totalsFactor } from '../../src/forecaster/calibration.js';

describe('totalsCalibration', () => {
  it('goes through the factors of a week and of the longer span, and on by the same power', () => {
    const calibration = totalsCalibration(1.5, 2, 30);
    expect(totalsFactor(calibration, 7)).toBe(1.5);
    expect(totalsFactor(calibration, 30)).toBeCloseTo(2, 12);
    expect(totalsFactor(calibration, 30 * (30 / 7))).toBeCloseTo(2 * (2 / 1.5), 12);
  });

  it('grows at most as errors that do not cancel, and never shrinks', () => {
    expect(totalsFactor(totalsCalibration(1, 9, 30), 28)).toBeCloseTo(2, 12);
    expect(totalsFactor(totalsCalibration(2, 1, 30), 365)).toBe(2);
    expect(totalsFactor(totalsCalibration(2, 5, 7), 365)).toBe(2);
    expect(totalsFactor(totalsCalibration(2, 3, 30), 1)).toBe(2);
  });

  it('returns to 1 with the length of the sum where the model measured long sums itself', () => {
    const calibration = totalsCalibration(1.5, 2, 28, true);
    expect(totalsFactor(calibration, 7)).toBe(1.5);
    expect(totalsFactor(calibration, 28)).toBeCloseTo(2, 12);
    expect(totalsFactor(calibration, 56)).toBeCloseTo(Math.SQRT2, 12);
    expect(totalsFactor(calibration, 365)).toBeCloseTo(2 ** (28 / 365), 12);
    expect(totalsFactor(totalsCalibration(1.5, 2, 7, true), 14)).toBeCloseTo(Math.sqrt(1.5), 12);
  });
});
