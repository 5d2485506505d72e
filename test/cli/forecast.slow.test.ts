import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ForecastError, formatDay, parseDay } from 'commerce-forecast';
import { generateSales } from 'commerce-forecast/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exitCodeOf } from '../../src/cli/exit-code.js';
import { runCli } from '../../src/cli/run.js';
import type { ForecastResults } from '../../src/report/forecast-results.js';
import { SORT_SCRIPT } from '../../src/report/sort-script.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quickstart-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function* noInput() {}

/** Runs the demo and gives all that it wrote. */
async function run(args: readonly string[], signal?: AbortSignal) {
  const out = join(folder, `${Math.random().toString(36).slice(2)}.html`);
  const written = { stdout: '', stderr: '' };
  const results = await runCli(['demo', '--html', out, ...args], {
    stdin: noInput(),
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
    signal,
  });
  return { results: results!, out, ...written };
}

async function failure(args: readonly string[], signal?: AbortSignal): Promise<ForecastError> {
  const error = await run(args, signal).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!ForecastError.is(error)) throw new Error(`expected a ForecastError, got ${String(error)}`);
  return error;
}

/** The page without the script that sorts its tables, which may be there once. */
function withoutOwnScript(html: string): string {
  return html.replace(`<script>${SORT_SCRIPT}</script>`, '');
}

async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const FIRST_DAY = parseDay('2024-01-01');
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

/** A file with one line a day for each product, more on Saturdays. */
function dailyCsv(products: readonly (readonly [id: string, category: string])[], days = 150): string {
  const lines = ['Order Date,SKU,Category,Qty'];
  for (let d = 0; d < days; d++) {
    for (const [p, [id, category]] of products.entries()) {
      const units = 10 * (p + 1) + (d % 7 === 5 ? 8 : d % 3);
      lines.push([formatDay(FIRST_DAY + d), quoted(id), quoted(category), units].join(','));
    }
  }
  return `${lines.join('\n')}\n`;
}

