import type { DataFinding, ModelAccuracy, ProductForecast, Trend, WhatIfFigures } from '../index.js';
import { accuracyChart, accuracyLevels } from './accuracy-chart.js';
import { alertsCard } from './alerts-card.js';
import { htmlDocument } from './document.js';
import { forecastChart } from './forecast-chart.js';
import type { CategoryResult, ForecastResults } from './forecast-results.js';
import {
  formatChange,
  formatCount,
  formatDate,
  formatInterval,
  formatPercent,
  formatShare,
  formatUnits,
  shownAccuracy,
  stageNote,
  TREND_ARROWS,
} from './format.js';
import { type Html, html } from './html.js';
import {
  cannibalisationNote,
  describePlan,
  formatBounds,
  formatDifference,
  ignoredNote,
  type WhatIfResult,
} from './what-if-lines.js';

/** Categories that get a chart of their own; the table lists them all. */
const MAX_CHARTS = 24;

/** The results as one HTML file without external resources or scripts. */
export function htmlReport(results: ForecastResults): string {
  const charted = results.categories.slice(0, MAX_CHARTS);
  return htmlDocument(
    `Sales forecast: ${results.title}`,
    html`${heading(results)}
${figures(results)}
${overview(results)}
${results.alerts ? alertsCard(results.alerts, results.names) : []}
${results.whatIf ? whatIfCard(results.whatIf, results) : []}
${charted.map((category) => categoryCard(category, results))}
${accuracyCard(results)}
${dataCard(results)}
<footer>Model ${results.training.modelVersion}, made on ${formatDate(results.generatedAt.slice(0, 10))} with
commerce-forecast.</footer>`,
  );
}

function heading({ timePeriod, firstDay, lastDay, title, source }: ForecastResults): Html {
  return html`<header>
<h1>What will sell in the next ${timePeriod}</h1>
<p class="lead">${formatDate(firstDay)} to ${formatDate(lastDay)} · ${title}<br>${source}</p>
</header>`;
}

function figures(results: ForecastResults): Html {
  const { categories, training } = results;
  const expected = categories.reduce((sum, { forecast }) => sum + forecast.predictedUnits, 0);
  const best = categories
    .flatMap(({ products }) => products)
    .reduce<ProductForecast | undefined>(
      (top, product) => (top && top.predictedUnits >= product.predictedUnits ? top : product),
      undefined,
    );
  const wape = training.validation?.model.categories.wape;
  return html`<div class="figures">
${figure(formatUnits(expected), `units expected in ${categories.length} ${categories.length === 1 ? 'category' : 'categories'}`)}
${best ? figure(results.names[best.productId] ?? best.productId, `best seller, ${formatUnits(best.predictedUnits)} units`) : []}
${wape === undefined ? [] : figure(formatShare(shownAccuracy(wape)), 'of a category’s daily volume forecast right in the backtest')}
</div>`;
}

function figure(value: string, caption: string): Html {
  return html`<div class="figure"><b>${value}</b><span>${caption}</span></div>`;
}

function overview({ categories, intervalLevel, training }: ForecastResults): Html {
  const byCategory = training.validation?.byCategory ?? {};
  const rows = categories.map(
    ({
      forecast: { category, productCount, predictedUnits, lower, upper, trend },
      changeOnYearBefore,
    }) => html`<tr>
<td>${category}</td>
<td class="number">${formatCount(productCount)}</td>
<td class="number">${formatUnits(predictedUnits)}</td>
<td class="number">${formatInterval(lower, upper)}</td>
<td class="nowrap">${trendCell(trend)}</td>
<td class="number">${changeOnYearBefore === null ? '–' : formatPercent(changeOnYearBefore)}</td>
<td class="number">${byCategory[category] ? formatShare(shownAccuracy(byCategory[category].wape)) : '–'}</td>
</tr>`,
  );
  return html`<section class="card">
<h2>Categories</h2>
<div class="scroll"><table>
<thead><tr><th>Category</th><th class="number">Products</th><th class="number">Expected units</th>
<th class="number">${levelName(intervalLevel)}</th><th>Trend</th><th class="number">On last year</th>
<th class="number">Backtest accuracy</th></tr></thead>
<tbody>${rows}</tbody>
</table></div>
<p class="note">Trend: expected units against the same number of days before. ${TREND_ARROWS.up} and
${TREND_ARROWS.down} are changes that are unlikely to be chance; ${TREND_ARROWS.flat} is within the usual noise. “On last year” compares
with the same weekdays 52 weeks earlier.</p>
</section>`;
}

