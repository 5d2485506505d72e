import { createDateReader, type DateReader } from '../../calendar/date-reader.js';
import type { Day } from '../../calendar/day.js';
import { latestSalesDay } from '../../calendar/time-zone.js';
import { COLUMN_FAULTS, firstWrongColumn, type SalesRecord } from '../../panel/sales-record.js';
import type { DailySale } from '../../storage/contract.js';
import { dailySale, seriesKey } from '../../storage/daily-sales.js';
import type { KafkaMessage } from './kafka-consumer.js';

/** Records of a message; none for one that means nothing. Whatever it throws makes the message a dead letter. */
export type DecodeMessage = (message: KafkaMessage) => SalesRecord | readonly SalesRecord[] | undefined;

/** Rows of a message, or the reason for which it has none. */
export type MessageSales = { readonly rows: readonly DailySale[] } | { readonly reason: string };

export interface MessageReaderOptions {
  readonly decode: DecodeMessage;
  readonly dateFormat: string | undefined;
  readonly timeZone: string | undefined;
  readonly uncategorized: string;
  readonly now: () => Date;
}

const MINUTE_MS = 60_000;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Records of a message whose value is JSON: one record or an array of them. Tombstones have none. */
export function decodeJson({ value }: KafkaMessage): SalesRecord | readonly SalesRecord[] | undefined {
  return value === null ? undefined : JSON.parse(utf8.decode(value));
}

/** Reads messages by the rule of sales records: a message with one wrong record is wrong as a whole. */
export class MessageReader {
  readonly #options: MessageReaderOptions;
  readonly #readDate: DateReader;
  #latest = { readAt: Number.NEGATIVE_INFINITY, day: 0 };

  constructor(options: MessageReaderOptions) {
    this.#options = options;
    this.#readDate = createDateReader({ dateFormat: options.dateFormat, timeZone: options.timeZone });
  }

  read(message: KafkaMessage): MessageSales {
    let decoded: ReturnType<DecodeMessage>;
    try {
      decoded = this.#options.decode(message);
    } catch (error) {
      return { reason: `The message cannot be read: ${error instanceof Error ? error.message : error}` };
    }
    if (decoded === undefined) return { rows: [] };
    const records: readonly SalesRecord[] = Array.isArray(decoded) ? decoded : [decoded];
    const latestDay = this.#latestDay();
    const rows: DailySale[] = [];
    for (const [number, record] of records.entries()) {
      const read = this.#row(record, latestDay);
      if (typeof read === 'string')
        return { reason: records.length > 1 ? `Record ${number}: ${read}` : read };
      rows.push(read);
    }
    return { rows };
  }

  /** Asked for each message, but computed once in a minute: time zones are slow. */
  #latestDay(): Day {
    const { now, timeZone } = this.#options;
    const time = now();
    if (Math.abs(time.getTime() - this.#latest.readAt) > MINUTE_MS) {
      this.#latest = { readAt: time.getTime(), day: latestSalesDay(time, timeZone) };
    }
    return this.#latest.day;
  }

  #row(record: SalesRecord, latestDay: Day): DailySale | string {
    const wrong = firstWrongColumn(record);
    if (wrong === '') return 'The record is not an object';
    if (wrong !== undefined) return COLUMN_FAULTS[wrong];
    const day = this.#readDate(record.date);
    if (day === undefined) return COLUMN_FAULTS.date;
    if (day > latestDay) return 'The day is after today';
    return dailySale(record, day, this.#options.uncategorized);
  }
}

/** Rows of messages in their order of which, for each day, product and location, those of the last message count. */
export function latestRows(messages: readonly (readonly DailySale[])[]): DailySale[] {
  const latest = new Map<string, { readonly message: number; readonly rows: DailySale[] }>();
  for (const [message, rows] of messages.entries()) {
    for (const row of rows) {
      const key = `${row.day} ${seriesKey(row)}`;
      const known = latest.get(key);
      if (known?.message === message) known.rows.push(row);
      else latest.set(key, { message, rows: [row] });
    }
  }
  return [...latest.values()].flatMap(({ rows }) => rows);
}
