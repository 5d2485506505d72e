import type { IgnoredRecord, PlanRecord, WhatIf, WhatIfFigures } from '../index.js';
import { formatDate, formatUnits } from './format.js';

/** A scenario with its effect. */
export interface WhatIfResult {
  readonly plan: readonly PlanRecord[];
  readonly answer: WhatIf;
}

/** A difference with its sign: `+412`, `−3.1`. */
export function formatDifference(units: number): string {
  const size = Math.abs(units);
  const text = formatUnits(size);
  if (text === '0') return '0';
  return `${units < 0 ? '−' : '+'}${text}`;
}

/** `+390 to +520`; empty if the uncertainty is unknown. */
export function formatBounds({ lower, upper }: WhatIfFigures): string {
  return lower === null || upper === null ? '' : `${formatDifference(lower)} to ${formatDifference(upper)}`;
}

/** A record of a plan in words: `1 Jan 2025 to 7 Jan 2025, P07: promotion, price 4.2`. */
export function describePlan(record: PlanRecord): string {
  const { date = '', from = date, to = date } = record;
  const days = from === to ? formatDate(from) : `${formatDate(from)} to ${formatDate(to)}`;
  const scope = [record.productId, record.category, record.location].filter((name) => name !== undefined);
  const says = [
    ...(record.promo === undefined ? [] : [record.promo ? 'promotion' : 'no promotion']),
    ...(record.price === undefined ? [] : [`price ${record.price}`]),
    ...(record.open === undefined ? [] : [record.open ? 'open' : 'closed']),
    ...(record.available === undefined ? [] : [record.available ? 'available' : 'not available']),
    ...(record.event === undefined ? [] : [record.event]),
  ];
  return `${days}, ${scope.length === 0 ? 'everything' : scope.join(' in ')}: ${says.join(', ')}`;
}

const REASONS: Readonly<Record<IgnoredRecord['reason'], string>> = {
  'no-such-product': 'there is no such product',
  'outside-period': 'its days lie outside the period',
  'already-planned': 'its event is planned already',
  'event-needs-training': 'its event has an effect only if it is planned before a training',
  'event-not-learnt': 'the history has no event of its name',
  'no-effect-known': 'the history does not show the effect of promotions',
  'price-not-identifiable': 'the history does not show the effect of a price by itself',
  'far-price': 'its price is more than four times above or below the usual one, and counts as that',
};

/** Sentences about the records without effect or with less than they say, with the reasons; empty if there are none. */
export function ignoredNote({ ignored }: WhatIf): string {
  const sentence = (head: string, far: boolean) => {
    const each = ignored
      .filter(({ reason }) => (reason === 'far-price') === far)
      .map(({ record, reason }) => `record ${record + 1} (${REASONS[reason]})`);
    return each.length === 0 ? [] : [`${head} ${each.join(', ')}.`];
  };
  return [...sentence('No effect of', false), ...sentence('Check the price of', true)].join(' ');
}

/** Sentence about products that take sales from each other. */
export function cannibalisationNote({ categories }: WhatIf): string {
  const measured = categories.filter(({ cannibalisation }) => cannibalisation === 'measured');
  if (categories.length === 0) return '';
  if (measured.length === 0) {
    return 'Sales lost by other products of the category are not included: the history shows none.';
  }
  const names = measured.map(({ category }) => category).join(', ');
  return `In ${names}, sales that products take from each other are included, as the history shows them.`;
}
