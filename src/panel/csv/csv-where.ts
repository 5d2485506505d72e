import * as z from 'zod/mini';
import { once } from '../../once.js';
import { csvReferenceSchema } from './csv-columns.js';
import { fieldAt } from './csv-lines.js';
import { kindOfWord, type LineKind } from './line-kinds.js';

/** Kinds of lines by the value of a column. Case and blanks around a value do not count; `*` is any text. */
export interface CsvWhere {
  readonly column: string | number;
  /** Values of lines that count; with this list, no others do. */
  readonly keep?: readonly string[];
  /** Values of lines that do not count, such as cancelled orders. */
  readonly drop?: readonly string[];
  /** Values of lines that are returns: their units and revenue are subtracted, whatever their sign. */
  readonly returns?: readonly string[];
  /** Judges other values by common words, in several languages, for types of lines or for states of orders. */
  readonly words?: 'type' | 'status';
  /** Column of the order: a blank value is that of the line above in the same order. */
  readonly sameOrder?: string | number;
}

export const csvWhereSchema = once(() => {
  const column = csvReferenceSchema();
  const values = z.optional(z.array(z.string()));
  return z.strictObject({
    column,
    keep: values,
    drop: values,
    returns: values,
    words: z.optional(z.enum(['type', 'status'])),
    sameOrder: z.optional(column),
  });
});

/** Judges lines by one rule. */
export class LineJudge {
  private readonly known = new Map<string, LineKind | undefined>();
  private lastOrder: string | undefined;
  private lastValue = '';

  constructor(
    private readonly rule: CsvWhere,
    private readonly position: number,
    private readonly orderPosition: number | undefined,
  ) {}

  /** The value that decides about a line: its own, or that of its order. */
  valueOf(fields: readonly string[]): string {
    let value = fieldAt(fields, this.position).trim();
    if (this.orderPosition === undefined) return value;
    const order = fields[this.orderPosition];
    if (value === '' && order !== '' && order === this.lastOrder) value = this.lastValue;
    this.lastOrder = order;
    this.lastValue = value;
    return value;
  }

  /** The kind of lines with a value; `undefined` for a word that is not known. */
  kindOf(value: string): LineKind | undefined {
    if (this.known.has(value)) return this.known.get(value);
    const kind = this.judge(value);
    if (this.known.size < 10_000) this.known.set(value, kind);
    return kind;
  }

  private judge(value: string): LineKind | undefined {
    const { keep, drop, returns, words } = this.rule;
    if (contains(returns, value)) return 'return';
    if (contains(drop, value)) return 'none';
    if (keep) return contains(keep, value) ? 'sale' : 'none';
    return words === undefined ? 'sale' : kindOfWord(value, words);
  }
}

function contains(list: readonly string[] | undefined, value: string): boolean {
  if (!list) return false;
  const wanted = value.toLowerCase();
  return list.some((item) => (item === '*' ? value !== '' : item.trim().toLowerCase() === wanted));
}
