import type { ProductForecast, StockPlanRow } from '../index.js';
import { alertsCard } from './alerts-card.js';
import {
  type Column,
  changeCell,
  levelName,
  numberCell,
  productName,
  rangeBar,
  sortableTable,
  trendBase,
  trendMark,
} from './cells.js';
import { htmlDocument } from './document.js';
import { accuracyCard, dataCard } from './evidence-cards.js';
import { forecastChart } from './forecast-chart.js';
import type { CategoryResult, ReportContent } from './forecast-results.js';
import {
  formatCount,
  formatDate,
  formatInterval,
  formatShare,
  formatUnits,
  moneyFormat,
  shownAccuracy,
  stageNote,
  TREND_ARROWS,
} from './format.js';
import { type Html, html } from './html.js';
import { whatIfCard } from './what-if-card.js';

/** Categories that get a chart of their own; the table lists them all. */
const MAX_CHARTS = 24;

/** A forecast as one HTML file without external resources. */
export function htmlReport(results: ReportContent): string {
  const { training, data, intervalLevel } = results;
  const charted = results.categories.slice(0, MAX_CHARTS);
  return htmlDocument(
    `Sales forecast: ${results.title}`,
    html`${heading(results)}
${figures(results)}
${overview(results)}
${results.alerts ? alertsCard(results.alerts, results.names) : []}
${results.whatIf ? whatIfCard(results.whatIf, results) : []}
${charted.map((category) => categoryCard(category, results))}
${training ? accuracyCard(training, intervalLevel) : []}
${data ? dataCard(data, training) : []}
<footer>Model ${results.modelVersion}, made on ${formatDate(results.generatedAt.slice(0, 10))} with
commerce-forecast.</footer>`,
  );
}

function heading({ timePeriod, firstDay, lastDay, title, source }: ReportContent): Html {
  return html`<header>
<h1>What will sell in the next ${timePeriod}</h1>
<p class="lead">${formatDate(firstDay)} to ${formatDate(lastDay)} · ${title}${source ? html`<br>${source}` : []}</p>
</header>`;
}

function figures(results: ReportContent): Html {
  const { categories, training, currency } = results;
  const expected = categories.reduce((sum, { forecast }) => sum + forecast.predictedUnits, 0);
  const revenue = sumOf(categories.map((category) => category.revenue));
  const best = categories
    .flatMap(({ products }) => products)
    .reduce<ProductForecast | undefined>(
      (top, product) => (top && top.predictedUnits >= product.predictedUnits ? top : product),
      undefined,
    );
  const wape = training?.validation?.model.categories.wape;
  return html`<div class="figures">
${figure(formatUnits(expected), `units expected in ${categories.length} ${categories.length === 1 ? 'category' : 'categories'}`)}
${revenue === null ? [] : figure(moneyFormat(currency)(revenue), 'revenue expected')}
${best ? figure(results.names[best.productId] ?? best.productId, `best seller, ${formatUnits(best.predictedUnits)} units`) : []}
${wape === undefined ? [] : figure(formatShare(shownAccuracy(wape)), 'of a category’s daily volume forecast right in the backtest')}
</div>`;
}

function figure(value: string, caption: string): Html {
  return html`<div class="figure"><b>${value}</b><span>${caption}</span></div>`;
}

function overview({ categories, intervalLevel, training, currency }: ReportContent): Html {
  const byCategory = training?.validation?.byCategory;
  const money = categories.some(({ revenue }) => revenue !== null);
  const columns: Column[] = [
    { name: 'Category', kind: 'text' },
    { name: 'On last year', kind: 'number' },
    { name: 'On the days before', kind: 'number' },
    { name: 'Expected units', kind: 'number' },
    { name: levelName(intervalLevel), className: 'number' },
    ...(money ? [{ name: 'Revenue', kind: 'number' } as const] : []),
    { name: 'Products', kind: 'number' },
    ...(byCategory ? [{ name: 'Backtest accuracy', kind: 'number' } as const] : []),
  ];
  const rows = categories.map(({ forecast, revenue }) => {
    const { category, productCount, predictedUnits, lower, upper, trend } = forecast;
    const wape = byCategory?.[category]?.wape;
    return html`<tr>
<th scope="row">${category}</th>
${changeCell(trend, 'year-before')}
${changeCell(trend, 'days-before')}
${numberCell(predictedUnits, formatUnits)}
<td class="number">${formatInterval(lower, upper)}</td>
${money ? numberCell(revenue, moneyFormat(currency)) : []}
${numberCell(productCount, formatCount)}
${byCategory ? numberCell(wape === undefined ? null : shownAccuracy(wape), formatShare) : []}
</tr>`;
  });
  return html`<section class="card">
<h2>Categories</h2>
${sortableTable(columns, rows)}
<p class="note">Expected units against the same weeks of last year, which have the same season, and against the same number of days
before. ${TREND_ARROWS.up} and ${TREND_ARROWS.down} are changes that are unlikely to be chance; ${TREND_ARROWS.flat} is within the
usual noise.</p>
</section>`;
}

