import { formatDay, parseDay, type SalesStorage } from 'commerce-forecast';
import type { PostgresStorage } from 'commerce-forecast/postgres';
import type { Logger } from 'pino';
import type { Retention } from '../tenants/tenant-repository.js';

/** A clock that is further ahead of the newest sale than this is not believed. */
const MAX_LEAD_DAYS = 92;

/** A storage with a daily chore: partitions ahead, retention behind. */
export type MaintainedStorage = SalesStorage & Pick<PostgresStorage, 'maintain'>;

export interface MaintenanceOptions {
  /** Removes what has expired besides sales. */
  readonly purge?: () => Promise<unknown>;
  /** Finds what is kept for how long, where that is not as everywhere. */
  readonly retention?: () => Promise<Retention>;
  /** Forgets trainings that ended some days ago. */
  readonly forgetTrainings?: (days: number) => Promise<unknown>;
}

/** The chores that the schedule has done once a day by one of all instances. */
export class Maintenance {
  readonly #storage: MaintainedStorage;
  readonly #logger: Logger;
  readonly #now: () => Date;
  readonly #options: MaintenanceOptions;

  constructor(storage: MaintainedStorage, logger: Logger, now: () => Date, options: MaintenanceOptions = {}) {
    this.#options = options;
    this.#storage = storage;
    this.#logger = logger;
    this.#now = now;
  }

  /** Failures are logged; the next day makes up for them. */
  async run(): Promise<void> {
    try {
      const { purge, retention, forgetTrainings } = this.#options;
      await purge?.();
      const { sales, removals, trainings } = (await retention?.()) ?? {};
      if (trainings !== undefined) await forgetTrainings?.(trainings);
      const today = parseDay(this.#now().toISOString().slice(0, 10));
      const { lastDay } = await this.#storage.summary();
      // Retention drops whole years if the clock is set wrong, and what is dropped is gone.
      if (lastDay !== undefined && today - lastDay > MAX_LEAD_DAYS) {
        const facts = { today: formatDay(today), last_day: formatDay(lastDay) };
        this.#logger.warn(facts, 'retention skipped: the clock is far ahead of the newest sale');
        return;
      }
      const removed = await this.#storage.maintain(today, {
        retentionDays: sales,
        removalDays: removals,
      });
      if (removed > 0) this.#logger.info({ removed }, 'sales beyond the retention were removed');
    } catch (error) {
      this.#logger.error({ err: error }, 'the daily maintenance failed');
    }
  }
}
