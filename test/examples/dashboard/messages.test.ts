import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ForecastErrorCode } from 'commerce-forecast';
import { type CsvQuestion, inspectSalesCsv } from 'commerce-forecast/csv';
import { REGISTRY_ACTIONS } from 'commerce-forecast/registry';
import { describe, expect, it } from 'vitest';
import { de } from '../../../examples/dashboard/src/i18n/de.js';
import { en, type MessageKey, type Messages } from '../../../examples/dashboard/src/i18n/en.js';
import { createLanguage } from '../../../examples/dashboard/src/i18n/locale.js';
import { CHANGE_CAUSES } from '../../../examples/express-server/rollout/change-causes.js';
import { TRAINING_CAUSES } from '../../../examples/express-server/training/training-runs.js';
import { STOCK_FINDINGS } from '../../../src/forecaster/stock/stock-findings.js';
import { FINDING_KINDS } from '../../../src/panel/finding-kinds.js';

const KEYS = Object.keys(en) as MessageKey[];
const placesIn = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

/**
 * Codes of requests that the dashboard does not make: it sets up no tenants, carries no token of an identity
 * provider, and sends JSON and CSV in UTF-8 with a cookie.
 */
const NEVER_SEEN: ReadonlySet<string> = new Set([
  'bad-request',
  'json-too-deep',
  'no-right',
  'no-tenants',
  'not-permitted',
  'key-in-url',
  'method-not-allowed',
  'not-built',
  'not-utf-8',
  'unsupported-encoding',
  'unsupported-media-type',
]);

/** Codes that the package throws for what a caller can change. */
const CODES_OF_THE_PACKAGE = [
  'invalid-option',
  'invalid-data',
  'empty-data',
  'too-short',
  'not-trained',
  'not-found',
  'conflict',
  'key-reused',
  'unavailable',
  'limit-exceeded',
  'timeout',
  'aborted',
] satisfies ForecastErrorCode[];

/** Questions about a file; only several files together overlap, and the dashboard takes one. */
const QUESTIONS: Readonly<Record<CsvQuestion['code'], boolean>> = {
  'date-order': true,
  decimal: true,
  'time-zone': true,
  'missing-column': true,
  encoding: true,
  overlap: false,
};

/** Codes that texts with a prefix are there for. */
const codesAfter = (prefix: string) =>
  KEYS.filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length))
    .sort();

