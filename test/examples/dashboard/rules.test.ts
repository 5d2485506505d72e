import { describe, expect, it } from 'vitest';
import { ApiProblem, toProblem } from '../../../examples/dashboard/src/api/problem.js';
import type { Daily } from '../../../examples/dashboard/src/charts/forecast-series.js';
import { de } from '../../../examples/dashboard/src/i18n/de.js';
import { en } from '../../../examples/dashboard/src/i18n/en.js';
import { createLanguage } from '../../../examples/dashboard/src/i18n/locale.js';
import {
  type Alert,
  type AttentionInput,
  attentionOf,
} from '../../../examples/dashboard/src/pages/attention.js';
import { pastAccuracy } from '../../../examples/dashboard/src/pages/past-accuracy.js';
import {
  asRecord,
  changedRecord,
  draftOf,
  emptyDraft,
  kindOf,
  mayEdit,
  recordOf,
} from '../../../examples/dashboard/src/pages/plan/plan-record.js';
import { plannedSpans } from '../../../examples/dashboard/src/pages/planned-spans.js';
import {
  averagePrices,
  type Categories,
  wholeShop,
  yearBefore,
  yearChanges,
} from '../../../examples/dashboard/src/pages/shop-totals.js';
import { toCsv } from '../../../examples/dashboard/src/util/csv.js';
import { addDays, daysBetween, daysFrom, weekdayOf } from '../../../examples/dashboard/src/util/days.js';

describe('days', () => {
  it('are counted across months, leap days and changes of the clock', () => {
    expect(addDays('2024-02-28', 2)).toBe('2024-03-01');
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
    expect(daysBetween('2026-03-01', '2026-04-01')).toBe(31);
    expect(daysFrom('2026-03-28', '2026-03-30')).toEqual(['2026-03-28', '2026-03-29', '2026-03-30']);
    expect(daysFrom('2026-03-30', '2026-03-28')).toEqual([]);
    expect([weekdayOf('2026-03-02'), weekdayOf('2026-03-01')]).toEqual([0, 6]);
  });
});

describe('CSV', () => {
  it('quotes what it must', () => {
    expect(
      toCsv(
        ['a', 'b'],
        [
          ['x, "y"', 1.5],
          [null, true],
        ],
      ),
    ).toBe('a,b\r\n"x, ""y""",1.5\r\n,true\r\n');
  });

  it('keeps names from being run as formulas, and numbers as they are', () => {
    expect(toCsv(['n'], [['=1+1'], ['-x'], [-5]])).toBe("n\r\n'=1+1\r\n'-x\r\n-5\r\n");
  });
});

describe('problems', () => {
  it('are read from problem details, and from anything else', () => {
    const problem = ApiProblem.from(409, {
      code: 'conflict',
      detail: 'Busy',
      hint: 'Wait',
      path: ['a', 1, {}],
    });
    expect(problem).toMatchObject({
      status: 409,
      code: 'conflict',
      message: 'Busy',
      hint: 'Wait',
      path: ['a', 1],
    });
    // What stands before a server that is away has words of its own.
    expect(ApiProblem.from(502, '<html>')).toMatchObject({
      status: 502,
      code: 'unavailable',
      message: 'HTTP 502',
    });
    expect(ApiProblem.from(413, '<html>')).toMatchObject({ code: 'refused' });
    expect(toProblem(problem)).toBe(problem);
    expect(toProblem('odd')).toMatchObject({ code: 'unknown', message: 'odd' });
  });
});

const trend = {
  direction: 'flat',
  base: 'days-before',
  percent: 0,
  previous_sales: 10,
  p_value: 1,
  significant: false,
  percent_on_year_before: null,
  percent_on_days_before: 0,
} as const;

function categories(): Categories {
  const row = (category: string, units: number) => ({
    category,
    predicted_sales: units,
    confidence_lower: units - 10,
    confidence_upper: units + 10,
    trend,
    product_count: 1,
    top_products: [],
  });
  return {
    predictions: [row('Toys', 100), row('Tea', 50)],
    model_version: 'v@1',
    accuracy_score: 0.8,
    generated_at: '2026-03-03T00:00:00Z',
    confidence_level: 0.8,
    time_period: 'week',
    first_day: '2026-03-03',
    last_day: '2026-03-09',
  };
}

