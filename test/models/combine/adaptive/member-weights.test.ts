import { describe, expect, it } from 'vitest';
import { runAtOnce } from '../../../../src/long-call.js';
import { MemberLosses, memberWeights } from '../../../../src/models/combine/adaptive/member-weights.js';
import type { Panel } from '../../../../src/panel/panel.js';
import { panelOf } from '../../../../src/testing/index.js';

const DAYS = 56;
const HORIZON = 28;
const END = DAYS - HORIZON;
const panel = panelOf([Array.from({ length: DAYS }, () => 10), Array.from({ length: DAYS }, () => 10)]);

/** Forecasts of the same value for both series, or of one value each. */
const flat = (first: number, second = first) =>
  Float64Array.from({ length: 2 * HORIZON }, (_, i) => (i < HORIZON ? first : second));

const lossesOf = (of: Panel, members: number, week: number) => runAtOnce(MemberLosses.of(of, members, week));
const weightsOf = (losses: MemberLosses, priorOf: Parameters<typeof memberWeights>[1]) =>
  runAtOnce(memberWeights(losses, priorOf));

const equal = (members: number) => () => new Array<number>(members).fill(1);

describe('memberWeights', () => {
  it('are the prior ones without any trial, and for members that are equally wrong', () => {
    const untried = lossesOf(panel, 2, 7);
    expect([...weightsOf(untried, () => [1, 3])]).toEqual([0.25, 0.75, 0.25, 0.75]);
    const tried = lossesOf(panel, 2, 7);
    runAtOnce(tried.add(END, HORIZON, [flat(11), flat(9)]));
    expect([...weightsOf(tried, () => [1, 3])]).toEqual([0.25, 0.75, 0.25, 0.75]);
  });

  it('go to the member that was right', () => {
    const losses = lossesOf(panel, 2, 7);
    runAtOnce(losses.add(END, HORIZON, [flat(15), flat(10.5)]));
    const weights = weightsOf(losses, equal(2));
    expect(weights[1]).toBeGreaterThan(0.8);
    expect(weights[0] + weights[1]).toBeCloseTo(1, 12);
  });

  it('differ between series that members know differently well', () => {
    const losses = lossesOf(panel, 2, 7);
    runAtOnce(losses.add(END, HORIZON, [flat(10.2, 15), flat(15, 10.2)]));
    const weights = weightsOf(losses, equal(2));
    expect(weights[0]).toBeGreaterThan(weights[1]);
    expect(weights[2]).toBeLessThan(weights[3]);
  });

  it('compare a member only in the trials in which it took part', () => {
    const losses = lossesOf(panel, 2, 7);
    runAtOnce(losses.add(END, HORIZON, [flat(11), flat(11)]));
    runAtOnce(losses.add(END - 14, HORIZON, [flat(30), undefined]));
    expect([...weightsOf(losses, equal(2))]).toEqual([0.5, 0.5, 0.5, 0.5]);
  });

  it('do not depend on the unit of sales', () => {
    const cents = { ...panel, units: panel.units.map((value) => 100 * value) };
    const [small, large] = [lossesOf(panel, 2, 7), lossesOf(cents, 2, 7)];
    runAtOnce(small.add(END, HORIZON, [flat(13), flat(11)]));
    runAtOnce(large.add(END, HORIZON, [flat(1300), flat(1100)]));
    const [a, b] = [small, large].map((losses) => weightsOf(losses, equal(2)));
    a.forEach((weight, i) => {
      expect(b[i]).toBeCloseTo(weight, 12);
    });
  });
});
