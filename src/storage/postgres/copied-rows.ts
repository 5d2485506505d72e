import type { SalesColumns } from '../../panel/sales-columns.js';
import { SalesColumnsWriter, TextCodes } from '../sales-columns.js';

const CHUNK_ROWS = 4_096;
/** `PGCOPY\n`, the first bytes of a copy in binary form. */
const SIGNATURE = [0x50, 0x47, 0x43, 0x4f, 0x50, 0x59, 0x0a];
const HEADER_BYTES = 19;
const NULL = -1;

/** Reads texts that are mostly the same as in the row before. */
class TextReader {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #bytes: Uint8Array = new Uint8Array(0);
  text = '';

  /** True if the text differs from the one before. */
  read(row: Uint8Array, from: number, to: number): boolean {
    const last = this.#bytes;
    if (last.length === to - from) {
      let i = 0;
      while (i < last.length && last[i] === row[from + i]) i++;
      if (i === last.length) return false;
    }
    this.#bytes = row.slice(from, to);
    this.text = this.#decoder.decode(this.#bytes);
    return true;
  }
}

/**
 * Makes columns of the rows of a copy in binary form, with the columns day (an integer), product, location, category, units,
 * revenue, price, promo and in_stock. Format: PostgreSQL documentation, COPY, "Binary Format".
 */
export class CopiedRows {
  readonly #categories = new TextCodes();
  readonly #product = new TextReader();
  readonly #location = new TextReader();
  readonly #categoryText = new TextReader();
  #category = 0;
  #writer = new SalesColumnsWriter(CHUNK_ROWS);
  #view: DataView = new DataView(new ArrayBuffer(0));
  #isFirst = true;
  #row: Uint8Array = new Uint8Array(0);
  #at = 0;
  #end = 0;

  /** Adds a message of the server, which holds one row; returns columns when they are full. */
  readonly add = (row: Uint8Array): SalesColumns | undefined => {
    if (this.#view.buffer !== row.buffer) this.#view = new DataView(row.buffer);
    this.#row = row;
    this.#at = row.byteOffset;
    if (this.#isFirst) this.#skipHeader();
    const fields = this.#view.getInt16(this.#at);
    this.#at += 2;
    if (fields < 0) return undefined;
    this.#addRow();
    return this.#writer.room > 0 ? undefined : this.rest();
  };

  /** The rows that are left. */
  readonly rest = (): SalesColumns | undefined => {
    if (this.#writer.room === CHUNK_ROWS) return undefined;
    const columns = this.#writer.finish(this.#categories.texts);
    this.#writer = new SalesColumnsWriter(CHUNK_ROWS);
    return columns;
  };

  #skipHeader(): void {
    this.#isFirst = false;
    if (SIGNATURE.some((byte, i) => this.#row[i] !== byte)) throw new Error('A copy without its signature');
    this.#at += HEADER_BYTES + this.#view.getInt32(this.#at + HEADER_BYTES - 4);
  }

  #addRow(): void {
    const day = this.#view.getInt32(this.#next());
    this.#text(this.#product);
    this.#text(this.#location);
    if (this.#text(this.#categoryText)) this.#category = this.#categories.codeOf(this.#categoryText.text);
    const writer = this.#writer;
    const at = writer.append(this.#product.text, this.#location.text, 1);
    writer.day[at] = day;
    writer.category[at] = this.#category;
    writer.units[at] = this.#amount();
    writer.revenue[at] = this.#amount();
    writer.price[at] = this.#amount();
    writer.promo[at] = this.#flag();
    writer.inStock[at] = this.#flag();
  }

  /** Goes to the next field and returns its place; the end is before it for a field that is NULL. */
  #next(): number {
    const length = this.#view.getInt32(this.#at);
    const start = this.#at + 4;
    this.#at = length === NULL ? start : start + length;
    this.#end = length === NULL ? NULL : this.#at;
    return start;
  }

  #text(reader: TextReader): boolean {
    const start = this.#next() - this.#row.byteOffset;
    return reader.read(this.#row, start, this.#at - this.#row.byteOffset);
  }

  #amount(): number {
    const start = this.#next();
    return this.#end === NULL ? Number.NaN : this.#view.getFloat64(start);
  }

  #flag(): number {
    const start = this.#next();
    return this.#end === NULL ? -1 : this.#view.getUint8(start);
  }
}
