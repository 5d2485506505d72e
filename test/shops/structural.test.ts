import { describe, expect, it } from 'vitest';
import { calendarScenarios } from '../../benchmarks/shops/calendar.js';
import { fewProductScenarios } from '../../benchmarks/shops/few-products.js';
import { levelScenarios } from '../../benchmarks/shops/levels.js';
import { occasionScenarios } from '../../benchmarks/shops/occasions.js';
import { runScenario } from '../../benchmarks/shops/run-scenario.js';
import { stationaryScenario } from '../../benchmarks/shops/statistics.js';
import { structural } from '../../src/models/structural/index.js';

/** Shops that no model gets right alone: the data have to be cleaned, or their cadence detected, first. */
const DATA_SIDE = ['3,651 rows and one dated a year ahead', '36 monthly records of 300'];
/** Verdicts on the data report and not on the forecast. */
const ON_DATA = ['finding', 'warning'];

// Right answers: the expectations that the generators draw from.
describe('shops whose right answer is known', () => {
  const scenarios = [
    ...levelScenarios(),
    ...calendarScenarios(),
    ...fewProductScenarios(),
    ...occasionScenarios(),
    stationaryScenario(),
  ];
  it.each(
    scenarios
      .filter(({ name }) => !DATA_SIDE.includes(name))
      .map((scenario) => [scenario.name, scenario] as const),
  )('%s', async (_, scenario) => {
    const verdicts = await runScenario(scenario, structural());
    const wrong = verdicts.filter(({ what, ok }) => !ok && !ON_DATA.includes(what));
    expect(wrong).toEqual([]);
  });
});
