import type { CsvColumnSpec } from './csv-columns.js';
import type { CsvHeader } from './csv-header.js';
import { fieldAt } from './csv-lines.js';

/** Placeholders for a missing code. */
const NO_CODE = /^(?:[-\u2013\u2014_.?]+|n\/?a|#n\/a|none|null|nil|undefined|no sku|ohne|keine|sans|0+)$/i;
/**
 * Cells that lost their code in a spreadsheet: errors, and long numbers in scientific notation, which are equal for
 * different codes.
 */
const LOST_CODE = /^(?:#(?:ref!|value!|name\?|div\/0!|num!|null!|n\/a|spill!|calc!)|\d[.,]\d+e\+\d{2,})$/i;
const ZERO_WIDTH = 0x200b;
const INVISIBLE = /[\u200b\u2060\ufeff]/g;
/** Variants that distinguish nothing. */
const PLAIN_VARIANT = /^(?:regular|standard|default( title)?|normal|-|n\/a)?$/i;
const MAX_REMEMBERED = 200_000;

/**
 * Makes the id of the product of each line: its code, or its name where it has no code. A name that equals the
 * code of another product is kept apart from it.
 */
export class ProductIds {
  /** Called where a name without a code equals the code of another product. */
  onCollision: ((id: string) => void) | undefined;
  private readonly candidates: readonly number[];
  private readonly join: readonly number[];
  private readonly variant: number;
  /** Candidate column that each id came from. */
  private readonly sources = new Map<string, number>();

  constructor({ column, join, variant }: CsvColumnSpec, header: CsvHeader, option: string) {
    if (column === undefined) throw header.missing('for productId', option);
    const columns = Array.isArray(column) ? column : [column];
    this.candidates = (columns as (string | number)[]).map((name) => header.position(name, option));
    this.join = (join ?? []).map((name) => header.position(name, option));
    this.variant = variant === undefined ? -1 : header.position(variant, option);
  }

  /** The id of the product of a line; empty if the line names none. */
  of(fields: readonly string[]): string {
    const { candidates } = this;
    const several = candidates.length > 1;
    for (const [i, candidate] of candidates.entries()) {
      let id = cleanCode(fieldAt(fields, candidate));
      if (id === '' || isLost(id) || (several && i < candidates.length - 1 && NO_CODE.test(id))) continue;
      if (this.variant >= 0 && (!several || i > 0)) id = this.withVariant(id, fields);
      if (several) id = this.apart(id, i);
      for (const at of this.join) id += `@${fieldAt(fields, at).trim()}`;
      return id;
    }
    return '';
  }

  private withVariant(name: string, fields: readonly string[]): string {
    const variant = fieldAt(fields, this.variant).trim();
    return PLAIN_VARIANT.test(variant) || variant === name ? name : `${name} - ${variant}`;
  }

  private apart(id: string, source: number): string {
    const known = this.sources.get(id);
    if (known === source) return id;
    if (known === undefined) {
      if (this.sources.size < MAX_REMEMBERED) this.sources.set(id, source);
      return id;
    }
    this.onCollision?.(id);
    return source === 0 ? `${id} (code)` : `${id} (no code)`;
  }
}

/** Looks at two characters first, as this runs for every line. */
function isLost(code: string): boolean {
  const second = code.charCodeAt(1);
  return (second === 46 || second === 44 || code.charCodeAt(0) === 35) && LOST_CODE.test(code);
}

/** Spreadsheets keep leading zeros as `="00123"` or `'00123`; copied text may hold blanks without a width. */
export function cleanCode(text: string): string {
  const trimmed = text.trim();
  const first = trimmed.charCodeAt(0);
  if (first >= ZERO_WIDTH || trimmed.charCodeAt(trimmed.length - 1) >= ZERO_WIDTH) {
    return trimmed.replace(INVISIBLE, '').trim();
  }
  if (first === 61) return /^="(.*)"$/.exec(trimmed)?.[1]?.trim() ?? trimmed;
  return first === 39 && /^'[\d=+@-]/.test(trimmed) ? trimmed.slice(1) : trimmed;
}