describe('the whole shop', () => {
  it('has the sums of categories, and of their bounds', () => {
    expect(wholeShop(categories())).toEqual({ expected: 150, lower: 130, upper: 170 });
    expect(wholeShop(categories(), (name) => (name === 'Toys' ? 2 : 0))).toEqual({
      expected: 200,
      lower: 180,
      upper: 220,
    });
  });

  it('has prices where sales have a revenue', () => {
    const sums = [
      { category: 'Toys', units: 4, revenue: 10, days: 2 },
      { category: 'Tea', units: 4, revenue: null, days: 2 },
      { category: 'Old', units: 0, revenue: 0, days: 2 },
    ];
    expect(averagePrices(sums)).toEqual(new Map([['Toys', 2.5]]));
    expect(averagePrices([])).toBeUndefined();
  });

  it('is compared with the same days of the week a year before', () => {
    expect(yearBefore(categories())).toEqual(['2025-03-04', '2025-03-10']);
    const sums = [
      { category: 'Toys', units: 80, revenue: null, days: 7 },
      { category: 'Tea', units: 45, revenue: null, days: 7 },
    ];
    expect(yearChanges(categories(), sums)).toMatchObject([
      { category: 'Toys', change: 0.25, isClear: true },
      { category: 'Tea', isClear: false },
    ]);
    // What the server has said of the same year holds here too.
    const { predictions, ...others } = categories();
    const said = { ...trend, base: 'year-before', percent: 50, significant: false } as const;
    expect(
      yearChanges({ ...others, predictions: predictions.map((row) => ({ ...row, trend: said })) }, sums)[0],
    ).toMatchObject({ category: 'Toys', change: 0.5, isClear: false });
    // A year ago the shop had just opened: a week of which two days are known is no year to compare with.
    expect(
      yearChanges(
        categories(),
        sums.map((sum) => ({ ...sum, days: 2 })),
      ),
    ).toEqual([]);
  });
});

describe('attention', () => {
  const accuracy = { wape: 0.2, accuracy: 0.8, mae_percent: 20, rmse_percent: 30, r2: 0.5 };
  const input = (own: Partial<AttentionInput> = {}): AttentionInput => ({
    model: {
      model_version: 'v@1',
      artifact_version: 1,
      trained_at: '2026-03-03T00:00:00Z',
      last_day: '2026-03-02',
      confidence_level: 0.8,
      products: 2,
      categories: ['Tea', 'Toys'],
      validation: {
        first_day: '2026-02-01',
        days: 30,
        categories: accuracy,
        total: accuracy,
        interval_coverage: 0.78,
      },
    },
    salesAge: 1,
    modelAgeMs: 1_000,
    ...own,
  });
  const kinds = (own: Partial<AttentionInput>) => attentionOf(input(own)).map(({ kind }) => kind);

  it('is not asked for when all is well', () => {
    expect(kinds({})).toEqual([]);
  });

  it('is asked for old sales and an old model', () => {
    expect(kinds({ salesAge: 4, modelAgeMs: 9 * 86_400_000 })).toEqual(['sales', 'model']);
  });

  const language = createLanguage('en', en);

  it('names products that may run out and findings of the last upload, with where to go', () => {
    const atRisk = ['P1', 'P2', 'P3', 'P4', 'P5'];
    const facts = attentionOf(input({ atRisk, upload: { rejected: 1, findings: 3 } }));
    expect(facts.map(({ kind, subject, page }) => [kind, subject ?? page])).toEqual([
      ['stock', { product: 'P1' }],
      ['stock', { product: 'P2' }],
      ['stock', { product: 'P3' }],
      ['stock', '/stock'],
      ['upload', '/data'],
    ]);
    expect(facts.map(({ text }) => text(language)).slice(2)).toEqual([
      'may run out before an order of today arrives.',
      '2 more products may run out before an order of today arrives.',
      'The last upload has 3 kinds of findings; rows left out: 1.',
    ]);
    expect(kinds({ atRisk: [], upload: { rejected: 0, findings: 0 } })).toEqual([]);
  });

  it('is asked for sales that the forecast does not explain: first what costs sales, then what changed', () => {
    const alert = (own: Partial<Alert>): Alert => ({
      kind: 'spike',
      level: 'product',
      product_id: 'P1',
      category: 'Tea',
      first_day: '2026-03-01',
      last_day: '2026-03-02',
      units: 50,
      expected_units: 9.7,
      lower: 1.8,
      upper: 21,
      p_value: 1e-6,
      message: 'in English',
      ...own,
    });
    const alerts = [
      alert({}),
      alert({ kind: 'started', expected_units: null, first_day: '2026-03-02', units: 3 }),
      alert({ kind: 'stopped', product_id: 'P2', units: 0 }),
      alert({ kind: 'drop', level: 'category', product_id: null, units: 2 }),
      alert({ kind: 'missed-promotion', product_id: 'P3' }),
    ];
    const facts = attentionOf(input({ alerts, salesAge: 4 }));
    expect(facts.map(({ kind, subject }) => [kind, subject])).toEqual([
      ['stopped', { product: 'P2' }],
      ['drop', { category: 'Tea' }],
      ['missed-promotion', { product: 'P3' }],
      ['spike', { product: 'P1' }],
      ['started', { product: 'P1' }],
      ['sales', undefined],
    ]);
    expect(facts.map(({ text }) => text(language)).slice(0, 2)).toEqual([
      'has not sold since Mar 1, 2026; about 9.7 units were expected. Is it out of stock, or are records missing?',
      'sold far less than expected: 2 units from Mar 1 to Mar 2, 2026 instead of about 9.7.',
    ]);
    const german = createLanguage('de', de);
    expect(facts[4]?.text(german)).toBe('verkauft sich zum ersten Mal oder wieder: 3 Stück am 2. März 2026.');
    for (const { text } of facts) expect(text(german)).not.toMatch(/in English|[{}]/);
  });

  it('is asked for a model that is poor, or was not tested', () => {
    const { model } = input();
    const { validation } = model;
    if (!validation) throw new Error('There is a validation');
    const poor = { ...validation, categories: { ...accuracy, wape: 0.5 }, interval_coverage: 0.5 };
    expect(kinds({ model: { ...model, validation: poor } })).toEqual(['accuracy', 'coverage']);
    expect(kinds({ model: { ...model, validation: null } })).toEqual(['validation']);
    const [fact] = attentionOf(input({ model: { ...model, validation: poor } }));
    expect(fact?.text(createLanguage('en', en))).toBe(
      'Forecasts of categories were off by 50% of sales on average.',
    );
  });
});

