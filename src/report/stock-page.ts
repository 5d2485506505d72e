import type { StockPlan } from '../index.js';
import { htmlDocument } from './document.js';
import { formatCount, formatDate, formatUnits } from './format.js';
import { html } from './html.js';

/** The orders of a stock plan as one HTML file that loads nothing and runs nothing. */
export function stockPage(plan: StockPlan, title: string): string {
  const unit = (value: number | null) => (value === null ? '–' : formatUnits(value));
  const rows = plan.rows.map(
    (row) => html`<tr>
<td>${row.productId}</td>
<td class="number">${unit(row.orderQuantity)}</td>
<td class="nowrap">${row.orderBy === null ? '–' : formatDate(row.orderBy)}</td>
<td class="number">${unit(row.onHand)}</td>
<td class="number">${unit(row.reorderPoint)}</td>
<td>${row.abc}${row.xyz}</td>
<td>${row.reasons.join(' ')}</td>
</tr>`,
  );
  const findings = plan.findings.map(
    ({ message, count, productIds }) =>
      html`<li>${message}: ${productIds.slice(0, 3).join(', ')}${count > 3 ? ` and ${formatCount(count - 3)} more` : ''}</li>`,
  );
  return htmlDocument(
    `Orders: ${title}`,
    html`<header>
<h1>What to order</h1>
<p class="lead">${formatDate(plan.firstDay)}, the next order in ${plan.reviewPeriod} days · ${title}</p>
</header>
<section class="card">
<div class="scroll"><table>
<thead><tr><th>Product</th><th class="number">Order</th><th>By</th><th class="number">On hand</th>
<th class="number">Reorder point</th><th>Class</th><th>Why</th></tr></thead>
<tbody>${rows}</tbody>
</table></div>
<ul class="note">${findings}</ul>
</section>
<footer>Model ${plan.modelVersion}, made on ${formatDate(plan.generatedAt.slice(0, 10))} with commerce-forecast.</footer>`,
  );
}
