import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildPanel } from '../../../src/panel/build-panel.js';
import {
  type KaggleCredentials,
  type KaggleOptions,
  kaggleSource,
} from '../../../src/sources/kaggle/kaggle-source.js';
import { m5Recipe } from '../../../src/sources/kaggle/m5.js';
import { csvRecipe, KAGGLE_RECIPES } from '../../../src/sources/kaggle/recipes.js';
import {
  type FakeService,
  fakeService,
  type Handler,
  hang,
  json,
  text,
} from '../../transport/fake-service.js';
import { collect } from '../collect.js';

const CREDENTIALS = { username: 'merchant', key: '0123456789abcdef' };
const BASIC = `Basic ${Buffer.from('merchant:0123456789abcdef').toString('base64')}`;

/** A zip archive of texts, with compressible ballast before them. */
const zip = (files: Record<string, string>) =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, content]) => [name, strToU8(content)])));

describe('kaggleSource', () => {
  let kaggle: FakeService;
  let storage: FakeService;
  let files: Record<string, Uint8Array | string>;

  beforeEach(async () => {
    files = {};
    storage = await fakeService((request, response) => {
      // A signed address is enough here; a second way to authenticate is refused, as Google's storage does.
      if (request.headers.authorization || request.query.get('signature') !== 'signed-for-you') {
        return void response.writeHead(400).end();
      }
      response.writeHead(200).end(files[decodeURIComponent(request.path)]);
    });
    kaggle = await fakeService((request, response) => {
      if (request.headers.authorization !== BASIC)
        return json({ code: 401, message: 'Unauthorized' }, 401)(request, response);
      if (files[decodeURIComponent(request.path)] === undefined)
        return json({ code: 404, message: '404 - Not Found' }, 404)(request, response);
      const location = `${storage.url}${request.path}?signature=signed-for-you`;
      response.writeHead(302, { location }).end();
    });
  });
  afterEach(async () => {
    await Promise.all([kaggle.close(), storage.close()]);
  });

  const source = (options: Partial<KaggleOptions> = {}) =>
    kaggleSource({
      credentials: CREDENTIALS,
      ...options,
      http: { baseUrl: kaggle.url, sleep: async () => {}, timeoutMs: 2_000, maxRetries: 1, ...options.http },
    });
  const competition = (name: string, file: string) => `/competitions/data/download/${name}/${file}`;
  const DEMAND = competition('demand-forecasting-kernels-only', 'train.csv');
  const demand = 'date,store,item,sales\n2013-01-01,1,1,13\n2013-01-02,1,1,11\n';

  it.each([
    ['plain', demand],
    ['gzip', gzipSync(demand)],
    ['zip', zip({ 'sample.csv': 'x\n'.repeat(100_000), 'data/train.csv': demand, 'test.csv': 'y' })],
  ])('reads a %s file behind a redirect, without passing the credentials on', async (_, content) => {
    files[DEMAND] = content;
    const { panel, report } = await buildPanel(source().records(KAGGLE_RECIPES.storeItemDemand));
    expect([...panel.units]).toEqual([13, 11]);
    expect(report).toBeDefined();
    expect(kaggle.requests[0]!.headers.authorization).toBe(BASIC);
    expect(storage.requests[0]!.headers.authorization).toBeUndefined();
  });

  it('reads data sets too, and takes a token', async () => {
    kaggle.answer((request, response) => {
      const isRight = request.headers.authorization === 'Bearer KGAT_1234567890';
      (isRight ? text('date,sku,units\n2024-01-01,a b,2\n') : json({}, 401))(request, response);
    });
    const recipe = csvRecipe({ dataset: 'some one/shop & co' }, 'sales 2024.csv', {
      columns: { productId: 'sku' },
    });
    const token = source({ credentials: { token: 'KGAT_1234567890' } });
    expect(await collect(token.records(recipe))).toMatchObject([
      { date: '2024-01-01', productId: 'a b', units: 2 },
    ]);
    expect(kaggle.requests[0]!.path).toBe('/datasets/download/some%20one/shop%20%26%20co/sales%202024.csv');
  });

  it('knows Rossmann: turnover of stores by type, with promotions and closed days', async () => {
    const rossmann = 'rossmann-store-sales';
    files[competition(rossmann, 'store.csv')] = '"Store","StoreType","Assortment"\n1,"c","a"\n2,"a","a"\n';
    files[competition(rossmann, 'train.csv')] = zip({
      'train.csv':
        '"Store","DayOfWeek","Date","Sales","Customers","Open","Promo","StateHoliday","SchoolHoliday"\n' +
        '1,5,2015-07-31,5263,555,1,1,"0","1"\n2,7,2015-07-26,0,0,0,0,"0","0"\n',
    });
    expect(await collect(source().records(KAGGLE_RECIPES.rossmann))).toMatchObject([
      { date: '2015-07-31', productId: '1', category: 'c', units: 5263, promo: true, inStock: true },
      { date: '2015-07-26', productId: '2', category: 'a', units: 0, promo: false, inStock: false },
    ]);
  });

  it('knows Favorita: families as products and categories', async () => {
    files[competition('store-sales-time-series-forecasting', 'train.csv')] =
      'id,date,store_nbr,family,sales,onpromotion\n0,2013-01-01,1,AUTOMOTIVE,0.0,0\n1,2013-01-01,1,"BREAD/BAKERY",470.6,3\n';
    expect(await collect(source().records(KAGGLE_RECIPES.favorita))).toMatchObject([
      { productId: 'AUTOMOTIVE', category: 'AUTOMOTIVE', location: '1', units: 0, promo: false },
      { productId: 'BREAD/BAKERY', units: 470.6, promo: true },
    ]);
  });

  it('knows Walmart: weeks up to Friday, spread over their days', async () => {
    files[competition('walmart-recruiting-store-sales-forecasting', 'train.csv.zip')] = zip({
      'train.csv': 'Store,Dept,Date,Weekly_Sales,IsHoliday\n1,1,2010-02-05,24924.5,FALSE\n',
    });
    const days = await collect(source().records(KAGGLE_RECIPES.walmart));
    expect(days.map(({ date }) => date)).toEqual(
      ['01-30', '01-31', '02-01', '02-02', '02-03', '02-04', '02-05'].map((day) => `2010-${day}`),
    );
    expect(days.reduce((sum, { units }) => sum + units, 0)).toBeCloseTo(24924.5, 8);
    expect(days[0]).toMatchObject({ productId: '1', location: '1' });
    files[competition('walmart-recruiting-store-sales-forecasting', 'train.csv.zip')] =
      'Store,Dept,Date,Weekly_Sales\n1,1,2010-02-05,\n';
    await expect(collect(source().records(KAGGLE_RECIPES.walmart))).rejects.toMatchObject({
      code: 'invalid-data',
    });
  });

  it('knows M5: one column a day, weekly prices, days before the first price left out', async () => {
    const m5 = 'm5-forecasting-accuracy';
    files[competition(m5, 'calendar.csv')] =
      'date,wm_yr_wk,weekday,d\n2011-01-28,11100,Friday,d_1\n2011-01-29,11101,Saturday,d_2\n2011-01-30,11101,Sunday,d_3\n';
    files[competition(m5, 'sell_prices.csv')] = zip({
      'sell_prices.csv': 'store_id,item_id,wm_yr_wk,sell_price\nCA_1,HOBBIES_1_001,11101,9.5\n',
    });
    files[competition(m5, 'sales_train_evaluation.csv')] =
      'id,item_id,dept_id,cat_id,store_id,state_id,d_1,d_2,d_3\n' +
      'x,HOBBIES_1_001,HOBBIES_1,HOBBIES,CA_1,CA,0,3,4\n';
    const common = { productId: 'HOBBIES_1_001', category: 'HOBBIES_1', location: 'CA_1' };
    expect(await collect(source().records(KAGGLE_RECIPES.m5))).toEqual([
      { ...common, date: '2011-01-29', units: 3, price: 9.5 },
      { ...common, date: '2011-01-30', units: 4, price: 9.5 },
    ]);
    expect(await collect(source().records(m5Recipe({ prices: false })))).toHaveLength(3);
    files[competition(m5, 'sales_train_evaluation.csv')] = 'id,item_id,store_id,d_1\nx,H,CA_1,0\n';
    await expect(collect(source().records(m5Recipe({ prices: false })))).rejects.toMatchObject({
      code: 'invalid-data',
      path: ['sales_train_evaluation.csv', 'dept_id'],
    });
    files[competition(m5, 'sales_train_evaluation.csv')] =
      'id,item_id,dept_id,cat_id,store_id,state_id,d_9\nx,H,H,H,CA_1,CA,1\n';
    await expect(collect(source().records(m5Recipe({ prices: false })))).rejects.toMatchObject({
      code: 'invalid-data',
    });
  });

  it.each([
    ['401', json({ message: 'Unauthorized' }, 401), 'unauthorized'],
    ['403', json({ message: 'You must accept this competition’s rules' }, 403), 'unauthorized'],
    ['404', json({}, 404), 'not-found'],
    ['429', json({}, 429), 'limit-exceeded'],
    ['500', json({}, 500), 'unavailable'],
    ['no answer', hang, 'timeout'],
    [
      'a body that stops',
      ((_, response) => void response.writeHead(200).write('date,')) as Handler,
      'timeout',
    ],
    ['a page of HTML', text('<html><body>Sign in</body></html>'), 'invalid-data'],
    ['other columns', text('day,shop,article,sold\n2024-01-01,1,1,1\n'), 'invalid-option'],
  ] as const)('answers %s with a typed error without secrets', async (_, handler, code) => {
    kaggle.answer(handler);
    const error = await collect(source().records(KAGGLE_RECIPES.storeItemDemand)).catch((thrown) => thrown);
    expect(error.code).toBe(code);
    const shown = inspect(error, { depth: 20, showHidden: true });
    for (const secret of [CREDENTIALS.key, BASIC, 'signed-for-you']) expect(shown).not.toContain(secret);
  });

  it('says where to accept the rules of a competition', async () => {
    kaggle.answer(json({}, 403));
    const call = collect(source().records(KAGGLE_RECIPES.storeItemDemand));
    await expect(call).rejects.toMatchObject({
      hint: expect.stringContaining('kaggle.com/c/demand-forecasting-kernels-only/rules'),
    });
  });

  it('answers damaged archives with a typed error', async () => {
    const whole = zip({ 'train.csv': demand + '2013-01-03,1,1,12\n'.repeat(5_000) });
    const damaged = whole.slice();
    damaged.fill(0xff, 60, 120);
    for (const content of [whole.slice(0, whole.length / 2), damaged, zip({ 'other.csv': 'x' })]) {
      files[DEMAND] = content;
      const call = collect(source().records(KAGGLE_RECIPES.storeItemDemand));
      await expect(call).rejects.toMatchObject({ code: 'invalid-data' });
    }
  });

  it('limits what an archive may grow to', async () => {
    const bomb = zip({ 'train.csv': `date,store,item,sales\n${'0'.repeat(5_000_000)}` });
    expect(bomb.length).toBeLessThan(50_000);
    files[DEMAND] = bomb;
    const call = collect(source({ maxFileBytes: 1_000_000 }).records(KAGGLE_RECIPES.storeItemDemand));
    await expect(call).rejects.toMatchObject({ code: 'limit-exceeded' });
  });

  it('stops when it is aborted', async () => {
    kaggle.answer(hang);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    const slow = source({ http: { timeoutMs: 600_000 } });
    const call = collect(slow.records(KAGGLE_RECIPES.storeItemDemand, { signal: controller.signal }));
    await expect(call).rejects.toMatchObject({ code: 'aborted' });
  });

  it.each([[{ username: '', key: '' }], [{ token: '' }], [{}]])(
    'refuses the credentials %o',
    (credentials) => {
      expect(() => source({ credentials: credentials as KaggleCredentials })).toThrow(
        expect.objectContaining({ code: 'invalid-option', path: ['credentials'] }),
      );
    },
  );

  it('refuses names that lead elsewhere', async () => {
    for (const origin of [{ competition: '..' }, { dataset: 'a/../b' }, { dataset: '' }]) {
      const call = collect(source().records(csvRecipe(origin, 'x.csv', {})));
      await expect(call).rejects.toMatchObject({ code: 'invalid-option' });
    }
    expect(kaggle.requests).toEqual([]);
  });
});
