import type { Change, ProductForecast, Trend } from '../index.js';
import { formatPercent, TREND_ARROWS } from './format.js';
import { type Html, html } from './html.js';

/** A column of a table; `kind` says how its cells compare where the table can be sorted by it. */
export interface Column {
  readonly name: string;
  readonly kind?: 'text' | 'number';
  readonly className?: string;
}

/** A table that scrolls where it is wider than the page, and that readers sort by the columns with a kind. */
export function sortableTable(columns: readonly Column[], rows: readonly Html[]): Html {
  const heads = columns.map(({ name, kind, className }) => {
    const classes = [kind === 'number' ? 'number' : '', className ?? ''].join(' ').trim();
    return kind
      ? html`<th scope="col" class="${classes}" data-sort="${kind}">${name}</th>`
      : html`<th scope="col" class="${classes}">${name}</th>`;
  });
  return scrolling(html`<table class="sortable">
<thead><tr>${heads}</tr></thead>
<tbody>${rows}</tbody>
</table>`);
}

/** Lets wide content scroll, by keyboard too; its edges show a shadow where more is hidden. */
export function scrolling(content: Html): Html {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Table">${content}</div>`;
}

/** A number as text, with its value for sorting; a dash for a missing one. */
export function numberCell(value: number | null | undefined, format: (value: number) => string): Html {
  return value === null || value === undefined
    ? html`<td class="number">–</td>`
    : html`<td class="number" data-value="${value}">${format(value)}</td>`;
}

/** A change with its arrow if it is the one that the direction of the trend is about. */
export function changeCell(trend: Trend, base: 'year-before' | 'days-before'): Html {
  const change = base === 'year-before' ? trend.onYearBefore : trend.onDaysBefore;
  if (change === null) return html`<td class="number">–</td>`;
  const text = changeText(change);
  const value = change.percent ?? Number.MAX_VALUE;
  if (trend.base !== base) return html`<td class="number" data-value="${value}">${text}</td>`;
  return html`<td class="number" data-value="${value}">${marked(trend, text)}</td>`;
}

/** The direction of a trend as an arrow, and the change it is about. */
export function trendMark(trend: Trend): Html {
  const change = trend.onYearBefore ?? trend.onDaysBefore;
  return change === null ? html`<span class="flat">–</span>` : marked(trend, changeText(change));
}

/** Name of what a trend compares with; empty without a base. */
export function trendBase({ base }: Trend): string {
  return base === null ? '' : base === 'year-before' ? 'on last year' : 'on the days before';
}

function marked(trend: Trend, text: string): Html {
  const words = { up: 'rising', down: 'falling', flat: 'no clear change' }[trend.direction];
  return html`<span class="${trend.direction}" title="${words} ${trendBase(trend)}, p = ${trend.pValue.toFixed(3)}"
><span aria-label="${words}">${TREND_ARROWS[trend.direction]}</span> ${text}</span>`;
}

function changeText({ percent }: Change): string {
  return percent === null ? 'new' : formatPercent(percent);
}

/** A product by its name, with its id beside it. */
export function productName(productId: string, names: Readonly<Record<string, string>>): Html {
  const name = Object.hasOwn(names, productId) ? names[productId] : undefined;
  return name === undefined ? html`${productId}` : html`${name} <span class="name">${productId}</span>`;
}

/** The interval as a bar and the expected units as a mark on it, on the scale of the table. */
export function rangeBar({ predictedUnits, lower, upper }: ProductForecast, largest: number): Html {
  const percent = (units: number) => (largest > 0 ? (100 * units) / largest : 0).toFixed(1);
  return html`<div class="bar"><i style="left:${percent(lower)}%;width:${percent(upper - lower)}%"></i
><b style="left:${percent(predictedUnits)}%"></b></div>`;
}

/** `80 % interval`. */
export function levelName(level: number): string {
  return `${Math.round(100 * level)} % interval`;
}