describe('the generated merchant', () => {
  let demo: Awaited<ReturnType<typeof run>>;
  let html: string;
  let json: ForecastResults;
  beforeAll(async () => {
    const path = join(folder, 'results.json');
    demo = await run(['--model', 'fast', '--json', path]);
    html = await readFile(demo.out, 'utf8');
    json = JSON.parse(await readFile(path, 'utf8'));
  });

  it('has six categories and sixty products over three years', () => {
    expect(demo.results.categories).toHaveLength(6);
    expect(demo.results.training.products).toBe(60);
    expect(demo.results.data.firstDay).toBe('2022-01-01');
    expect(demo.results.data.lastDay).toBe('2024-12-31');
  });

  it('ranks products by expected units, each inside its interval', () => {
    for (const { products, forecast, days } of demo.results.categories) {
      expect(products).toHaveLength(5);
      expect(products.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5]);
      for (const [i, product] of products.entries()) {
        expect(product.lower).toBeLessThanOrEqual(product.predictedUnits);
        expect(product.upper).toBeGreaterThanOrEqual(product.predictedUnits);
        if (i > 0) expect(product.predictedUnits).toBeLessThanOrEqual(products[i - 1].predictedUnits);
      }
      expect(days).toHaveLength(30);
      const sumOfDays = days.reduce((sum, day) => sum + day.units, 0);
      expect(sumOfDays / forecast.predictedUnits).toBeCloseTo(1, 2);
    }
  });

  it('compares each category with the same weekdays of the year before', () => {
    const { records } = generateSales({ seed: 7 });
    const sold = new Map<string, number>();
    for (const { date, category, units } of records) {
      if (date >= '2024-01-03' && date <= '2024-02-01') sold.set(category, (sold.get(category) ?? 0) + units);
    }
    for (const { forecast, yearBefore, changeOnYearBefore } of demo.results.categories) {
      expect(yearBefore.map(({ date }) => date)).toEqual(
        Array.from({ length: 30 }, (_, d) => formatDay(parseDay('2025-01-01') + d)),
      );
      const past = yearBefore.reduce((sum, { units }) => sum + units, 0);
      // Days on which returns exceed sales count as zero, which adds a few units.
      expect(past / sold.get(forecast.category)!).toBeCloseTo(1, 2);
      expect(changeOnYearBefore).toBeCloseTo(100 * (forecast.predictedUnits / past - 1), 0);
    }
  });

  it('shows what promoting the best seller would change', () => {
    const { plan, answer } = demo.results.whatIf!;
    const [best] = demo.results.categories
      .flatMap(({ products }) => products)
      .sort((a, b) => b.predictedUnits - a.predictedUnits);
    expect(plan).toMatchObject([
      { from: '2025-01-01', to: '2025-01-07', productId: best.productId, promo: true },
    ]);
    expect(answer.products[0].base).toBeCloseTo(best.predictedUnits, 6);
    // The generator multiplies this product's sales by 1.79 in a promotion; the first week of a year is a low one.
    const { uplift } = generateSales({ seed: 7 }).truth.promotions.find(
      ({ productId }) => productId === best.productId,
    )!;
    const share = answer.products[0].difference / (answer.products[0].base * (7 / 30));
    expect(share).toBeGreaterThan(0.75 * (uplift - 1));
    expect(share).toBeLessThan(1.15 * (uplift - 1));
    expect(html).toContain('<h2>What if</h2>');
    expect(json.whatIf?.answer.total).toEqual(demo.results.whatIf!.answer.total);
    expect(demo.stdout).toContain('What if');
  });

  it('beats the seasonal naive forecast on the days held back', () => {
    const { model, seasonalNaive } = demo.results.training.validation!;
    expect(model.products.wape).toBeLessThan(seasonalNaive.products.wape);
    expect(model.categories.wape).toBeLessThan(seasonalNaive.categories.wape);
  });

  it('ranks the best sellers close to the truth of the generator', () => {
    const { truth, records } = generateSales({ seed: 7 });
    const days = truth.mean.length / truth.productIds.length;
    const categoryOf = new Map(records.map(({ productId, category }) => [productId, category]));
    const recentMean = (s: number) =>
      truth.mean.subarray((s + 1) * days - 365, (s + 1) * days).reduce((sum, value) => sum + value, 0);
    for (const { forecast, products } of demo.results.categories) {
      const best = truth.productIds
        .map((id, s) => ({ id, mean: recentMean(s) }))
        .filter(({ id }) => categoryOf.get(id) === forecast.category)
        .sort((a, b) => b.mean - a.mean)
        .slice(0, 5)
        .map(({ id }) => id);
      const found = products.filter(({ productId }) => best.includes(productId)).length;
      expect(found, forecast.category).toBeGreaterThanOrEqual(4);
    }
  });

  it('prints a table within 100 columns and a line per step', () => {
    for (const line of demo.stdout.split('\n')) {
      if (!line.startsWith('Written: ')) expect(line.length).toBeLessThanOrEqual(100);
    }
    const [best] = demo.results.categories[0].products;
    expect(demo.stdout).toContain(best.productId);
    expect(demo.stdout).toContain(new Intl.NumberFormat('en-US').format(Math.round(best.predictedUnits)));
    expect(demo.stdout).toContain('Seasonal naive');
    const steps = demo.stderr.trim().split('\n');
    expect(steps.map((step) => step.replace(/^ *[\d.]+ s {2}/, ''))).toEqual([
      'Read the sales',
      'Build daily series',
      'Backtest: levels and seasons',
      'Backtest: gradient boosting',
      'Backtest: weights of the members',
      'Train: levels and seasons',
      'Train: gradient boosting',
      'Train: weights of the members',
      'Forecast week, month and year',
    ]);
  });

  it('writes a self-contained report, with a chart for each category and one of the accuracy', () => {
    const addresses = html.match(/https?:\/\/[^"'\s<]+/g) ?? [];
    expect(addresses.every((address) => address.startsWith('http://www.w3.org/'))).toBe(true);
    expect(withoutOwnScript(html)).not.toMatch(/<(script|link|img|iframe|object)\b/i);
    expect(html).not.toContain('@import');
    expect(html).not.toContain('url(http');
    expect(html.match(/<svg role="img"[^>]*class="chart wide"/g)).toHaveLength(7);
    expect(html.match(/<svg role="img"[^>]*class="chart narrow"/g)).toHaveLength(7);
    expect(html).toContain('prefers-color-scheme: dark');
    expect(html).not.toMatch(/NaN|undefined|\[object/);
    for (const { forecast } of demo.results.categories)
      expect(html).toContain(`<h2>${forecast.category}</h2>`);
  });

  it('writes the same figures as JSON', () => {
    expect(json).toEqual(JSON.parse(JSON.stringify(demo.results)));
  });

  it('is another merchant with another seed', async () => {
    const { results } = await run(['--model', 'structural', '--seed', '8']);
    expect(results.data.units).not.toEqual(demo.results.data.units);
    expect(results.data.firstDay).toBe(demo.results.data.firstDay);
  });
});

describe('a file of sales', () => {
  it('is understood by the names of its columns, plain and compressed', async () => {
    const csv = dailyCsv([
      ['A', 'Tea'],
      ['B', 'Coffee'],
    ]);
    const plain = await run([await file('plain.csv', csv)]);
    const compressed = await run([await file('compressed.csv.gz', gzipSync(csv))]);
    expect(plain.results.source).toBe('date = Order Date, product = SKU, units = Qty, category = Category');
    expect(compressed.results.categories).toEqual(plain.results.categories);
    expect(plain.results.data.units).toBe(
      csv
        .trim()
        .split('\n')
        .slice(1)
        .reduce((sum, line) => sum + Number(line.split(',').pop()), 0),
    );
  });

  it('is forecast for the chosen period, category and limit', async () => {
    const csv = dailyCsv([
      ['A', 'Toys'],
      ['B', 'Toys'],
      ['C', 'Games'],
    ]);
    const flags = ['--period', 'week', '--category', 'Toys', '--limit', '1'];
    const { results, stdout } = await run([await file('chosen.csv', csv), ...flags]);
    expect(results.categories.map(({ forecast }) => forecast.category)).toEqual(['Toys']);
    expect(results.categories[0].products.map(({ productId }) => productId)).toEqual(['B']);
    expect([results.firstDay, results.lastDay]).toEqual(['2024-05-30', '2024-06-05']);
    expect(results.categories[0].days).toHaveLength(7);
    expect(stdout).toContain('Best sellers of the next week, 30 May 2024 to 5 Jun 2024');
  });

  it('is forecast for a year', async () => {
    const path = await file('year.csv', dailyCsv([['A', 'Toys']], 500));
    const { results } = await run([path, '--model', 'structural', '--period', 'year', '--country', 'US']);
    expect(results.categories[0].days).toHaveLength(365);
    expect(results.categories[0].history).toHaveLength(365);
    // 52 weeks before the last day of a year lies after the history.
    expect(results.categories[0].yearBefore).toHaveLength(364);
  });

  it('is read with the columns and the date format of the flags', async () => {
    const lines = Array.from({ length: 120 }, (_, d) => {
      const [year, month, day] = formatDay(FIRST_DAY + d).split('-');
      return `${Number(day)}.${Number(month)}.${year};Lamp;north;Lights;${5 + (d % 7)}`;
    });
    const path = await file('flags.csv', `wann;was;wo;gruppe;anzahl\n${lines.join('\n')}\n`);
    const flags = ['--column', 'date=wann', '--column', 'product=was,wo', '--column', 'units=anzahl'];
    const { results } = await run([
      path,
      ...flags,
      '--column',
      'category=gruppe',
      '--date-format',
      'd.M.yyyy',
    ]);
    expect(results.categories.map(({ forecast }) => forecast.category)).toEqual(['Lights']);
    expect(results.categories[0].products[0].productId).toBe('Lamp@north');
    expect(results.data.lastDay).toBe(formatDay(FIRST_DAY + 119));
    const shorter = await run([path, ...flags, '--date-format', 'd.M.yyyy', '--last-day', '2024-04-20']);
    expect(shorter.results.data.lastDay).toBe('2024-04-20');
  });

  it('starts a product at its first price, and keeps the stores apart', async () => {
    const lines = Array.from({ length: 130 }, (_, d) => {
      const day = formatDay(FIRST_DAY + d);
      const late = d < 40 ? '0,' : '3,2.50';
      return `${day},Milk,north,${6 + (d % 7)},1.20\n${day},Milk,south,${late}`;
    });
    const path = await file('stores.csv', `date,item,store,units,price\n${lines.join('\n')}\n`);
    const { results } = await run([path]);
    expect(results.categories[0].products.map(({ productId }) => productId)).toEqual([
      'Milk@north',
      'Milk@south',
    ]);
    expect(results.data.rows - results.data.accepted).toBe(40);
    const [finding] = results.data.findings.filter(({ code }) => code === 'filtered');
    expect(finding).toMatchObject({ count: 40, message: expect.stringContaining('not on sale yet') });
  });

  it('is sorted into categories by rules, without what is no product', async () => {
    const rules = await file(
      'rules.json',
      JSON.stringify({
        excludeProducts: ['POST'],
        excludePatterns: ['^gift_'],
        pricedOnly: true,
        categories: [
          { name: 'Bags', keywords: ['bag'] },
          { name: 'Lights', keywords: ['light'] },
        ],
      }),
    );
    const lines = Array.from({ length: 120 }, (_, d) => {
      const at = `${formatDay(FIRST_DAY + d)} 09:30:00`;
      return [
        `100A,RED LUNCH BAG,${9 + (d % 7)},${at},2.5`,
        `200B,  FAIRY LIGHTS,${4 + (d % 7)},${at},1`,
        `200B,damaged bag,-1,${at},0`,
        `300C,CABBAGE PLANT,2,${at},1`,
        `post,POSTAGE,1,${at},18`,
        `gift_10,VOUCHER,1,${at},10`,
      ].join('\n');
    });
    const path = await file(
      'invoices.csv',
      `StockCode,Description,Quantity,InvoiceDate,Price\n${lines.join('\n')}\n`,
    );
    const { results, stdout } = await run([path, '--category-rules', rules]);
    const found = results.categories.map(({ forecast, products }) => [
      forecast.category,
      products.map(({ productId }) => productId),
    ]);
    expect(found).toEqual([
      ['Bags', ['100A']],
      ['Lights', ['200B']],
      ['Other', ['300C']],
    ]);
    expect(results.names).toEqual({
      '100A': 'RED LUNCH BAG',
      '200B': 'FAIRY LIGHTS',
      '300C': 'CABBAGE PLANT',
    });
    expect(results.data.rows - results.data.accepted).toBe(3 * 120);
    expect(stdout).toContain('FAIRY LIGHTS');
  });

  it('cannot put markup or terminal codes into the results', async () => {
    const hostile = [
      ['<script>alert(1)</script>', '"><img src=x onerror=alert(2)>'],
      ["'onmouseover='alert(3)", '</title></style><svg onload=alert(4)>'],
      ['&lt;b&gt;\u001b[31mred', '{{7*7}} ]]> -->'],
    ] as const;
    const { out, stdout } = await run([await file('<b>hostile&.csv', dailyCsv(hostile))]);
    const html = await readFile(out, 'utf8');
    expect(withoutOwnScript(html)).not.toMatch(/<(script|img|b>hostile)/i);
    expect(html).not.toMatch(/<svg onload/i);
    const withoutAttributeValues = html.replace(/"[^"]*"/g, '""');
    expect(withoutAttributeValues).not.toMatch(/<[^>]*\son(error|load|mouseover)\s*=/i);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).toContain('&#39;onmouseover=&#39;alert(3)');
    expect(html).toContain('&amp;lt;b&amp;gt;');
    expect(html.match(/<\/title>/g)).toHaveLength(1);
    expect(html.match(/<\/style>/g)!.length).toBe(html.match(/<style\b/g)!.length);
    expect(stdout).not.toContain('\u001b');
  });

  it('with a short history has a forecast but no backtest', async () => {
    const { results, stdout, out } = await run([await file('short.csv', dailyCsv([['A', 'Tea']], 40))]);
    expect(results.training.validation).toBeUndefined();
    expect(results.categories[0].changeOnYearBefore).toBeNull();
    expect(stdout).toContain('too short to hold days back');
    expect(await readFile(out, 'utf8')).toContain('too short to hold days back');
    expect(results.categories[0].forecast.predictedUnits).toBeGreaterThan(0);
  });
});

describe('several files', () => {
  const header = 'Order ID,Date,SKU,Category,Qty';
  const orders = (from: number, to: number) => {
    const lines = [header];
    for (let d = from; d < to; d++) lines.push(`${d},${formatDay(FIRST_DAY + d)},MUG,Mugs,${3 + (d % 4)}`);
    return `${lines.join('\n')}\n`;
  };

  it('count an order that is in two files once', async () => {
    const spring = await file('spring.csv', orders(0, 60));
    const summer = await file('summer.csv', orders(40, 100));
    const { results } = await run([spring, summer, '--model', 'structural']);
    const expected = Array.from({ length: 100 }, (_, d) => 3 + (d % 4)).reduce((sum, units) => sum + units);
    expect(results.title).toBe('spring.csv, summer.csv');
    expect(results.data.units).toBe(expected);
    expect(results.data.findings).toContainEqual(
      expect.objectContaining({ code: 'repeated-line', count: 20 }),
    );
  });

  it('ask whether the sales are the same if there are no order numbers', async () => {
    const daily = await file('daily.csv', dailyCsv([['MUG', 'Mugs']], 40));
    const error = await failure([daily, daily, '--model', 'structural']);
    expect(error.path).toEqual(['overlap']);
    expect(error.hint).toContain('--overlap');
    expect(exitCodeOf(error)).toBe(3);
  });
});

describe('errors', () => {
  const message = ({ message, hint }: ForecastError) => `${message} / ${hint}`;

  it('lists the columns if a flag names an unknown one', async () => {
    const path = await file('columns.csv', dailyCsv([['A', 'Tea']], 3));
    const error = await failure([path, '--column', 'units=Pieces']);
    expect(error.code).toBe('invalid-option');
    expect(message(error)).toContain('no column "Pieces"');
    expect(message(error)).toContain('Order Date, SKU, Category, Qty');
    expect(exitCodeOf(error)).toBe(2);
  });

  it('names the flag for a column that is not recognised', async () => {
    const path = await file('unknown.csv', 'when,sku,qty\nyesterday,A,1\n');
    const error = await failure([path]);
    expect(message(error)).toContain('Which column holds the day of the sale?');
    expect(message(error)).toContain('--column date=');
    expect(message(error)).toContain('when, sku, qty');
    expect(exitCodeOf(error)).toBe(3);
  });

  it('dates that can be read in two ways are a question with the flag that answers it', async () => {
    const path = await file('dates.csv', 'date,sku,qty\n03/04/2024,A,1\n');
    const error = await failure([path]);
    expect(error.path).toEqual(['date-order']);
    expect(message(error)).toContain('03/04/2024');
    expect(message(error)).toContain('--date-format DMY');
    expect(exitCodeOf(error)).toBe(3);
  });

  it('names the commonest fault first', async () => {
    const rows = ['2024-03-01,A,many', '2024-03-02,A,few', '2024-03-03,,3'];
    const path = await file('faults.csv', `date,sku,units\n${rows.join('\n')}\n`);
    const error = await failure([path, '--column', 'units=units']);
    expect(error.code).toBe('empty-data');
    expect(error.hint).toMatch(/^The units are missing, not a number/);
    expect(exitCodeOf(error)).toBe(1);
  });

  it.each([
    [['--period', 'decade'], '--period'],
    [['--limit', '0'], '--limit'],
    [['--limit', '1e3'], '--limit'],
    [['--colour'], 'arguments'],
    [['--overlap', 'maybe'], '--overlap'],
    [['--where', 'Type'], '--where'],
    [['--column', 'colour=Red'], '--column'],
    [['--decimal', 'x'], '--decimal'],
    [[join(tmpdir(), 'no-such-file.csv')], 'file'],
    [[tmpdir()], 'file'],
    [['--country', 'Atlantis'], 'country'],
  ])('%j is refused', async (args, path) => {
    expect((await failure(args)).path).toEqual([path]);
  });

  it('an empty file, a header alone and rules without descriptions are refused', async () => {
    expect((await failure([await file('empty.csv', '')])).code).toBe('empty-data');
    expect((await failure([await file('header.csv', 'date,sku,qty\n')])).code).toBe('empty-data');
    const sales = await file('sales.csv', dailyCsv([['A', 'Tea']], 3));
    const rules = await file('some-rules.json', '{"categories":[]}');
    expect((await failure([sales, '--category-rules', rules])).path).toEqual(['--category-rules']);
    const broken = await file('broken.json', '{"categories":[{"name":"Bags"}]}');
    const error = await failure([sales, '--category-rules', broken]);
    expect(error.path).toEqual(['--category-rules']);
    expect(error.hint).toContain('keywords');
  });

  it('lists the known categories for an unknown one', async () => {
    const path = await file('category.csv', dailyCsv([['A', 'Tea']]));
    const error = await failure([path, '--category', 'Rum']);
    expect(error.code).toBe('not-found');
    expect(error.hint).toContain('Tea');
  });

  it('an abort stops the run before anything is written', async () => {
    const controller = new AbortController();
    const out = join(folder, 'aborted.html');
    const stderr = {
      write: (text: string) => {
        if (text.includes('Train')) controller.abort();
      },
    };
    const stdout = { write: () => true };
    const running = runCli(['demo', '--model', 'structural', '--html', out], {
      stdin: noInput(),
      stdout,
      stderr,
      signal: controller.signal,
    });
    await expect(running).rejects.toMatchObject({ code: 'aborted' });
    await expect(stat(out)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('--help lists every flag and writes nothing', async () => {
    const { results, stdout, out } = await run(['--help']);
    expect(results).toBeUndefined();
    for (const flag of [
      '--column',
      '--where',
      '--period',
      '--country',
      '--category-rules',
      '--html',
      '--json',
      '--csv',
    ]) {
      expect(stdout).toContain(flag);
    }
    await expect(stat(out)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('plans on the command line', () => {
  /** A shop with a promotion of A in every fifth week, up to yesterday. */
  async function salesFile() {
    const lines = ['date,product,category,units,promo'];
    for (let d = 0; d < 300; d++) {
      const promo = Math.floor(d / 7) % 5 === 4;
      lines.push(`${formatDay(FIRST_DAY + d)},A,Toys,${(promo ? 40 : 20) + (d % 3)},${promo ? 1 : 0}`);
      lines.push(`${formatDay(FIRST_DAY + d)},B,Toys,${30 + (d % 4)},0`);
    }
    return file('planned.csv', `${lines.join('\n')}\n`);
  }
  async function forecastOf(args: readonly string[]) {
    const written = { stdout: '' };
    const results = await runCli(['forecast', await salesFile(), '--period', 'week', ...args], {
      stdin: noInput(),
      stdout: { write: (text) => (written.stdout += text) },
      stderr: { write: () => undefined },
    });
    return { results: results!, ...written };
  }
  const [from, to] = [formatDay(FIRST_DAY + 300), formatDay(FIRST_DAY + 306)];
  const unitsOf = (results: ForecastResults, id: string) =>
    results.categories.flatMap(({ products }) => products).find(({ productId }) => productId === id)!
      .predictedUnits;

  it('forecasts what is planned, and what would change besides', async () => {
    const plan = await file('plan.csv', `from,to,product,promo\n${from},${to},A,1\nsoon,${to},A,1\n`);
    const scenario = await file('scenario.csv', `date,product,open\n${from},*,no\n`);
    const plain = await forecastOf([]);
    expect(plain.results.whatIf).toBeUndefined();
    const planned = await forecastOf(['--plan', plan, '--what-if', scenario]);
    expect(unitsOf(planned.results, 'A') / unitsOf(plain.results, 'A')).toBeGreaterThan(1.4);
    expect(planned.results.source).toContain('plan: 1 records of plan.csv, 1 lines left out (line 3, from:');
    const { answer, plan: asked } = planned.results.whatIf!;
    expect(asked).toEqual([{ date: from, all: true, open: false }]);
    expect(answer.changedProducts).toBe(2);
    expect(answer.total.difference / answer.total.base).toBeCloseTo(-1 / 7, 1);
    expect(planned.stdout).toContain('What if');
    expect(planned.stdout).toContain('everything: closed');
  });

  it('refuses files without a line that can be used, and other commands', async () => {
    const nothing = await file('nothing.csv', `date,product,promo\n${from},A,maybe\n`);
    const codeOf = async (args: readonly string[]) => {
      const error = await forecastOf(args).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      return ForecastError.is(error) ? [error.code, error.path[0]] : error;
    };
    expect(await codeOf(['--plan', nothing])).toEqual(['empty-data', '--plan']);
    expect(await codeOf(['--plan', 'missing.csv'])).toEqual(['not-found', 'file']);
    const open = await file('open.csv', 'date,product,promo\n3/4/2026,A,1\n');
    expect(await codeOf(['--what-if', open])).toEqual(['invalid-data', 'date-order']);
    const context = { stdin: noInput(), stdout: { write: () => {} }, stderr: { write: () => {} } };
    await expect(runCli(['inspect', nothing, '--plan', nothing], context)).rejects.toMatchObject({
      path: ['--plan'],
    });
  });
});