/** Products and plan records of a scenario that are listed. */
const MAX_CHANGED = 8;
const MAX_PLANNED = 6;

function whatIfCard({ plan, answer }: WhatIfResult, { names }: ForecastResults): Html {
  const { products, total, changedProducts, intervalLevel } = answer;
  const row = (name: string | Html, own: WhatIfFigures) => html`<tr>
<td>${name}</td><td class="number">${formatUnits(own.base)}</td><td class="number">${formatUnits(own.scenario)}</td>
<td class="number">${formatDifference(own.difference)}</td><td class="number">${formatBounds(own)}</td></tr>`;
  const rows = products.slice(0, MAX_CHANGED).map((product) => {
    const { productId } = product;
    const name = names[productId];
    return row(
      name === undefined ? productId : html`${name} <span class="name">${productId}</span>`,
      product,
    );
  });
  return html`<section class="card">
<h2>What if</h2>
<ul>${plan.slice(0, MAX_PLANNED).map((record) => html`<li>${describePlan(record)}</li>`)}${
    plan.length > MAX_PLANNED ? html`<li>and ${plan.length - MAX_PLANNED} more records</li>` : []
  }</ul>
<div class="scroll"><table>
<thead><tr><th>Product</th><th class="number">As planned</th><th class="number">What if</th>
<th class="number">Difference</th><th class="number">${levelName(intervalLevel)}</th></tr></thead>
<tbody>${rows}${row(html`<b>All sales</b>`, total)}</tbody>
</table></div>
<p class="note">${
    changedProducts > MAX_CHANGED
      ? `The first ${MAX_CHANGED} of ${changedProducts} products with a change. `
      : ''
  }The interval is that of the expected difference; chance affects both plans alike. ${cannibalisationNote(answer)} ${ignoredNote(answer)}</p>
</section>`;
}

function categoryCard(result: CategoryResult, results: ForecastResults): Html {
  const { forecast, products, history, days, yearBefore } = result;
  const { category, predictedUnits, lower, upper, trend, productCount } = forecast;
  const { intervalLevel } = results;
  const largest = Math.max(...products.map((product) => product.upper));
  return html`<section class="card">
<div class="heading"><h2>${category}</h2>
<span class="total">${formatUnits(predictedUnits)} units expected (${formatInterval(lower, upper)})</span>
${trendCell(trend)}</div>
<ul class="legend"><li class="sold">Sold per day</li><li class="mean">7-day mean</li><li class="forecast">Forecast</li>
<li class="interval">${levelName(intervalLevel)} of a day</li>${
    yearBefore.length > 0 ? html`<li class="before">A year before</li>` : []
  }</ul>
${forecastChart({ category, history, days, yearBefore })}
<div class="scroll"><table>
<thead><tr><th>#</th><th class="product">Product</th><th class="number">Expected units</th>
<th class="number">${levelName(intervalLevel)}</th><th class="range"></th><th>Trend</th></tr></thead>
<tbody>${products.map((product) => productRow(product, largest, results))}</tbody>
</table></div>
${products.length < productCount ? html`<p class="note">The first ${products.length} of ${productCount} products.</p>` : []}
</section>`;
}

function productRow(product: ProductForecast, largest: number, { names }: ForecastResults): Html {
  const { rank, productId, predictedUnits, lower, upper, trend } = product;
  const name = names[productId];
  const stage = stageNote(product);
  return html`<tr>
<td>${rank}</td>
<td>${name === undefined ? productId : html`${name} <span class="name">${productId}</span>`}${stage ? html` <span class="name">${stage}</span>` : []}</td>
<td class="number">${formatUnits(predictedUnits)}</td>
<td class="number">${formatInterval(lower, upper)}</td>
<td>${rangeBar(product, largest)}</td>
<td class="nowrap">${trendCell(trend)}</td>
</tr>`;
}

