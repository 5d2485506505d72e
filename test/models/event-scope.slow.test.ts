import { describe, expect, it } from 'vitest';
import { parseDay } from '../../src/calendar/day.js';
import type { CalendarEvent, EventScope } from '../../src/calendar/events.js';
import { computeFeatures } from '../../src/features/compute-features.js';
import { directBoosting } from '../../src/models/boosting/direct/index.js';
import { recursiveBoosting } from '../../src/models/boosting/recursive/index.js';
import { RECURSIVE_BOOSTING_WORKS } from '../../src/models/boosting/recursive/part-works.js';
import { adaptiveEnsemble } from '../../src/models/combine/adaptive/adaptive-ensemble.js';
import type { ForecastModel } from '../../src/models/contract.js';
import { type PartWorkers, panelFromPart, panelToPart } from '../../src/models/part-work.js';
import { FittedPanel, fitPanel, seasonalTrend } from '../../src/models/seasonal-trend/index.js';
import { fitPanelPart, joinPanelStates } from '../../src/models/seasonal-trend/panel/panel-parts.js';
import { structural } from '../../src/models/structural/index.js';
import { eventScopes, eventsOfSet, joinEventScopes } from '../../src/panel/event-scopes.js';
import type { Panel } from '../../src/panel/panel.js';
import { selectSeries } from '../../src/panel/slice.js';
import { createRandom } from '../../src/random.js';
import { poisson } from '../../src/testing/distributions.js';
import { panelOf } from '../../src/testing/index.js';
import { checkDamaged } from '../mutate-json.js';

const START = parseDay('2022-01-03');
const DAYS = 800;
const HORIZON = 28;
/** Days of the event: irregular, so that no weekday and no season stands for it. */
const FAIR = [40, 95, 171, 230, 309, 377, 431, 502, 560, 644, 706, 751, 812];
const isFair = (d: number) => FAIR.some((first) => d >= first && d < first + 2);

/** Three products of A and three of B, the odd ones at another place; the fair lifts what it is for to three times. */
function shop(lifted: (series: number) => boolean, seed = 1): Panel {
  const random = createRandom(seed);
  const levels = [20, 35, 50, 25, 40, 60];
  const panel = panelOf(
    levels.map((level, s) =>
      Array.from({ length: DAYS }, (_, d) => poisson(random, level * (lifted(s) && isFair(d) ? 3 : 1))),
    ),
  );
  return {
    ...panel,
    ids: ['p0', 'p1', 'p2', 'p3', 'p4', 'p5'],
    categories: ['A', 'B'],
    categoryOf: Int32Array.of(0, 0, 0, 1, 1, 1),
    attributes: [{ name: 'location', values: ['Rome', 'Oslo'], valueOf: Int32Array.of(0, 1, 0, 1, 0, 1) }],
  };
}

const fair = (scope?: EventScope): CalendarEvent[] =>
  FAIR.flatMap((first) =>
    [0, 1].map((offset) => ({ name: 'Fair', day: START + first + offset, ...(scope && { scope }) })),
  );

/** Mean forecast of the two days of the coming fair over that of the other days, for each series. */
async function lifts(model: ForecastModel, panel: Panel, events: readonly CalendarEvent[]) {
  const fitted = await model.fit(panel, { covariates: { events } });
  const { mean } = await fitted.forecast({ horizon: HORIZON });
  const reloaded = await model.load(JSON.parse(JSON.stringify(fitted))).forecast({ horizon: HORIZON });
  expect(reloaded.mean).toEqual(mean);
  return liftsOf(mean, panel.seriesCount);
}

function liftsOf(mean: Float64Array, seriesCount: number) {
  return Array.from({ length: seriesCount }, (_, s) => {
    let [during, other] = [0, 0];
    for (let h = 0; h < HORIZON; h++) {
      if (isFair(DAYS + h)) during += mean[s * HORIZON + h] / 2;
      else other += mean[s * HORIZON + h] / (HORIZON - 2);
    }
    return during / other;
  });
}

const small = { params: { rounds: 60 }, rowsPerBooster: 20_000, longHorizon: 0 };
const families: [string, ForecastModel, number][] = [
  ['structural', structural(), 0.15],
  ['directBoosting', directBoosting(small), 0.25],
  ['seasonalTrend', seasonalTrend({ holidays: true }), 0.15],
  ['the default model', adaptiveEnsemble({ effort: 'fast', directBoosting: small }), 0.25],
];

