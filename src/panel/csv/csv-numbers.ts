export type Decimal = '.' | ',';

const GROUPED = {
  '.': /^(\d{1,3}(,\d{3})+|\d{1,2}(,\d{2})+,\d{3})(\.\d*)?$/,
  ',': /^\d{1,3}(\.\d{3})+(,\d*)?$/,
};
const PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Currency signs, with the country letters that may precede them. */
const CURRENCY = /(?:[A-Z]{1,3}\s?)?\p{Sc}/gu;
/** Codes and letters that stand for a currency; others, such as those of `SKU-12`, belong to the name of something. */
const LETTERS =
  'AED|ARS|AUD|BAM|BGN|BHD|BRL|CAD|CHF|CLP|CNY|COP|CRC|CZK|DKK|DOP|DZD|EGP|EUR|GBP|GEL|GHS|GTQ|HKD|HRK|HUF|IDR|ILS|INR|ISK|JOD|JPY|' +
  'KES|KRW|KWD|KZT|LBP|LKR|MAD|MUR|MXN|MYR|NGN|NOK|NZD|OMR|PAB|PEN|PHP|PKR|PLN|PYG|QAR|RMB|RON|RSD|RUB|SAR|SEK|SGD|THB|TND|TRY|TWD|' +
  'TZS|UAH|UGX|USD|UYU|UZS|VND|XAF|XOF|ZAR|kr\\.?|z\u0142|K\u010d|Ft|lei|\u0440\u0443\u0431\\.?';
/**
 * A minus directly after the letters also occurs in codes such as `PEN-1`: only decimals or a blank show that
 * it is an amount.
 */
const CURRENCY_LETTERS = new RegExp(
  `^\\s*(?:(?:${LETTERS}|RM|R|Rs\\.?|S/|S?Fr\\.?)(?=\\s*[\\d(.,]|-[\\d.,]*[.,]\\d|\\s+-))|(?<=[\\d).,-]\\s*)(?:${LETTERS})\\s*$`,
  'gu',
);
/** Words for pieces, and kilograms. Not grams: beside kilograms they would be on another scale. */
const PIECES =
  /(?<=\d[.,]?\s*)(?:pcs|pc|pieces?|units?|ea|each|x|st|stk|st\u00fcck|stueck|uds?|unid|pi\u00e8ces?|pz|szt|kg)\.?\s*$/iu;
/** Blanks and apostrophes group digits in some countries: by three, in India by two before the last three. */
const IGNORED = /[\s\u00a0\u2007\u2009\u202f'\u2019]/g;
const GAP = "[\\s\\u00a0\\u2007\\u2009\\u202f'\\u2019]";
const GAPPED = new RegExp(`\\d+(?:${GAP}+\\d+)+`, 'g');
const GROUPED_BY_GAPS = new RegExp(`^(?:\\d{1,3}(?:${GAP}\\d{3})+|\\d{1,2}(?:${GAP}\\d{2})+${GAP}\\d{3})$`);

/**
 * Reads the number in a text: `1234.5`, with digits grouped, a currency, or in parentheses as accountants write
 * negative amounts. `undefined` for empty text, NaN for text that is not a number.
 */
export function readNumber(text: string, decimal: Decimal): number | undefined {
  const digits = readDigits(text, decimal);
  if (digits >= 0) return digits;
  const plain = decimal === '.' ? text : text.replace(',', '.');
  // The common case first: this runs for several fields of every line.
  if (PLAIN.test(plain) && (decimal === '.' || !text.includes('.'))) return Number(plain);
  const bare = bareDigits(text);
  if (bare === undefined) return text.trim() === '' ? undefined : Number.NaN;
  const { negative } = bare;
  const ungrouped = GROUPED[decimal].test(bare.digits)
    ? bare.digits.replace(decimal === '.' ? /,/g : /\./g, '')
    : bare.digits;
  if (decimal === ',' && ungrouped.includes('.')) return Number.NaN;
  const point = ungrouped.replace(',', decimal === ',' ? '.' : ',');
  if (!PLAIN.test(point) || /^[+-]/.test(point)) return Number.NaN;
  return negative ? -Number(point) : Number(point);
}

/** 2^53 has sixteen digits: shorter numbers, and their quotients by a power of ten, are exact or rounded once. */
const EXACT_LENGTH = 16;
const POWERS = Array.from({ length: EXACT_LENGTH }, (_, i) => Number(`1e${i}`));

/** The number of digits with at most one decimal mark between them, without a regular expression; -1 for any other text. */
function readDigits(text: string, decimal: Decimal): number {
  const { length } = text;
  if (length === 0 || length > EXACT_LENGTH - 1) return -1;
  const mark = decimal.charCodeAt(0);
  let number = 0;
  let decimals = -1;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) number = number * 10 + (code - 48);
    else if (code === mark && decimals < 0 && i > 0) decimals = length - i - 1;
    else return -1;
  }
  return decimals < 1 ? number : number / (POWERS[decimals] ?? Number.NaN);
}

