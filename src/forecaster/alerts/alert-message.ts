import { type Day, formatDay } from '../../calendar/day.js';
import { unitsText } from '../rounding.js';
import { productText } from '../series-name.js';
import type { Alert } from './alert-results.js';

/**
 * An alert in a sentence that names what it is about.
 *
 * @param silentSince first day of the silence before a product sold again
 */
export function alertMessage(alert: Omit<Alert, 'message'>, silentSince?: Day): string {
  const { kind, firstDay, lastDay, expectedUnits, lower, upper } = alert;
  const name = nameOf(alert);
  const sold = `${unitsText(alert.units)} ${firstDay === lastDay ? `on ${firstDay}` : `from ${firstDay} to ${lastDay}`}`;
  const expected = `${unitsText(expectedUnits ?? 0)} were expected (${unitsText(lower ?? 0)} to ${unitsText(upper ?? 0)})`;
  switch (kind) {
    case 'spike':
      return `${name} sold more than forecast: ${sold}, where ${expected}.`;
    case 'drop':
      return `${name} sold less than forecast: ${sold}, where ${expected}.`;
    case 'stopped':
      return `${name} has sold nothing since ${firstDay}, where ${expected}.`;
    case 'missed-promotion':
      return `The promotion of ${name} does not show: ${sold}, as usual without one, where ${expected}.`;
    case 'started':
      return silentSince === undefined
        ? `${name} has its first sales: ${sold}.`
        : `${name} is on sale again, after nothing since ${formatDay(silentSince)}: ${sold}.`;
  }
}

function nameOf({
  productId,
  category,
  location,
}: Pick<Alert, 'productId' | 'category' | 'location'>): string {
  if (productId === null) return `All of ${category}`;
  return productText({ productId, location });
}
