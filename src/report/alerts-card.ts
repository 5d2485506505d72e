import type { Alerts } from '../index.js';
import { formatDate } from './format.js';
import { type Html, html } from './html.js';

/** Alerts that the report lists, the largest differences first. */
const MAX_ALERTS = 8;

/** Card about the last days; `names` are the descriptions of products. */
export function alertsCard(
  { alerts, firstDay, lastDay }: Alerts,
  names: Readonly<Record<string, string>>,
): Html {
  const shown = alerts.slice(0, MAX_ALERTS).map(({ productId, message }) => {
    const name = names[productId ?? ''];
    return name === undefined ? html`<li>${message}</li>` : html`<li><b>${name}</b>: ${message}</li>`;
  });
  const hidden = alerts.length - shown.length;
  return html`<section class="card">
<h2>The last days</h2>
<p class="note">${formatDate(firstDay)} to ${formatDate(lastDay)} against the forecast from before.
${alerts.length === 0 ? 'Nothing that it does not explain.' : ''}</p>
<ul>${shown}${hidden > 0 ? html`<li>and ${hidden} more: see the command alerts</li>` : []}</ul>
</section>`;
}
