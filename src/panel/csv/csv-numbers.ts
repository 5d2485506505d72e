export type Decimal = '.' | ',';

const GROUPED = {
  '.': /^(\d{1,3}(,\d{3})+|\d{1,2}(,\d{2})+,\d{3})(\.\d*)?$/,
  ',': /^\d{1,3}(\.\d{3})+(,\d*)?$/,
};
const PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Signs of currencies, and letters such as `EUR`, `AU`, `kr` or `Rs.` that stand for one. */
const CURRENCY = /\p{Sc}/gu;
const CURRENCY_LETTERS =
  /^(?:[A-Z]{2,3}|R|Rs\.?|kr\.?|z\u0142|K\u010d|Ft|lei|\u0440\u0443\u0431\.?)(?=[-\d(.,])|(?<=[\d).,-])(?:[A-Z]{3}|kr\.?|z\u0142|K\u010d|Ft|lei|\u0440\u0443\u0431\.?)$/gu;
/** Blanks and apostrophes group digits in some countries. */
const IGNORED = /[\s\u00a0\u2007\u2009\u202f'\u2019]/g;

/**
 * The number that a text means: `1234.5`, with digits grouped, a currency, or in parentheses as accountants write
 * negative amounts. `undefined` for empty text, NaN for text that is no number.
 */
export function readNumber(text: string, decimal: Decimal): number | undefined {
  const plain = decimal === '.' ? text : text.replace(',', '.');
  // The common case first: this runs for several fields of every line.
  if (PLAIN.test(plain) && (decimal === '.' || !text.includes('.'))) return Number(plain);
  const bare = bareDigits(text);
  if (bare === undefined) return text.trim() === '' ? undefined : Number.NaN;
  const { digits, negative } = bare;
  const ungrouped = GROUPED[decimal].test(digits)
    ? digits.replace(decimal === '.' ? /,/g : /\./g, '')
    : digits;
  if (decimal === ',' && ungrouped.includes('.')) return Number.NaN;
  const point = ungrouped.replace(',', decimal === ',' ? '.' : ',');
  if (!PLAIN.test(point) || /^[+-]/.test(point)) return Number.NaN;
  return negative ? -Number(point) : Number(point);
}

/** Digits with their marks, without sign, currency and blanks; `undefined` if nothing is left. */
function bareDigits(text: string): { digits: string; negative: boolean } | undefined {
  let bare = text
    .replace(IGNORED, '')
    .replace(/[\u2212\u2013]/g, '-')
    .replace(CURRENCY, '');
  bare = bare.replace(CURRENCY_LETTERS, '');
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
  /** Texts that are numbers in one reading at least. */
  numbers = 0;
  others = 0;
  negative = 0;
  /** Texts with a currency or with two decimals, as amounts of money have. */
  money = 0;
  fractions = 0;
  /** Texts that can only be read with this decimal mark. */
  readonly proof = { '.': 0, ',': 0 };
  /** Texts such as `1,200` and `1.200` that mean another number with either mark, and the first few of them. */
  ambiguous = 0;
  readonly ambiguousExamples: string[] = [];
  /** The largest size of a number, read with a decimal point where either mark would do. */
  largest = 0;

  add(text: string): void {
    const point = readNumber(text, '.');
    const comma = readNumber(text, ',');
    if (point === undefined || comma === undefined) return;
    const isPoint = !Number.isNaN(point);
    const isComma = !Number.isNaN(comma);
    if (!isPoint && !isComma) {
      this.others++;
      return;
    }
    this.numbers++;
    // `0,500` cannot be grouped thousands, for no group begins with a lone zero.
    const leadingZero = /(?:^|[^\d.,])-?0[.,]\d{3}(?:$|[^\d.,])/.exec(text);
    if (leadingZero) this.proof[leadingZero[0].includes(',') ? ',' : '.']++;
    else if (isPoint && !isComma) this.proof['.']++;
    else if (isComma && !isPoint) this.proof[',']++;
    else if (point !== comma) {
      this.ambiguous++;
      if (this.ambiguousExamples.length < 3) this.ambiguousExamples.push(text.trim());
    }
    const value = isPoint ? point : comma;
    if (value < 0) this.negative++;
    if (!Number.isInteger(value)) this.fractions++;
    if (/\p{Sc}|[A-Z]{3}|[.,]\d\d$/u.test(text)) this.money++;
    this.largest = Math.max(this.largest, Math.abs(value));
  }

  /** The mark that the column itself proves; `undefined` without a proof or with proofs of both. */
  get decimal(): Decimal | undefined {
    if (this.proof['.'] > 0 && this.proof[','] > 0) return undefined;
    return this.proof['.'] > 0 ? '.' : this.proof[','] > 0 ? ',' : undefined;
  }

  get contradictory(): boolean {
    return this.proof['.'] > 0 && this.proof[','] > 0;
  }
}
