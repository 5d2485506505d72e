import type { DailyRecord } from './sales-record.js';

const PROMO = 1;
const OUT_OF_STOCK = 2;

/** The accepted rows as growing columns: no object is kept per row. */
export class RecordLog {
  length = 0;
  series = new Int32Array(1024);
  day = new Int32Array(1024);
  units = new Float64Array(1024);
  /** NaN where unknown; empty until the first row with a revenue or a price. */
  revenue = new Float64Array(0);
  price = new Float64Array(0);
  /** Bits {@link PROMO} and {@link OUT_OF_STOCK}. */
  private flags = new Uint8Array(1024);
  hasMoney = false;
  hasPromo = false;
  hasStock = false;

  /** Makes room for that many rows. */
  reserve(rows: number): void {
    if (rows > this.series.length) this.grow(rows);
  }

  append(series: number, day: number, record: DailyRecord | Omit<DailyRecord, 'day'>): void {
    const row = this.length;
    if (row === this.series.length) this.grow(row * 2);
    this.series[row] = series;
    this.day[row] = day;
    this.units[row] = record.units;
    this.length = row + 1;
    if (record.revenue != null || record.price != null) this.appendMoney(row, record);
    else if (this.hasMoney) this.revenue[row] = this.price[row] = Number.NaN;
    if (record.promo != null) {
      this.hasPromo = true;
      if (record.promo) this.flags[row] |= PROMO;
    }
    if (record.inStock != null) {
      this.hasStock = true;
      if (!record.inStock) this.flags[row] |= OUT_OF_STOCK;
    }
  }

  isPromo(row: number): boolean {
    return (this.flags[row] & PROMO) !== 0;
  }

  isOutOfStock(row: number): boolean {
    return (this.flags[row] & OUT_OF_STOCK) !== 0;
  }

  private appendMoney(row: number, { units, revenue, price }: Omit<DailyRecord, 'day'>): void {
    if (!this.hasMoney) {
      this.hasMoney = true;
      this.revenue = new Float64Array(this.series.length).fill(Number.NaN, 0, row);
      this.price = new Float64Array(this.series.length).fill(Number.NaN, 0, row);
    }
    const paid = revenue ?? Number.NaN;
    this.revenue[row] = revenue ?? (price ?? Number.NaN) * units;
    this.price[row] = price ?? (units > 0 && paid >= 0 ? paid / units : Number.NaN);
  }

  private grow(capacity: number): void {
    const grown = <T extends Int32Array | Float64Array | Uint8Array>(column: T, empty: T): T => {
      empty.set(column);
      return empty;
    };
    this.series = grown(this.series, new Int32Array(capacity));
    this.day = grown(this.day, new Int32Array(capacity));
    this.units = grown(this.units, new Float64Array(capacity));
    this.flags = grown(this.flags, new Uint8Array(capacity));
    if (!this.hasMoney) return;
    this.revenue = grown(this.revenue, new Float64Array(capacity));
    this.price = grown(this.price, new Float64Array(capacity));
  }
}
