import { type Day, formatDay } from '../../calendar/day.js';
import { unitsText } from '../rounding.js';
import type { Alert } from './alert-results.js';

/**
 * An alert in a sentence.
 *
 * @param silentSince first day of the silence before a product sold again
 */
export function alertMessage(alert: Omit<Alert, 'message'>, silentSince?: Day): string {
  const { kind, firstDay, lastDay, expectedUnits, lower, upper } = alert;
  const when = firstDay === lastDay ? `on ${firstDay}` : `from ${firstDay} to ${lastDay}`;
  const sold = `${unitsText(alert.units)} sold ${when}`;
  const expected = `${unitsText(expectedUnits ?? 0)} were expected (${unitsText(lower ?? 0)} to ${unitsText(upper ?? 0)})`;
  switch (kind) {
    case 'spike':
      return `More than forecast: ${sold}, where ${expected}.`;
    case 'drop':
      return `Fewer than forecast: ${sold}, where ${expected}.`;
    case 'stopped':
      return `Nothing sold since ${firstDay}, where ${expected}.`;
    case 'missed-promotion':
      return `The promotion does not show: ${sold}, as usual without one, where ${expected}.`;
    case 'started':
      return silentSince === undefined
        ? `First sales: ${sold}.`
        : `On sale again, after nothing since ${formatDay(silentSince)}: ${sold}.`;
  }
}