describe('an event with a scope', () => {
  describe.each(families)('in %s', (_, model, tolerance) => {
    it('lifts its category and leaves the other alone', async () => {
      const found = await lifts(
        model,
        shop((s) => s < 3),
        fair({ category: 'A' }),
      );
      found.forEach((lift, s) => {
        expect(Math.abs(lift / (s < 3 ? 3 : 1) - 1), `series ${s}: ${lift}`).toBeLessThan(tolerance);
      });
    });
  });

  it('lifts one product only, or those of a place', async () => {
    const cases: [EventScope, (s: number) => boolean][] = [
      [{ productId: 'p4' }, (s) => s === 4],
      [{ location: 'Oslo' }, (s) => s % 2 === 1],
      [{ category: 'B', location: 'Oslo' }, (s) => s === 3 || s === 5],
    ];
    for (const [scope, lifted] of cases) {
      for (const model of [structural(), seasonalTrend({ holidays: true })]) {
        const found = await lifts(model, shop(lifted), fair(scope));
        found.forEach((lift, s) => {
          const truth = lifted(s) ? 3 : 1;
          expect(Math.abs(lift / truth - 1), `${JSON.stringify(scope)} ${s}`).toBeLessThan(0.2);
        });
      }
    }
  });

  it('shares its effect with events of its name that have another scope', async () => {
    const past = fair({ category: 'A' }).filter(({ day }) => day < START + DAYS);
    const planned = fair({ productId: 'p1' }).filter(({ day }) => day >= START + DAYS);
    for (const model of [structural(), seasonalTrend({ holidays: true })]) {
      const found = await lifts(
        model,
        shop((s) => s < 3),
        [...past, ...planned],
      );
      found.forEach((lift, s) => {
        expect(Math.abs(lift / (s === 1 ? 3 : 1) - 1), `${model.name} ${s}`).toBeLessThan(0.15);
      });
    }
  });

  it('is seen by the recursive model on its series only', async () => {
    const panel = shop((s) => s < 3);
    const events = fair({ category: 'A' });
    const { columns, names } = computeFeatures(panel, { events });
    const holiday = columns[names.indexOf('is_holiday')];
    for (let s = 0; s < 6; s++) {
      for (let d = 0; d < DAYS; d++) expect(holiday[s * DAYS + d]).toBe(s < 3 && isFair(d) ? 1 : 0);
    }
    const model = recursiveBoosting({ params: { rounds: 150, minChildWeight: 2 }, intervalDays: 0 });
    const found = await lifts(model, panel, events);
    found.forEach((lift, s) => {
      if (s < 3) expect(lift).toBeGreaterThan(2);
      else expect(Math.abs(lift - 1)).toBeLessThan(0.15);
    });
  });

  it('acts the same where a panel is fitted in parts', async () => {
    const panel = shop((s) => s < 3);
    const events = fair({ category: 'A' });
    const options = { holidays: true };
    const whole = await fitPanel(panel, options, { events }).forecast({ horizon: HORIZON });
    const states = [0, 2, 4].map((from) => {
      const part = panelFromPart(panelToPart(panel, from, from + 2, events));
      return fitPanelPart(part, 0, 2, options, { events });
    });
    const joined = await new FittedPanel(joinPanelStates(states)).forecast({ horizon: HORIZON });
    expect(joined.mean).toEqual(whole.mean);
  });

  it('acts the same where workers train the booster and run it forward', async () => {
    const panel = shop((s) => s < 3);
    const covariates = { events: fair({ category: 'A' }) };
    const workers: PartWorkers = {
      partSeries: 2,
      forecasts: true,
      async run(name, shared, parts, take) {
        const work = RECURSIVE_BOOSTING_WORKS.find((known) => known.name === name)!;
        for (const [i, part] of parts.entries()) {
          const { about, arrays } = part.input();
          const sent = JSON.parse(JSON.stringify({ shared, about }));
          take(await work.run(sent.shared, { about: sent.about, arrays }), i);
        }
      },
    };
    const model = recursiveBoosting({ params: { rounds: 20 }, intervalDays: 0 });
    const here = await model.fit(panel, { covariates });
    const elsewhere = await model.fit(panel, { covariates, workers });
    const horizon = HORIZON;
    expect((await elsewhere.forecast({ horizon })).mean).toEqual((await here.forecast({ horizon })).mean);
    expect(JSON.stringify(elsewhere)).toBe(JSON.stringify(here));
  });
});

describe('eventScopes', () => {
  const panel = shop(() => false);

  it('is undefined without a scope that says anything', () => {
    expect(eventScopes(panel, [])).toBeUndefined();
    expect(eventScopes(panel, [{ name: 'Fair', day: START, scope: {} }, ...fair()])).toBeUndefined();
  });

  it('puts series together that have the same events', () => {
    const events = [
      ...fair().slice(0, 1),
      ...fair({ category: 'A' }).slice(0, 1),
      ...fair({ location: 'Oslo' }).slice(0, 1),
      ...fair({ productId: 'unknown' }).slice(0, 1),
    ];
    const scopes = eventScopes(panel, events)!;
    const eventsOf = (series: number) =>
      eventsOfSet(events, scopes, scopes.setOf[series]).map((event) => events.indexOf(event));
    expect(panel.ids.map((_, s) => eventsOf(s))).toEqual([[0, 1], [0, 1, 2], [0, 1], [0, 2], [0], [0, 2]]);
    expect(scopes.setOf[0]).toBe(scopes.setOf[2]);
    const parts = [[0, 1], [2, 3, 4], [5]].map((series) => eventScopes(selectSeries(panel, series), events)!);
    const joined = joinEventScopes(parts);
    expect(Array.from(joined.setOf, (set) => joined.sets[set])).toEqual(
      Array.from(scopes.setOf, (set) => scopes.sets[set]),
    );
  });
});

describe('scopes in a saved model', () => {
  it('is refused where it is damaged', async () => {
    const panel = shop((s) => s < 3);
    const events = [...fair({ category: 'A' }), ...fair({ location: 'Oslo' })].map((event) => ({
      ...event,
      name: `Fair ${event.scope?.category ?? event.scope?.location}`,
    }));
    const recursive = recursiveBoosting({ params: { rounds: 3 }, intervalDays: 0, lookbackDays: 100 });
    for (const model of [structural(), seasonalTrend({ holidays: true }), recursive]) {
      const saved = (await model.fit(panel, { covariates: { events } })).toJSON();
      const { eventScopes: scopes, ...rest } = JSON.parse(JSON.stringify(saved));
      await checkDamaged(scopes, 60, async (damaged) => {
        const fitted = model.load({ ...rest, eventScopes: damaged });
        return [(await fitted.forecast({ horizon: 9 })).mean];
      });
    }
  });
});
