import {
  type Answers,
  check,
  dateOf,
  type ProductPlan,
  productsWithin,
  recordsOf,
  type Scenario,
  total,
  within,
  worst,
} from './scenario.js';

/** Shops without a calendar: levels, scales, life cycles, odd data. */
export function levelScenarios(): Scenario[] {
  return [
    constants(),
    tenConstants(),
    constantBesideNoise(),
    ...[4, 10, 25].map(shortHistory),
    threeDays(),
    screwAndDrill(),
    wideScales(),
    fortyScales(),
    giantOrder(600),
    giantOrder(395),
    futureDate(),
    halfDay(),
    outage(),
    silence(),
    stockOut(),
    lifeCycles(),
    ...[450, 700, 730, 745].map((days) => replacedAssortment(days)),
    renamedEveryYear(),
    halfOfEachSeason(),
    monthGap(),
    levelShift(),
    threeWeeks(),
    ...[7, 14, 30, 46].map(twoWeeks),
    scaledByThousand(),
    littleHistory(),
    rareProducts(),
    rareForYears(),
    rareInSeason(),
  ];
}

const flat = (units: number) => () => units;

function constants(): Scenario {
  return {
    name: 'exactly 10 and 40 a day, 400 days',
    records: recordsOf(400, [
      { id: 'A', mean: flat(10), exact: true },
      { id: 'B', mean: flat(40), exact: true },
    ]),
    judge: (a) => [
      within('year of A', a.units('A', 'year'), 3650, 0.02),
      within('year of B', a.units('B', 'year'), 14600, 0.02),
    ],
  };
}

function tenConstants(): Scenario {
  const ids = Array.from({ length: 10 }, (_, i) => i + 1);
  return {
    name: 'ten products, exactly 1 to 10 a day, 800 days',
    records: recordsOf(
      800,
      ids.map((n) => ({ id: `P${n}`, mean: flat(n), exact: true })),
    ),
    judge: (a) => [
      worst(
        a,
        ids.map((n) => [`P${n}`, 365 * n]),
        'year',
        0.03,
      ),
    ],
  };
}

function constantBesideNoise(): Scenario {
  const noisy: ProductPlan[] = [5, 12, 30].map((mean, i) => ({ id: `N${i}`, mean: flat(mean), shape: 2 }));
  return {
    name: 'a constant 40 beside three noisy products',
    records: recordsOf(400, [{ id: 'C', mean: flat(40), exact: true }, ...noisy], 3),
    judge: (a) => [within('year of C', a.units('C', 'year'), 14600, 0.03)],
  };
}

function shortHistory(days: number): Scenario {
  return {
    name: `10 and 40 a day, ${days} days of history`,
    records: recordsOf(
      days,
      [
        { id: 'A', mean: flat(10) },
        { id: 'B', mean: flat(40) },
      ],
      5,
    ),
    judge: (a) =>
      (['A', 'B'] as const).flatMap((id, i) => {
        const right = [300, 1200][i];
        const { lower, upper } = a.interval(id, 'month');
        return [
          within(`month of ${id}`, a.units(id, 'month'), right, 0.2),
          check(
            `interval of ${id}`,
            `holds ${right}`,
            `${lower.toFixed(0)} to ${upper.toFixed(0)}`,
            lower <= right && right <= upper,
          ),
          check(
            `trend of ${id}`,
            'flat',
            a.trend(id, 'month').direction,
            a.trend(id, 'month').direction === 'flat',
          ),
        ];
      }),
  };
}

function threeDays(): Scenario {
  return {
    name: 'three days with 1, 2, 3 units',
    records: recordsOf(3, [{ id: 'A', mean: (day) => day + 1, exact: true }]),
    judge: (a) => [
      check(
        'trend of the week',
        'not significant',
        String(a.trend('A', 'week').significant),
        !a.trend('A', 'week').significant,
      ),
      check(
        'finding',
        'a short history',
        a.findings.join(', ') || 'none',
        a.findings.some((code) => /short/.test(code)),
      ),
    ],
  };
}