describe('accuracy so far', () => {
  const day = (sold: number, expected: number, lower = 0, upper = 10) => ({
    date: '2026-03-05',
    sold,
    expected,
    lower: [expected, lower],
    upper: [expected, upper],
    version: 1,
  });

  it('is the error, the bias and the share of days within the range of a level', () => {
    const days = [day(4, 6), day(8, 4), day(12, 8)];
    expect(pastAccuracy(days, 1)).toEqual({ wape: 10 / 24, bias: -6 / 24, inside: 2 / 3 });
    expect(pastAccuracy(days, 0)?.inside).toBe(0);
  });

  it('has no error of days on which nothing was sold, and is none without days', () => {
    expect(pastAccuracy([day(0, 1)], 1)).toEqual({ wape: undefined, bias: undefined, inside: 1 });
    expect(pastAccuracy([], 1)).toBeUndefined();
  });
});

describe('a plan', () => {
  const draft = { ...emptyDraft('2026-03-05'), category: 'Toys' };

  it('becomes a record of what it says', () => {
    expect(recordOf({ ...draft, price: '9.5', note: ' x ' })).toEqual({
      from: '2026-03-05',
      to: '2026-03-05',
      category: 'Toys',
      promo: true,
      price: 9.5,
      note: 'x',
    });
    expect(recordOf({ ...draft, kind: 'closed', scope: 'all', price: '3' })).toEqual({
      from: '2026-03-05',
      to: '2026-03-05',
      all: true,
      open: false,
    });
    expect(recordOf({ ...draft, to: '2026-03-01' }).to).toBe('2026-03-05');
  });

  it('has the kind that it was made with', () => {
    const entry = { id: '1', known_since: '2026-03-01', removed_on: null };
    for (const kind of ['promo', 'price', 'closed', 'event'] as const) {
      expect(kindOf({ ...entry, ...recordOf({ ...draft, kind, price: '2', event: 'Fair' }) })).toBe(kind);
    }
  });

  it('can be changed, and keeps what the form does not show', () => {
    const entry = {
      id: '1',
      known_since: '2026-03-01',
      removed_on: null,
      date: '2026-03-05',
      category: 'Toys',
      location: 'Rome',
      promo: true,
      price: 9.5,
    };
    expect(recordOf(draftOf(entry))).toEqual({
      from: '2026-03-05',
      to: '2026-03-05',
      category: 'Toys',
      promo: true,
      price: 9.5,
    });
    const changed = changedRecord(entry, recordOf({ ...draftOf(entry), to: '2026-03-07', price: '8' }));
    expect(changed).toMatchObject({ to: '2026-03-07', price: 8, location: 'Rome' });
    const { category: _, ...ofLocation } = entry;
    expect(changedRecord(ofLocation, recordOf(draftOf(ofLocation)))).not.toHaveProperty('all');
    expect(asRecord(entry)).not.toHaveProperty('id');
    expect([
      mayEdit(entry),
      mayEdit({ id: '2', known_since: '', removed_on: null, available: false }),
    ]).toEqual([true, false]);
  });

  it('is on the axis of its quantity', () => {
    const daily: Daily = {
      product_id: 'P1',
      category: 'Toys',
      model_version: 'v@1',
      last_day: '2026-03-02',
      levels: [],
      sales: [],
      forecast: [{ date: '2026-03-09', units: 1, lower: [], upper: [] }],
      events: [],
    };
    const entry = { id: '1', known_since: '2026-03-01', removed_on: null, promo: true };
    const spans = plannedSpans(
      [
        { ...entry, product_id: 'P1', from: '2026-03-04', to: '2026-03-20', note: 'own' },
        { ...entry, product_id: 'P2', date: '2026-03-04', note: 'of another' },
        { ...entry, category: 'Toys', date: '2026-03-05', event: 'category' },
        { ...entry, category: 'Tea', date: '2026-03-05' },
        { ...entry, all: true, date: '2026-02-05', note: 'over' },
      ],
      daily,
    );
    expect(spans).toEqual([
      { name: 'own', from: '2026-03-04', to: '2026-03-09' },
      { name: 'category', from: '2026-03-05', to: '2026-03-05' },
    ]);
  });
});
