import type { DataFinding, ModelAccuracy, TrainingReport } from '../index.js';
import { accuracyChart, accuracyLevels } from './accuracy-chart.js';
import { levelName, scrolling } from './cells.js';
import type { DataSummary, TrainingSummary } from './forecast-results.js';
import { formatCount, formatDate, formatShare, formatUnits, shownAccuracy } from './format.js';
import { type Html, html } from './html.js';

/** Card about the accuracy on the days that the training held back. */
export function accuracyCard(
  { validation }: Pick<TrainingReport, 'validation'>,
  intervalLevel: number,
): Html {
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
${scrolling(html`<table>
<thead><tr><th></th><th class="number">Model</th><th class="number">Seasonal naive</th></tr></thead>
<tbody>${rows}
<tr><td>Mean absolute error, units of a product’s day</td>
<td class="number">${model.products.mae.toFixed(2)}</td><td class="number">${seasonalNaive.products.mae.toFixed(2)}</td></tr>
<tr><td>Bias of the total</td>
<td class="number">${formatShare(model.total.bias)}</td><td class="number">${formatShare(seasonalNaive.total.bias)}</td></tr>
</tbody></table>`)}
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

/** Card about the rows that were read, and what was found in them. */
export function dataCard(data: DataSummary, training: TrainingSummary | undefined): Html {
  return html`<section class="card">
<h2>Data</h2>
<p class="note">${formatCount(data.accepted)} of ${formatCount(data.rows)} rows were used:
${formatUnits(data.units)} units from ${formatDate(data.firstDay)} to ${formatDate(data.lastDay)}.
${training ? `The model learned from ${formatCount(training.products)} products and the days since ${formatDate(training.firstDay)}.` : ''}</p>
${data.findings.length === 0 ? html`<p>Nothing unusual was found.</p>` : findingsTable(data.findings)}
${(training?.covariates.ignored ?? []).map(({ message }) => html`<p class="note">${message}.</p>`)}
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
  return scrolling(html`<table><tbody>${rows}</tbody></table>`);
}

function exampleList(examples: DataFinding['examples']): Html {
  return html`<details><summary>Examples</summary><ul>${examples.map(
    ({ path, message }) => html`<li>${path.join(' ')}: ${message}</li>`,
  )}</ul></details>`;
}