function screwAndDrill(): Scenario {
  return {
    name: 'SCREW 5,000 a day, DRILL 0.2 a day, 400 days',
    records: recordsOf(
      400,
      [
        { id: 'SCREW', mean: (day) => 4900 + ((day * 7919) % 201), exact: true },
        { id: 'DRILL', mean: flat(0.2) },
      ],
      2,
    ),
    judge: (a) => {
      const units = a.units('DRILL', 'month');
      return [check('month of DRILL', '4 to 9', units, units >= 4 && units <= 9)];
    },
  };
}

function wideScales(): Scenario {
  return {
    name: '8,000, 1.5 and 0.05 a day and never, 730 days',
    records: [
      ...recordsOf(
        730,
        [
          { id: 'LARGE', mean: flat(8000) },
          { id: 'SMALL', mean: flat(1.5) },
          { id: 'RARE', mean: flat(0.05) },
        ],
        4,
      ),
      { date: dateOf(700), productId: 'NEVER', category: 'All', units: 0 },
    ],
    judge: (a) => [
      within('year of LARGE', a.units('LARGE', 'year'), 2_920_000, 0.1),
      within('year of SMALL', a.units('SMALL', 'year'), 547.5, 0.3),
      within('year of RARE', a.units('RARE', 'year'), 18.25, 0.6),
      check('year of NEVER', 'below 0.5', a.units('NEVER', 'year'), a.units('NEVER', 'year') < 0.5),
    ],
  };
}

function fortyScales(): Scenario {
  const means = Array.from({ length: 40 }, (_, i) => 0.1 * 30000 ** (i / 39));
  return {
    name: '40 products from 0.1 to 3,000 a day',
    records: recordsOf(
      500,
      means.map((mean, i) => ({ id: `P${i}`, mean: flat(mean) })),
      6,
    ),
    judge: (a) => {
      const five = means.slice(0, 5).map((mean, i) => ({ id: `P${i}`, right: 365 * mean }));
      const inside = five.filter(({ id, right }) => {
        const { lower, upper } = a.interval(id, 'year');
        return lower <= right && right <= upper;
      }).length;
      return [
        worst(
          a,
          five.map(({ id, right }) => [id, right]),
          'year',
          0.5,
        ),
        check('inside the 80 % interval', 'at least 4 of 5', `${inside} of 5`, inside >= 4),
      ];
    },
  };
}

function giantOrder(day: number): Scenario {
  const days = day < 400 ? 400 : 800;
  const ids = Array.from({ length: 10 }, (_, i) => `P${i}`);
  const records = recordsOf(
    days,
    ids.map((id) => ({ id, mean: flat(5) })),
    7,
  );
  return {
    name: `ten products of 5 a day, one order of 5,000 on day ${day} of ${days}`,
    records: [...records, { date: dateOf(day), productId: 'P3', category: 'All', units: 5000 }],
    judge: (a) => [
      worst(
        a,
        ids.map((id) => [id, 1825]),
        'year',
        0.15,
      ),
    ],
  };
}

function futureDate(): Scenario {
  const plain = recordsOf(
    365,
    Array.from({ length: 10 }, (_, i) => ({ id: `P${i}`, mean: flat(5) })),
    8,
  );
  return {
    name: '3,651 rows and one dated a year ahead',
    today: dateOf(365),
    records: [...plain, { date: dateOf(365 + 365), productId: 'P0', category: 'All', units: 3 }],
    judge: (a) => [
      worst(
        a,
        Array.from({ length: 10 }, (_, i) => [`P${i}`, 150]),
        'month',
        0.25,
      ),
      check(
        'finding',
        'the row',
        a.findings.join(', ') || 'none',
        a.findings.some((code) => /future|ahead/.test(code)),
      ),
    ],
  };
}

function halfDay(): Scenario {
  const products = Array.from({ length: 5 }, (_, i) => ({
    id: `P${i}`,
    mean: (day: number) => (day === 399 ? 10 : 20),
  }));
  const records = recordsOf(400, products, 9);
  const without = records.filter(({ date }) => date !== dateOf(399));
  const whole = (a: Answers) => products.reduce((sum, { id }) => sum + a.units(id, 'week'), 0);
  return {
    name: 'data that ends at noon today',
    today: dateOf(399),
    records,
    judge: async (a, compare) => {
      const other = await compare({ name: '', records: without, today: dateOf(399), judge: () => [] });
      return [within('week', whole(a), whole(other), 0.05)];
    },
  };
}