/** The interval as a bar and the expected units as a mark on it, on the scale of the table. */
function rangeBar({ predictedUnits, lower, upper }: ProductForecast, largest: number): Html {
  const percent = (units: number) => (largest > 0 ? (100 * units) / largest : 0).toFixed(1);
  return html`<div class="bar"><i style="left:${percent(lower)}%;width:${percent(upper - lower)}%"></i
><b style="left:${percent(predictedUnits)}%"></b></div>`;
}

function trendCell(trend: Trend): Html {
  const words = { up: 'rising', down: 'falling', flat: 'no clear change' }[trend.direction];
  const base =
    trend.base === null ? '' : trend.base === 'year-before' ? ' on the year before' : ' on the days before';
  return html`<span class="${trend.direction}" title="${words}${base}, p = ${trend.pValue.toFixed(3)}"
><span aria-label="${words}">${TREND_ARROWS[trend.direction]}</span> ${formatChange(trend)}</span>`;
}

function accuracyCard({ training: { validation }, intervalLevel }: ForecastResults): Html {
  if (!validation) {
    return html`<section class="card"><h2>Accuracy</h2>
<p>The history is too short to hold days back and measure the accuracy.</p></section>`;
  }
  const { days, intervalCoverage, model, planned, seasonalNaive } = validation;
  const rows = accuracyLevels(validation).map(
    ({ title, model: own, naive }) => html`<tr>
<td>${title}</td><td class="number">${formatShare(own)}</td><td class="number">${formatShare(naive)}</td></tr>`,
  );
  return html`<section class="card">
<h2>Accuracy</h2>
<p class="note">The model forecast the last ${days} days as a holdout. The seasonal naive forecast, which repeats the last
week, is the baseline. Accuracy is 1 − WAPE: the share of the volume that was
forecast right.</p>
<ul class="legend"><li class="model">Model</li><li class="naive">Seasonal naive</li></ul>
${accuracyChart(validation)}
<div class="scroll"><table>
<thead><tr><th></th><th class="number">Model</th><th class="number">Seasonal naive</th></tr></thead>
<tbody>${rows}
<tr><td>Mean absolute error, units of a product’s day</td>
<td class="number">${model.products.mae.toFixed(2)}</td><td class="number">${seasonalNaive.products.mae.toFixed(2)}</td></tr>
<tr><td>Bias of the total</td>
<td class="number">${formatShare(model.total.bias)}</td><td class="number">${formatShare(seasonalNaive.total.bias)}</td></tr>
</tbody></table></div>
${planned ? plannedNote(planned) : ''}
<p class="note">${formatShare(intervalCoverage.raw)} of the product days were inside the
${levelName(intervalLevel)}; the intervals of this report were then calibrated on these days
(${formatShare(intervalCoverage.calibrated)}).</p>
</section>`;
}

function plannedNote({ products }: ModelAccuracy): Html {
  return html`<p class="note">With known prices, promotions and closures, as from a plan, the model forecast
${formatShare(shownAccuracy(products.wape))} of the volume of each product’s day right.</p>`;
}

function dataCard({ data, training }: ForecastResults): Html {
  return html`<section class="card">
<h2>Data</h2>
<p class="note">${formatCount(data.accepted)} of ${formatCount(data.rows)} rows were used:
${formatUnits(data.units)} units of ${formatCount(training.products)} products from ${formatDate(data.firstDay)} to
${formatDate(data.lastDay)}. The model learned from the days since ${formatDate(training.firstDay)}.</p>
${data.findings.length === 0 ? html`<p>Nothing unusual was found.</p>` : findingsTable(data.findings)}
${training.covariates.ignored.map(({ message }) => html`<p class="note">${message}.</p>`)}
</section>`;
}

function findingsTable(findings: readonly DataFinding[]): Html {
  const rows = findings.map(
    ({ severity, count, unit, message, examples }) => html`<tr>
<td><span class="tag ${severity}">${severity}</span></td>
<td class="number">${formatCount(count)} ${unit}</td>
<td>${message}${examples.length === 0 ? [] : exampleList(examples)}</td>
</tr>`,
  );
  return html`<div class="scroll"><table><tbody>${rows}</tbody></table></div>`;
}

function exampleList(examples: DataFinding['examples']): Html {
  return html`<details><summary>Examples</summary><ul>${examples.map(
    ({ path, message }) => html`<li>${path.join(' ')}: ${message}</li>`,
  )}</ul></details>`;
}

function levelName(level: number): string {
  return `${Math.round(100 * level)} % interval`;
}
