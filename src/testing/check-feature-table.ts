import type { FeatureDay, FeatureTable } from '../features/store/feature-table.js';
import { expectEqual, expectTrue, type NamedCheck, runChecks } from './named-checks.js';

/** Gives a new, empty table. */
export type MakeFeatureTable = () => Promise<FeatureTable>;

/**
 * Runs the rules of {@link FeatureTable} against an implementation, each on a new, empty table.
 *
 * ```ts
 * import { MemoryFeatureTable } from 'commerce-forecast';
 * import { checkFeatureTable } from 'commerce-forecast/testing';
 *
 * await checkFeatureTable(async () => new MemoryFeatureTable());
 * ```
 *
 * @throws AggregateError that tells every rule that is broken.
 */
export async function checkFeatureTable(makeTable: MakeFeatureTable): Promise<void> {
  await runChecks('checkFeatureTable', featureTableChecks(makeTable));
}

/** The same rules one by one, so that a test framework can show them. */
export function featureTableChecks(makeTable: MakeFeatureTable): readonly NamedCheck[] {
  return Object.entries(rules).map(([name, rule]) => ({ name, run: async () => rule(await makeTable()) }));
}

const IDS = ['tea', 'Bücher 書', "'; DROP TABLE feature_days; --", ''];

function dayOf(day: number, seed = day, ids = IDS): FeatureDay {
  const shared = Float32Array.of(seed, Number.NaN, -0.1, 1e-38);
  const series = Float32Array.from({ length: ids.length * 3 }, (_, i) =>
    i === 1 ? Number.NaN : seed + i / 7,
  );
  return { day, inputs: `inputs of ${seed}`, ids, shared, series };
}

/** As JSON data, since NaN and typed arrays have no JSON of their own. */
function plain(day: FeatureDay | undefined): unknown {
  return (
    day && {
      ...day,
      ids: [...day.ids],
      shared: Array.from(day.shared, String),
      series: Array.from(day.series, String),
    }
  );
}

async function daysIn(table: FeatureTable, version: string, from = -1e6, to = 1e6): Promise<FeatureDay[]> {
  const days: FeatureDay[] = [];
  for await (const day of table.read(version, from, to)) days.push(day);
  return days;
}

async function expectDays(
  table: FeatureTable,
  version: string,
  expected: readonly FeatureDay[],
): Promise<void> {
  expectEqual((await daysIn(table, version)).map(plain), expected.map(plain), `the days of ${version}`);
}

const rules: Record<string, (table: FeatureTable) => Promise<void>> = {
  'an empty table has nothing': async (table) => {
    expectEqual([...(await table.inputs('v'))], [], 'inputs');
    expectTrue((await table.latest('v')) === undefined, 'the newest day must be undefined');
    await expectDays(table, 'v', []);
    expectEqual(await table.deleteBefore('v', 100), 0, 'deleted days');
  },

  'days are read back as they were written, in order, to the last bit': async (table) => {
    await table.write('v', [dayOf(12), dayOf(-3), dayOf(10)]);
    await expectDays(table, 'v', [dayOf(-3), dayOf(10), dayOf(12)]);
    expectEqual(plain(await table.latest('v')), plain(dayOf(12)), 'the newest day');
    const inputs = [...(await table.inputs('v'))].sort(([a], [b]) => a - b);
    expectEqual(
      inputs,
      [-3, 10, 12].map((day) => [day, `inputs of ${day}`]),
      'inputs',
    );
  },

  'a range includes both of its ends': async (table) => {
    await table.write(
      'v',
      [1, 2, 3, 4, 5].map((day) => dayOf(day)),
    );
    expectEqual(
      (await daysIn(table, 'v', 2, 4)).map(({ day }) => day),
      [2, 3, 4],
      'days',
    );
    expectEqual((await daysIn(table, 'v', 6, 9)).length, 0, 'days beyond the end');
  },

  'a day that is written again is replaced': async (table) => {
    await table.write('v', [dayOf(1), dayOf(2)]);
    await table.write('v', [dayOf(2, 99, ['other']), dayOf(3)]);
    await expectDays(table, 'v', [dayOf(1), dayOf(2, 99, ['other']), dayOf(3)]);
  },

  'versions are kept apart': async (table) => {
    await table.write('a', [dayOf(1)]);
    await table.write('b', [dayOf(1, 50), dayOf(2)]);
    await table.deleteBefore('b', 2);
    await expectDays(table, 'a', [dayOf(1)]);
    await expectDays(table, 'b', [dayOf(2)]);
  },

  'old days are removed and counted': async (table) => {
    await table.write(
      'v',
      [1, 2, 3, 4].map((day) => dayOf(day)),
    );
    expectEqual(await table.deleteBefore('v', 3), 2, 'deleted days');
    await expectDays(table, 'v', [dayOf(3), dayOf(4)]);
  },

  'writing nothing and days without series are no errors': async (table) => {
    await table.write('v', []);
    await table.write('v', [dayOf(1, 1, [])]);
    await expectDays(table, 'v', [dayOf(1, 1, [])]);
  },

  'writers at once leave every day whole': async (table) => {
    const days = Array.from({ length: 40 }, (_, day) => day);
    await Promise.all(
      [1, 2, 3].map((writer) =>
        table.write(
          'v',
          days.map((day) => dayOf(day, 1_000 * writer + day)),
        ),
      ),
    );
    for (const stored of await daysIn(table, 'v')) {
      const seed = Number(stored.inputs.slice('inputs of '.length));
      expectEqual(plain(stored), plain(dayOf(stored.day, seed)), `day ${stored.day}`);
    }
    expectEqual((await table.inputs('v')).size, 40, 'stored days');
  },

  'what is stored is not shared with callers': async (table) => {
    const day = dayOf(1);
    await table.write('v', [day]);
    day.series.fill(7);
    (await table.latest('v'))!.shared.fill(7);
    await expectDays(table, 'v', [dayOf(1)]);
  },
};
