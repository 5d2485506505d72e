import type { CsvHeader } from './csv-header.js';
import { fieldAt } from './csv-lines.js';
import { writtenCurrency } from './csv-numbers.js';
import { plainText } from './csv-words.js';

/** Names of columns that hold the currency of a line. */
const NAMES: ReadonlySet<string> = new Set(
  [
    'currency',
    'currency code',
    'order currency',
    'w\u00e4hrung',
    'devise',
    'moneda',
    'valuta',
    'moeda',
    'waluta',
  ].map(plainText),
);
const CODES: Readonly<Record<string, string>> = {
  '\u20ac': 'EUR',
  '\u00a3': 'GBP',
  '\u20b9': 'INR',
  US$: 'USD',
  A$: 'AUD',
  AU$: 'AUD',
  C$: 'CAD',
  CA$: 'CAD',
  NZ$: 'NZD',
  R$: 'BRL',
  Z\u0141: 'PLN',
  K\u010c: 'CZK',
  FT: 'HUF',
};
/** Signs that several currencies share. */
const SHARED: Readonly<Record<string, RegExp>> = {
  $: /^(?:USD|CAD|AUD|NZD|SGD|HKD|TWD|MXN|ARS|CLP|COP|UYU|DOP)$/,
  '\u00a5': /^(?:JPY|CNY|RMB)$/,
  KR: /^(?:SEK|NOK|DKK|ISK)$/,
  RS: /^(?:INR|PKR|LKR|MUR)$/,
};

/** Notices lines whose amounts are in another currency than those of the first line that names one. */
export class CurrencyWatch {
  private readonly column: number;
  private first: string | undefined;

  /** @param amounts positions of the columns of revenue and price */
  constructor(
    header: CsvHeader,
    private readonly amounts: readonly number[],
  ) {
    this.column = header.names.findIndex((name) => NAMES.has(plainText(name)));
  }

  /** Returns the currency of a line if it differs from that of the lines before. */
  otherCurrency(
    fields: readonly string[],
  ): { readonly currency: string; readonly first: string } | undefined {
    const currency = this.column >= 0 ? codeOf(fieldAt(fields, this.column)) : this.ofAmounts(fields);
    if (currency === undefined) return undefined;
    if (this.first === undefined) this.first = currency;
    return isSame(this.first, currency) ? undefined : { currency, first: this.first };
  }

  private ofAmounts(fields: readonly string[]): string | undefined {
    for (const at of this.amounts) {
      const text = fieldAt(fields, at);
      if (isBare(text)) continue;
      const written = writtenCurrency(text);
      if (written !== undefined) return codeOf(written);
    }
    return undefined;
  }
}

/** True for texts that begin and end with a digit, which are nearly all. */
function isBare(text: string): boolean {
  return isDigit(text.charCodeAt(0)) && isDigit(text.charCodeAt(text.length - 1));
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function codeOf(written: string): string | undefined {
  const text = written.trim().replace(/\.$/, '').toUpperCase();
  return text === '' ? undefined : (CODES[text] ?? text);
}

function isSame(one: string, other: string): boolean {
  return one === other || SHARED[one]?.test(other) === true || SHARED[other]?.test(one) === true;
}