/** Returns the currency sign or letters of an amount as they are written; `undefined` for a bare number. */
export function writtenCurrency(text: string): string | undefined {
  const [sign] = text.match(CURRENCY) ?? [];
  if (sign !== undefined) return sign.replace(/\s/g, '');
  return text.match(CURRENCY_LETTERS)?.[0].trim();
}

/** Digits with their marks, without sign, currency and blanks; `undefined` if nothing is left. */
function bareDigits(text: string): { digits: string; negative: boolean } | undefined {
  let bare = text
    .replace(/[\u2212\u2013]/g, '-')
    .replace(CURRENCY, '')
    .replace(CURRENCY_LETTERS, '')
    .replace(PIECES, '');
  // `1 2` and `1 1/2` are not 12 and 11.
  if (bare.match(GAPPED)?.some((digits) => !GROUPED_BY_GAPS.test(digits)))
    return { digits: bare, negative: false };
  bare = bare.replace(IGNORED, '');
  const [, parenthesised] = /^\((.+)\)$/.exec(bare) ?? [];
  bare = parenthesised ?? bare;
  // `12,-` and `12.-` are whole amounts in the Netherlands, Germany and Switzerland; `12.00-` is how SAP writes minus.
  const [, whole] = /^([+-]?\d[\d.,]*)[.,]-{1,2}$/.exec(bare) ?? [];
  bare = whole ?? bare;
  let negative = parenthesised !== undefined;
  const sign = /^([+-])(.*)$/.exec(bare) ?? (/^(.*\d)(-)$/.test(bare) ? ['', '-', bare.slice(0, -1)] : null);
  if (sign) {
    if (parenthesised !== undefined) return { digits: bare, negative };
    negative = sign[1] === '-';
    bare = sign[2].replace(CURRENCY_LETTERS, '');
  }
  return bare === '' ? undefined : { digits: bare, negative };
}

/** Evidence about the decimal mark of a column from its numbers. */
export class NumberEvidence {
  /** Texts that are numbers in at least one reading. */
  numbers = 0;
  others = 0;
  negative = 0;
  /** Texts with a currency or with two decimals, as amounts of money have. */
  money = 0;
  fractions = 0;
  /** Texts that can only be read with this decimal mark. */
  readonly proof = { '.': 0, ',': 0 };
  /** Texts such as `1,200` and `1.200` whose value depends on the mark, and the first few of them. */
  ambiguous = 0;
  readonly ambiguousExamples: string[] = [];
  /** The largest magnitude of a number; ambiguous texts are read with a decimal point. */
  largest = 0;

  add(text: string, times: number): void {
    const point = readNumber(text, '.');
    const comma = readNumber(text, ',');
    if (point === undefined || comma === undefined) return;
    const isPoint = !Number.isNaN(point);
    const isComma = !Number.isNaN(comma);
    if (!isPoint && !isComma) {
      this.others += times;
      return;
    }
    this.numbers += times;
    // `0,500` cannot be grouped thousands, as no grouped number begins with a zero.
    const leadingZero = /(?:^|[^\d.,])-?0[.,]\d{3}(?:$|[^\d.,])/.exec(text);
    if (leadingZero) this.proof[leadingZero[0].includes(',') ? ',' : '.'] += times;
    else if (isPoint && !isComma) this.proof['.'] += times;
    else if (isComma && !isPoint) this.proof[','] += times;
    else if (point !== comma) {
      this.ambiguous += times;
      if (this.ambiguousExamples.length < 3) this.ambiguousExamples.push(text.trim());
    }
    const value = isPoint ? point : comma;
    if (value < 0) this.negative += times;
    if (!Number.isInteger(value)) this.fractions += times;
    if (/\p{Sc}|[A-Z]{3}|[.,]\d\d$/u.test(text)) this.money += times;
    this.largest = Math.max(this.largest, Math.abs(value));
  }

  /** The decimal mark that the column itself proves; `undefined` without proof, or with proof of both. */
  get decimal(): Decimal | undefined {
    if (this.proof['.'] > 0 && this.proof[','] > 0) return undefined;
    return this.proof['.'] > 0 ? '.' : this.proof[','] > 0 ? ',' : undefined;
  }

  get contradictory(): boolean {
    return this.proof['.'] > 0 && this.proof[','] > 0;
  }
}
