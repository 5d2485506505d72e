import type { WhatIfFigures } from '../index.js';
import { levelName, productName, scrolling } from './cells.js';
import type { ReportContent } from './forecast-results.js';
import { formatUnits } from './format.js';
import { type Html, html } from './html.js';
import {
  cannibalisationNote,
  describePlan,
  formatBounds,
  formatDifference,
  ignoredNote,
  type WhatIfResult,
} from './what-if-lines.js';

/** Products and plan records of a scenario that are listed. */
const MAX_CHANGED = 8;
const MAX_PLANNED = 6;

/** Card about a scenario: its plan, and what it changes. */
export function whatIfCard({ plan, answer }: WhatIfResult, { names }: Pick<ReportContent, 'names'>): Html {
  const { products, total, changedProducts, intervalLevel } = answer;
  const row = (name: string | Html, own: WhatIfFigures) => html`<tr>
<td>${name}</td><td class="number">${formatUnits(own.base)}</td><td class="number">${formatUnits(own.scenario)}</td>
<td class="number">${formatDifference(own.difference)}</td><td class="number">${formatBounds(own)}</td></tr>`;
  const rows = products.slice(0, MAX_CHANGED).map((product) => {
    const { productId } = product;
    return row(productName(productId, names), product);
  });
  return html`<section class="card">
<h2>What if</h2>
<ul>${plan.slice(0, MAX_PLANNED).map((record) => html`<li>${describePlan(record)}</li>`)}${
    plan.length > MAX_PLANNED ? html`<li>and ${plan.length - MAX_PLANNED} more records</li>` : []
  }</ul>
${scrolling(html`<table>
<thead><tr><th>Product</th><th class="number">As planned</th><th class="number">What if</th>
<th class="number">Difference</th><th class="number">${levelName(intervalLevel)}</th></tr></thead>
<tbody>${rows}${row(html`<b>All sales</b>`, total)}</tbody>
</table>`)}
<p class="note">${
    changedProducts > MAX_CHANGED
      ? `The first ${MAX_CHANGED} of ${changedProducts} products with a change. `
      : ''
  }The interval is that of the expected difference; chance affects both plans alike. ${cannibalisationNote(answer)} ${ignoredNote(answer)}</p>
</section>`;
}