function outage(): Scenario {
  const products = Array.from({ length: 20 }, (_, i) => ({
    id: `P${i}`,
    mean: flat(8),
    to: i === 0 ? 400 : 390,
  }));
  return {
    name: '19 of 20 products without records for the last 10 days',
    records: recordsOf(400, products, 10),
    judge: (a) => [
      worst(
        a,
        products.map(({ id }) => [id, 240]),
        'month',
        0.2,
      ),
      check(
        'warning',
        'of an outage',
        a.findings.join(', ') || 'none',
        a.findings.some((code) => /outage|silent|stop/.test(code)),
      ),
    ],
  };
}

function silence(): Scenario {
  return {
    name: '400 days, 39 silent ones, one record',
    records: [
      ...recordsOf(400, [{ id: 'A', mean: flat(10) }], 11),
      { date: dateOf(439), productId: 'A', category: 'All', units: 10 },
    ],
    judge: (a) => [
      within('month', a.units('A', 'month'), 300, 0.2),
      check(
        'warning',
        'of the silence',
        a.findings.join(', ') || 'none',
        a.findings.some((code) => /outage|silent|gap/.test(code)),
      ),
    ],
  };
}

function stockOut(): Scenario {
  const out = (day: number) => day >= 379;
  return {
    name: 'a flagged stock-out of 3 weeks at the end',
    records: recordsOf(
      400,
      [
        { id: 'A', mean: (day) => (out(day) ? 0 : 10), extra: (day) => ({ inStock: !out(day) }) },
        { id: 'B', mean: flat(10), extra: () => ({ inStock: true }) },
      ],
      12,
    ),
    judge: (a) => [
      within('month of A', a.units('A', 'month'), 300, 0.15),
      within('month of B', a.units('B', 'month'), 300, 0.15),
    ],
  };
}

function lifeCycles(): Scenario {
  return {
    name: 'OLD stopped 28 days ago, NEW 40 a day for 3 days',
    records: recordsOf(
      400,
      [
        ...['A', 'B', 'C'].map((id) => ({ id, mean: flat(10) })),
        { id: 'OLD', mean: flat(10), to: 372 },
        { id: 'NEW', mean: flat(40), from: 397 },
      ],
      13,
    ),
    judge: (a) => {
      const old = a.units('OLD', 'month');
      const fresh = a.interval('NEW', 'month');
      return [
        check('OLD', 'below 60', old, old < 60),
        check(
          'lower bound of OLD',
          '0',
          a.interval('OLD', 'month').lower,
          a.interval('OLD', 'month').lower < 0.5,
        ),
        check(
          'trend of OLD',
          'not up',
          a.trend('OLD', 'month').direction,
          a.trend('OLD', 'month').direction !== 'up',
        ),
        check(
          'interval of NEW',
          'holds 1,200',
          `${fresh.lower.toFixed(0)} to ${fresh.upper.toFixed(0)}`,
          fresh.lower <= 1200 && 1200 <= fresh.upper,
        ),
        check(
          'trend of NEW',
          'not down',
          a.trend('NEW', 'month').direction,
          a.trend('NEW', 'month').direction !== 'down',
        ),
        worst(
          a,
          ['A', 'B', 'C'].map((id) => [id, 300]),
          'month',
          0.1,
        ),
      ];
    },
  };
}

/** Products of 40 a day times a law, of which each sells from one day to before another. */
function lived(id: string, law: (day: number) => number, from: number, to?: number): ProductPlan {
  return { id, mean: (day) => 40 * law(day), from, ...(to !== undefined && { to }) };
}

/** The shop after some days, and the months and years of the products that still sell. */
function ofLiving(name: string, days: number, products: readonly ProductPlan[], tolerance: number): Scenario {
  const known = products.filter(({ from = 0 }) => from < days);
  const living = known.filter(({ to = Number.POSITIVE_INFINITY }) => to > days);
  return {
    name,
    records: recordsOf(
      days,
      known.map((product) => ({ ...product, to: Math.min(days, product.to ?? days) })),
      29,
    ),
    trainingDays: 1830,
    judge: (a) => {
      const { id, mean } = living[0];
      const { lower, upper } = a.interval(id, 'month');
      const right = total(mean, days, 30);
      return [
        productsWithin(a, living, days, 'month', tolerance),
        productsWithin(a, living, days, 'year', tolerance),
        check(
          `interval of ${id}`,
          `no wider than ${right.toFixed(0)}`,
          `${lower.toFixed(0)} to ${upper.toFixed(0)}`,
          upper - lower < right,
        ),
      ];
    },
  };
}

