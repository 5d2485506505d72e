import { type Day, formatDay, parseDay, type SalesStorage } from 'commerce-forecast';
import type { Logger } from 'pino';

/** A clock that is further ahead of the newest sale than this is not believed. */
const MAX_LEAD_DAYS = 92;

/** A storage with a daily chore: partitions ahead, retention behind. */
export type MaintainedStorage = SalesStorage & { maintain(today: Day): Promise<number> };

/** The chores that the schedule has done once a day by one of all instances. */
export class Maintenance {
  readonly #storage: MaintainedStorage;
  readonly #logger: Logger;
  readonly #now: () => Date;

  readonly #purge: () => Promise<unknown>;

  /** @param purge removes what has expired besides sales. */
  constructor(
    storage: MaintainedStorage,
    logger: Logger,
    now: () => Date,
    purge: () => Promise<unknown> = async () => undefined,
  ) {
    this.#purge = purge;
    this.#storage = storage;
    this.#logger = logger;
    this.#now = now;
  }

  /** Failures are logged; the next day makes up for them. */
  async run(): Promise<void> {
    try {
      await this.#purge();
      const today = parseDay(this.#now().toISOString().slice(0, 10));
      const { lastDay } = await this.#storage.summary();
      // Retention drops whole years if the clock is set wrong, and what is dropped is gone.
      if (lastDay !== undefined && today - lastDay > MAX_LEAD_DAYS) {
        const facts = { today: formatDay(today), last_day: formatDay(lastDay) };
        this.#logger.warn(facts, 'retention skipped: the clock is far ahead of the newest sale');
        return;
      }
      const removed = await this.#storage.maintain(today);
      if (removed > 0) this.#logger.info({ removed }, 'sales beyond the retention were removed');
    } catch (error) {
      this.#logger.error({ err: error }, 'the daily maintenance failed');
    }
  }
}
