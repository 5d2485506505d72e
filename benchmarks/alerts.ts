/**
 * Alerts on generated truth: a share of the products of a shop does something else than expected in its last week. Precision is the
 * share of alerts about disturbed products, at their days; recall the share of disturbances that an alert tells, also among those
 * that differ from the expected sales by at least five standard deviations of Poisson counts. Shops without any
 * disturbance show false alarms.
 *
 *   npm run bench:alerts -- --shops 4 --first-seed 1 --products 200 --json alerts.json
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Alert, type AlertKind, type Alerts, createForecaster } from 'commerce-forecast';
import {
  DISTURBANCES,
  type Disturbance,
  type Disturbed,
  type DisturbedShop,
  disturbedShop,
  WINDOW,
} from './alerts/disturbed-shop.js';

const { values: flags } = parseArgs({
  options: {
    shops: { type: 'string', default: '4' },
    'first-seed': { type: 'string', default: '1' },
    products: { type: 'string', default: '200' },
    share: { type: 'string', default: '0.1' },
    rate: { type: 'string', default: '0.05' },
    json: { type: 'string' },
  },
});
const shops = Number(flags.shops);
const firstSeed = Number(flags['first-seed']);
const products = Number(flags.products);
const rate = Number(flags.rate);

/** Kinds of alerts that tell a disturbance. */
const TOLD_BY: Readonly<Record<Disturbance, readonly AlertKind[]>> = {
  spike: ['spike'],
  drop: ['drop', 'stopped'],
  stopped: ['stopped', 'drop'],
  started: ['started'],
  'missed-promotion': ['missed-promotion', 'drop'],
};
const CLEAR = 5;

const tells = (alert: Alert, { kind, productId, firstDay, lastDay }: Disturbed) =>
  alert.productId === productId &&
  TOLD_BY[kind].includes(alert.kind) &&
  alert.firstDay <= lastDay &&
  alert.lastDay >= firstDay;

async function alertsOf({
  records,
  plans,
  events,
  now,
}: DisturbedShop): Promise<Alerts & { readonly seconds: number }> {
  const forecaster = createForecaster({ events, now: () => now });
  await forecaster.ingest(records);
  await forecaster.plan(plans);
  const start = performance.now();
  const alerts = await forecaster.alerts({ days: WINDOW, falseDiscoveryRate: rate });
  return { ...alerts, seconds: (performance.now() - start) / 1000 };
}

interface Judged {
  readonly disturbed: readonly (Disturbed & { readonly told: boolean })[];
  readonly alerts: readonly (Alert & { readonly right: boolean })[];
}

const judged: Judged[] = [];
const quiet: { readonly products: number; readonly categories: number }[] = [];
let seconds = 0;
for (let seed = firstSeed; seed < firstSeed + shops; seed++) {
  const shop = disturbedShop(seed, products, Number(flags.share));
  const found = await alertsOf(shop);
  seconds += found.seconds;
  const ofProducts = found.alerts.filter(({ level }) => level === 'product');
  judged.push({
    disturbed: shop.disturbed.map((one) => ({ ...one, told: ofProducts.some((alert) => tells(alert, one)) })),
    alerts: ofProducts.map((alert) => ({ ...alert, right: shop.disturbed.some((one) => tells(alert, one)) })),
  });
  const calm = await alertsOf(disturbedShop(100 + seed, products, 0));
  const count = (level: Alert['level']) => calm.alerts.filter((alert) => alert.level === level).length;
  quiet.push({ products: count('product'), categories: count('category') });
  console.error(`shop ${seed - firstSeed + 1} of ${shops}`);
}

const share = (part: number, whole: number) => (whole === 0 ? null : Number((part / whole).toFixed(3)));
const disturbed = judged.flatMap((one) => one.disturbed);
const alerts = judged.flatMap((one) => one.alerts);
const table = [...DISTURBANCES, 'all' as const].map((kind) => {
  const own = disturbed.filter((one) => kind === 'all' || one.kind === kind);
  const clear = own.filter(({ deviations }) => deviations >= CLEAR);
  const raised = alerts.filter((alert) => kind === 'all' || alert.kind === kind);
  return {
    kind,
    disturbed: own.length,
    clear: clear.length,
    recall: share(own.filter(({ told }) => told).length, own.length),
    'recall of clear ones': share(clear.filter(({ told }) => told).length, clear.length),
    alerts: raised.length,
    precision: share(raised.filter(({ right }) => right).length, raised.length),
  };
});
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const quietShops = {
  'false alerts of products a shop and week': mean(quiet.map((one) => one.products)),
  'false alerts of categories a shop and week': mean(quiet.map((one) => one.categories)),
  'seconds a shop': Number((seconds / shops).toFixed(2)),
};
console.log(`${shops} shops of ${products} products, the last ${WINDOW} days, false discovery rate ${rate}`);
console.table(table);
console.log('Shops in which nothing happened:');
console.table([quietShops]);
if (flags.json) writeFileSync(flags.json, `${JSON.stringify({ table, quietShops, judged }, null, 2)}\n`);