const ten = Array.from({ length: 10 }, (_, i) => i);

/** Ten products end after a year, and ten new ones start within six weeks. */
function replacedAssortment(days: number): Scenario {
  const products = ten.flatMap((i) => [
    lived(`OLD${i}`, flat(1), 0, 365 + 4 * i),
    lived(`NEW${i}`, flat(1), 365 + 4 * i),
  ]);
  return ofLiving(`an assortment replaced after a year, ${days} days`, days, products, 0.1);
}

function renamedEveryYear(): Scenario {
  const products = [0, 365, 730].flatMap((from, k) =>
    ten.map((i) => lived(`YEAR${k}-${i}`, flat(1), from, k < 2 ? from + 365 : undefined)),
  );
  return ofLiving('products with new ids every year, 1,085 days', 1085, products, 0.1);
}

/** Five products of the whole year, and five that are replaced every half year, all with the same season. */
function halfOfEachSeason(): Scenario {
  const law = (day: number) => 1 + 0.5 * Math.sin((2 * Math.PI * day) / 365);
  const products = ten
    .slice(0, 5)
    .flatMap((i) => [
      lived(`ALWAYS${i}`, law, 0),
      ...[0, 182, 365, 547, 730, 912].map((from) =>
        lived(`FROM${from}-${i}`, law, from, from === 912 ? undefined : from + 182),
      ),
    ]);
  return ofLiving('an assortment half of which changes every half year, 1,085 days', 1085, products, 0.1);
}

function monthGap(): Scenario {
  return {
    name: "a month's gap of one product",
    records: recordsOf(
      500,
      [
        ...['B', 'C', 'D'].map((id) => ({ id, mean: flat(20) })),
        { id: 'A', mean: (day) => (day >= 300 && day < 330 ? 0 : 20) },
      ],
      14,
    ),
    judge: (a) => [
      worst(
        a,
        ['A', 'B', 'C', 'D'].map((id) => [id, 600]),
        'month',
        0.1,
      ),
    ],
  };
}

function levelShift(): Scenario {
  return {
    name: 'a level shift 30 days old',
    records: recordsOf(
      400,
      [
        { id: 'UP', mean: (day) => (day >= 370 ? 40 : 20) },
        { id: 'DOWN', mean: (day) => (day >= 370 ? 12 : 20) },
        { id: 'SAME', mean: flat(20) },
      ],
      15,
    ),
    judge: (a) => [
      within('month of UP', a.units('UP', 'month'), 1200, 0.1),
      within('month of DOWN', a.units('DOWN', 'month'), 360, 0.1),
      within('month of SAME', a.units('SAME', 'month'), 600, 0.1),
    ],
  };
}

function threeWeeks(): Scenario {
  const levels = { TEN: [5, 50], FIVE: [6, 30], TWO: [8, 16], HALF: [20, 10] } as const;
  const products = Object.entries(levels).map(([id, [before, after]]) => ({
    id,
    mean: (day: number) => (day >= 779 ? after : before),
  }));
  return {
    name: 'levels that changed three weeks ago, 800 days',
    records: recordsOf(800, products, 26),
    judge: (a) => [
      productsWithin(a, products, 800, 'month', 0.15),
      productsWithin(a, products, 800, 'year', 0.15),
    ],
  };
}

function twoWeeks(before: number): Scenario {
  const week = [0.6, 0.8, 1, 1, 1.2, 1.6, 0.8];
  const products = [2, 2, 0.5, 1].map((ratio, i) => ({
    id: `P${i}`,
    mean: (day: number) => 20 * (day < before ? 1 : ratio) * (i % 2 === 1 ? week[day % 7] : 1),
  }));
  const days = before + 14;
  return {
    name: `levels that changed two weeks ago, ${days} days`,
    records: recordsOf(days, products, 29),
    judge: (a) => [productsWithin(a, products, days, 'month', 0.15)],
  };
}