function categoryCard(result: CategoryResult, results: ReportContent): Html {
  const { forecast, history, days, yearBefore } = result;
  const { category, predictedUnits, lower, upper, trend } = forecast;
  const { intervalLevel } = results;
  return html`<section class="card">
<div class="heading"><h2>${category}</h2>
<span>${trendMark(trend)} ${trendBase(trend)}</span>
<span class="total">${formatUnits(predictedUnits)} units expected (${formatInterval(lower, upper)})</span></div>
<ul class="legend"><li class="sold">Sold per day</li><li class="mean">7-day mean</li><li class="forecast">Forecast</li>
<li class="interval">${levelName(intervalLevel)} of a day</li>${
    yearBefore.length > 0 ? html`<li class="before">A year before</li>` : []
  }</ul>
${forecastChart({ category, history, days, yearBefore })}
${productTable(result, results)}
</section>`;
}

function productTable(
  { forecast, products, revenueOf }: CategoryResult,
  { intervalLevel, names, currency, orders }: ReportContent,
): Html {
  const largest = Math.max(...products.map((product) => product.upper));
  const orderOf = new Map(orders?.rows.map((row) => [row.productId, row]));
  const money = Object.keys(revenueOf).length > 0;
  const columns: Column[] = [
    { name: '#', kind: 'number', className: 'rank' },
    { name: 'Product', kind: 'text', className: 'product' },
    { name: 'On last year', kind: 'number' },
    { name: 'On the days before', kind: 'number' },
    { name: 'Expected units', kind: 'number' },
    { name: levelName(intervalLevel), className: 'number' },
    { name: '', className: 'range' },
    ...(money ? [{ name: 'Revenue', kind: 'number' } as const] : []),
    ...(orders ? [{ name: 'Order', kind: 'number' } as const, { name: 'By', kind: 'text' } as const] : []),
  ];
  const rows = products.map((product) => {
    const { rank, productId, predictedUnits, lower, upper, trend } = product;
    const stage = stageNote(product);
    return html`<tr>
${numberCell(rank, String)}
<th scope="row">${productName(productId, names)}${stage ? html` <span class="name">${stage}</span>` : []}</th>
${changeCell(trend, 'year-before')}
${changeCell(trend, 'days-before')}
${numberCell(predictedUnits, formatUnits)}
<td class="number">${formatInterval(lower, upper)}</td>
<td class="range">${rangeBar(product, largest)}</td>
${money ? numberCell(revenueOf[productId], moneyFormat(currency)) : []}
${orders ? orderCells(orderOf.get(productId)) : []}
</tr>`;
  });
  const { productCount } = forecast;
  return html`${sortableTable(columns, rows)}
${products.length < productCount ? html`<p class="note">The first ${products.length} of ${productCount} products.</p>` : []}`;
}

function orderCells(order: StockPlanRow | undefined): Html {
  const by = order?.orderBy ?? null;
  return html`${numberCell(order?.orderQuantity, formatUnits)}
${by === null ? html`<td>–</td>` : html`<td class="nowrap" data-value="${by}">${formatDate(by)}</td>`}`;
}

/** The sum of all; null if one is missing, or there are none. */
function sumOf(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>(
    (sum, value, i) => (value === null || (sum === null && i > 0) ? null : (sum ?? 0) + value),
    null,
  );
}
