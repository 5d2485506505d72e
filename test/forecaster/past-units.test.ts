import { describe, expect, it } from 'vitest';
import { pastUnits } from '../../src/forecaster/past-units.js';
import { panelOf } from '../../src/testing/index.js';

const WEEK = { from: 0, to: 7 };
const days = (count: number, unitsOn: (day: number) => number) =>
  Array.from({ length: count }, (_, d) => unitsOn(d));

describe('past units that a forecast is compared with', () => {
  it('are those of the same weekdays a year before, and of the days before the cutoff', () => {
    // Days 400 to 406 are forecast: a year before are days 36 to 42.
    const panel = panelOf([days(400, (d) => (d >= 36 && d < 43 ? 5 : d >= 393 ? 2 : 1))]);
    const { daysBefore, yearBefore } = pastUnits(panel, WEEK);
    expect([...yearBefore]).toEqual([35]);
    expect([...daysBefore]).toEqual([14]);
  });

  it('are unknown a year before a launch, and before two weeks of age', () => {
    const launched = days(400, (d) => (d < 300 ? Number.NaN : 3));
    const young = days(400, (d) => (d < 390 ? Number.NaN : 3));
    const panel = panelOf([days(400, () => 1), launched, young]);
    const firstDay = Int32Array.of(0, 300, 390);
    const { daysBefore, yearBefore } = pastUnits({ ...panel, firstDay }, WEEK);
    expect([...yearBefore]).toEqual([7, Number.NaN, Number.NaN]);
    expect([...daysBefore]).toEqual([7, 21, Number.NaN]);
  });

  it('count a product that did not exist a year before as growth of its category', () => {
    const launched = days(400, (d) => (d < 300 ? Number.NaN : 3));
    const panel = { ...panelOf([days(400, () => 1), launched]), firstDay: Int32Array.of(0, 300) };
    const { daysBefore, yearBefore } = pastUnits({ ...panel, categories: ['A'] }, WEEK, new Int32Array(2));
    expect([...yearBefore]).toEqual([7]);
    expect([...daysBefore]).toEqual([28]);
  });

  it('are unknown where half of the days of the year before were missing', () => {
    const panel = panelOf([days(400, (d) => (d >= 36 && d < 40 ? Number.NaN : 1))]);
    expect([...pastUnits(panel, WEEK).yearBefore]).toEqual([Number.NaN]);
    expect([...pastUnits(panel, { from: 0, to: 365 }).yearBefore]).toEqual([365]);
  });

  it('are unknown of a year that reaches further back than the history', () => {
    const panel = panelOf([days(200, () => 1)]);
    expect([...pastUnits(panel, WEEK).yearBefore]).toEqual([Number.NaN]);
    expect([...pastUnits(panel, { from: 0, to: 365 }).yearBefore]).toEqual([Number.NaN]);
    expect([...pastUnits(panel, { from: 0, to: 365 }).daysBefore]).toEqual([365]);
    const short = pastUnits(panelOf([days(100, () => 1)]), { from: 0, to: 365 });
    expect([...short.daysBefore]).toEqual([Number.NaN]);
  });

  it('are not called those of a year before where that has not passed yet', () => {
    // The next calendar year, asked for a month ahead: a year before are days of which most are to come.
    const panel = panelOf([days(800, () => 1)]);
    expect([...pastUnits(panel, { from: 31, to: 396 }).yearBefore]).toEqual([Number.NaN]);
    expect([...pastUnits(panel, { from: 0, to: 365 }).yearBefore]).toEqual([365]);
  });
});
