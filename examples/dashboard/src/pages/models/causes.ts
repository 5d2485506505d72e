import type { Schemas } from '../../api/client.js';
import type { Language } from '../../i18n/locale.js';

type TrainingCause = NonNullable<Schemas['Training']['cause']>;
type ChangeCause = NonNullable<Schemas['ModelRegistry']['log'][number]['cause']>;
type Values = TrainingCause['values'];

/** Errors relative to another one have three digits where the server compares them. */
const ERROR_DIGITS = 3;
const ERRORS: ReadonlySet<string> = new Set(['error', 'production_error', 'counted_error']);
const SHARES: ReadonlySet<string> = new Set(['share', 'improvement', 'value', 'limit']);

/**
 * Reason for which a version was put to use, tried or kept after its training, in the language of the page; undefined for one
 * that only a newer server knows.
 */
export function trainingCauseText(
  { code, values }: TrainingCause,
  version: number,
  { t, tMaybe, locale, format }: Language,
): string | undefined {
  const state = tMaybe(`models.state.${values['state']}`) ?? '';
  const written = { ...writtenAs(values, locale, format), version };
  const compared = t(
    values['days_behind'] === undefined ? 'training.compared' : 'training.compared.aged',
    written,
  );
  return tMaybe(`training.cause.${code}`, { ...written, compared, state });
}

/** Reason for a change of the routing, in the language of the page; undefined for one that only a newer server knows. */
export function changeCauseText(
  { code, values }: ChangeCause,
  { tMaybe, locale, format }: Language,
): string | undefined {
  return tMaybe(`models.cause.${code}`, writtenAs(values, locale, format));
}

function writtenAs(values: Values, locale: string, format: Language['format']): Record<string, string> {
  const digits = new Intl.NumberFormat(locale, {
    minimumFractionDigits: ERROR_DIGITS,
    maximumFractionDigits: ERROR_DIGITS,
  });
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      if (typeof value === 'string') return [name, value];
      if (ERRORS.has(name)) return [name, digits.format(value)];
      return [name, SHARES.has(name) ? format.percent(value) : format.number(value)];
    }),
  );
}