function scaledByThousand(): Scenario {
  const products: ProductPlan[] = [3, 8, 20, 50].map((mean, i) => ({
    id: `P${i}`,
    mean: (day) => mean * (day % 7 > 4 ? 1.6 : 1) * (1 + 0.2 * Math.sin((2 * Math.PI * day) / 365)),
  }));
  const records = recordsOf(760, products, 16);
  const scaled = records.map((record) =>
    record.productId === 'P1' ? { ...record, units: 1000 * (record.units ?? 0) } : record,
  );
  return {
    name: "one product's sales times 1,000",
    records,
    judge: async (a, compare) => {
      const other = await compare({ name: '', records: scaled, judge: () => [] });
      const largest = Math.max(
        ...['P0', 'P2', 'P3'].flatMap((id) =>
          (['week', 'month', 'year'] as const).map((period) =>
            Math.abs(other.units(id, period) / a.units(id, period) - 1),
          ),
        ),
      );
      return [check('change of the others', 'below 1 %', `${(100 * largest).toFixed(3)} %`, largest < 0.01)];
    },
  };
}

function littleHistory(): Scenario {
  const records = recordsOf(
    400,
    [5, 12, 30].map((mean, i) => ({ id: `P${i}`, mean: flat(mean) })),
    17,
  );
  const added = [
    ...records,
    ...[80, 95, 70].map((units, i) => ({ date: dateOf(397 + i), productId: 'X', category: 'All', units })),
  ];
  return {
    name: 'a product with three days of history is added',
    records,
    judge: async (a, compare) => {
      const other = await compare({ name: '', records: added, judge: () => [] });
      const largest = Math.max(
        ...['P0', 'P1', 'P2'].flatMap((id) =>
          (['month', 'year'] as const).map((period) =>
            Math.abs(other.units(id, period) / a.units(id, period) - 1),
          ),
        ),
      );
      return [check('change of the others', 'below 2 %', `${(100 * largest).toFixed(2)} %`, largest < 0.02)];
    },
  };
}

/** A tail of products that sell a few times in three months, each known from its first sale on. */
function rareProducts(): Scenario {
  const products = Array.from({ length: 300 }, (_, i) => ({
    id: `P${i}`,
    mean: flat(0.04 * (0.2 + 0.2 * (i % 9))),
  }));
  const days = 90;
  return {
    name: '300 products that sell every third week or less, 90 days',
    records: recordsOf(days, products, 18),
    judge: (a) => {
      const known = products.filter(({ id }) => a.products.includes(id));
      const right = known.reduce((sum, { mean }) => sum + 30 * mean(), 0);
      const answer = known.reduce((sum, { id }) => sum + a.units(id, 'month'), 0);
      return [within('month of all', answer, right, 0.15)];
    },
  };
}

function rareForYears(): Scenario {
  const products = Array.from({ length: 200 }, (_, i) => ({ id: `P${i}`, mean: flat(0.02) }));
  return {
    name: '200 products that sell every seventh week, 800 days',
    records: recordsOf(800, products, 19),
    judge: (a) => [sumWithin(a, products, 800, 'month', 0.1), sumWithin(a, products, 800, 'year', 0.1)],
  };
}

/** Few sales are no outage on a weak weekday out of season. */
function rareInSeason(): Scenario {
  const week = [0.6, 0.7, 0.8, 0.9, 1.2, 1.6, 1.2];
  const law = (day: number) => week[day % 7] * (1 + 0.8 * Math.cos((2 * Math.PI * (day - 100)) / 365));
  const products = Array.from({ length: 120 }, (_, i) => ({
    id: `P${i}`,
    mean: (day: number) => [0.05, 0.1, 0.2][i % 3] * law(day),
  }));
  return {
    name: '120 products that sell every fifth day or less, ten times as much in season, 800 days',
    records: recordsOf(800, products, 27),
    judge: (a) => [sumWithin(a, products, 800, 'month', 0.15), sumWithin(a, products, 800, 'year', 0.1)],
  };
}

function sumWithin(
  a: Answers,
  products: readonly ProductPlan[],
  from: number,
  period: 'month' | 'year',
  tolerance: number,
) {
  const days = period === 'month' ? 30 : 365;
  const sum = (of: (product: ProductPlan) => number) =>
    products.reduce((all, product) => all + of(product), 0);
  const right = sum(({ mean }) => total(mean, from, days));
  return within(
    `${period} of all`,
    sum(({ id }) => a.units(id, period)),
    right,
    tolerance,
  );
}