function sources(folder: string): string {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(
      (entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/^(en|de|schema)\.ts$/.test(entry.name),
    )
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
}

describe('texts', () => {
  it('are the same in all languages', () => {
    expect(Object.keys(de)).toEqual(KEYS);
  });

  it('hold the same values in all languages', () => {
    const places = (texts: Messages) => Object.fromEntries(KEYS.map((key) => [key, placesIn(texts[key])]));
    expect(places(de)).toEqual(places(en));
    expect(KEYS.filter((key) => de[key].trim() === '')).toEqual([]);
  });

  it('name a period as the language does', () => {
    const said = [createLanguage('en', en), createLanguage('de', de)].map(({ t }) =>
      t('plan.whatIf.none', { period: t('period.next.month') }),
    );
    expect(said).toEqual([
      'This makes no difference in the next month.',
      'Das macht im nächsten Monat keinen Unterschied.',
    ]);
  });

  it('describe every kind of finding', () => {
    expect(codesAfter('finding.')).toEqual(Object.keys(FINDING_KINDS).sort());
    expect(codesAfter('stock.finding.')).toEqual(Object.keys(STOCK_FINDINGS).sort());
  });

  it('put every code of the server into words', () => {
    expect(codesAfter('training.cause.')).toEqual([...TRAINING_CAUSES].sort());
    expect(codesAfter('models.cause.')).toEqual([...CHANGE_CAUSES].sort());
    expect(codesAfter('models.action.')).toEqual([...REGISTRY_ACTIONS].sort());
  });

  it('ask every question about a file', () => {
    const asked = Object.entries(QUESTIONS).flatMap(([code, isAsked]) => (isAsked ? [code] : []));
    expect(codesAfter('data.question.').filter((code) => code !== 'open')).toEqual(asked.sort());
  });

  it.each([
    ['date-order', 'date,product,units\n03/04/2026,Tea,5\n05/06/2026,Tea,6\n'],
    ['decimal', 'date,product,units,price\n2026-03-04,Tea,5,"1,200"\n2026-03-05,Tea,6,"1,300"\n'],
    ['time-zone', 'date,product,units\n2026-03-04T23:00:00Z,Tea,5\n2026-03-05T10:00:00Z,Tea,6\n'],
    ['missing-column', 'date,product,what,ever\n2026-03-04,Tea,5,7\n2026-03-05,Tea,6,8\n'],
  ])('say in words what can be answered to a question of the kind %s', async (code, file) => {
    const { questions, header } = await inspectSalesCsv(new Blob([file]), {});
    const choices = questions
      .filter((question) => question.code === code)
      .flatMap((question) => question.choices);
    expect(choices.length).toBeGreaterThan(0);
    // Names are the same in all languages: those of columns, and of the zone of the world.
    const words = choices.filter(({ value }) => ![...header, 'UTC'].includes(value));
    expect(words.length).toBeGreaterThan(0);
    for (const { value } of words) expect(KEYS).toContain(`data.choice.${code}.${value}`);
  });

  it('tell every refusal of an input, and what to do about it', () => {
    const server = sources(join(import.meta.dirname, '../../../examples/express-server'));
    const sent = [...server.matchAll(/HttpProblem\(\s*4\d\d,\s*'([\w-]+)'/g)].map(([, code = '']) => code);
    expect(sent.length).toBeGreaterThan(10);
    const untold = [...sent, ...CODES_OF_THE_PACKAGE].filter(
      (code) =>
        !NEVER_SEEN.has(code) &&
        !['', '.hint'].every((part) => KEYS.some((key) => key === `problem.${code}${part}`)),
    );
    expect(untold).toEqual([]);
  });

  it('are all used', () => {
    const code = sources(join(import.meta.dirname, '../../../examples/dashboard/src'));
    // Names that are put together: `period.${period}`.
    const prefixes = [...code.matchAll(/`([\w.-]+\.)\$\{/g)].map(([, prefix]) => prefix ?? '');
    const unused = KEYS.filter((key) => {
      const name = key.replace(/_(one|other)$/, '');
      return !code.includes(`'${name}'`) && !prefixes.some((prefix) => name.startsWith(prefix));
    });
    expect(unused).toEqual([]);
  });
});

describe('a language', () => {
  it('puts values in, and leaves what it is not given', () => {
    const { t } = createLanguage('en', en);
    expect(t('range', { lower: 1, upper: 2 })).toBe('1 to 2');
    expect(t('range', { lower: '{upper}' })).toBe('{upper} to {upper}');
  });

  it('chooses the form of a number', () => {
    const [english, german] = [createLanguage('en', en), createLanguage('de', de)];
    expect(english.tn('data.report.accepted', 1)).toBe('1 row was accepted.');
    expect(english.tn('data.report.accepted', 1_234)).toBe('1,234 rows were accepted.');
    expect(german.tn('data.report.accepted', 1_234)).toBe('1.234 Zeilen wurden übernommen.');
  });

  it('writes numbers and days as people do', () => {
    const [{ format: english }, { format: german }] = [createLanguage('en', en), createLanguage('de', de)];
    expect([english.number(1234.56), german.number(1234.56)]).toEqual(['1,235', '1.235']);
    expect([english.number(3.14), german.number(3.14)]).toEqual(['3.1', '3,1']);
    expect(english.signed(0)).toBe('0');
    expect(english.signed(-2.5)).toBe('-2.5');
    expect(german.percent(0.82).replace(/\s/, ' ')).toBe('82 %');
    expect([english.day('2026-03-01'), german.day('2026-03-01')]).toEqual(['Mar 1, 2026', '1. März 2026']);
    expect([english.weekday(0), german.weekday(6)]).toEqual(['Mon', 'So']);
    expect([english.month(0), english.month(11)]).toEqual(['Jan', 'Dec']);
    for (const { locale, format } of [createLanguage('en', en), createLanguage('de', de)]) {
      // Days are put together of texts; they are those that the browser would write.
      const written = (options: Intl.DateTimeFormatOptions, month: number, day: number) =>
        new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(Date.UTC(2024, month, day));
      for (let i = 0; i < 12; i++) {
        const iso = `2024-${String(i + 1).padStart(2, '0')}-05`;
        const short = { month: 'short', day: 'numeric' } as const;
        expect(format.day(iso)).toBe(written({ ...short, year: 'numeric' }, i, 5));
        expect(format.dayShort(iso)).toBe(written(short, i, 5));
        expect(format.month(i)).toBe(written({ month: 'short' }, i, 5));
        expect(format.weekday(i % 7)).toBe(written({ weekday: 'short' }, 0, 1 + (i % 7)));
      }
    }
  });

  it.each([createLanguage('en', en), createLanguage('de', de)])(
    'writes numbers and ages as the browser does, in $locale',
    ({ locale, format, tn }) => {
      const number = (options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options);
      const signed = { signDisplay: 'exceptZero' } as const;
      for (const size of [0, 0.04, 0.96, 1, 3.14, 99.94, 99.96, 100, 1_234.56, 1_234_567.8]) {
        const isSmall = size < 100;
        for (const value of size === 0 ? [0] : [size, -size]) {
          const digits = { maximumFractionDigits: isSmall ? 1 : 0 };
          const cents = isSmall ? 2 : 0;
          // Nobody reads a zero with a sign.
          const zero = (text: string) => text.replace(/^-(?=[0.,]+$)/, '');
          expect(format.number(value)).toBe(zero(number(digits).format(value)));
          expect(format.signed(value)).toBe(number({ ...digits, ...signed }).format(value));
          expect(format.money(value)).toBe(
            number({ minimumFractionDigits: cents, maximumFractionDigits: cents }).format(value),
          );
          const share = { style: 'percent', maximumFractionDigits: 0 } as const;
          expect(format.percent(value)).toBe(number(share).format(value));
          expect(format.signedPercent(value)).toBe(number({ ...share, ...signed }).format(value));
        }
      }
      const past = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
      const units = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
      for (const [unit, length] of Object.entries(units)) {
        for (const count of [1, 2, 3, 23]) {
          expect(format.ago(count * length + 5)).toBe(past.format(-count, unit as keyof typeof units));
        }
      }
      expect(format.ago(1_500 * units.day)).toBe(past.format(-1_500, 'day'));
      expect(format.ago(999)).toBe(past.format(0, 'second'));
      const plural = new Intl.PluralRules(locale);
      for (const count of [0, 1, 2, 11, 21, 101]) {
        const form = plural.select(count) === 'one' ? 'one' : 'other';
        expect(tn('stock.productsUnit', count)).toBe(
          createLanguage(locale, locale === 'de' ? de : en).t(`stock.productsUnit_${form}`),
        );
      }
    },
  );
});
