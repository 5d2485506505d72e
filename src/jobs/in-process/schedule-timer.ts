import type { JobSchedule } from '../contract.js';
import { nextCronTime } from '../cron.js';
import { type JobClock, LONGEST_WAIT_MS } from './clock.js';
import type { StoredJobTable } from './job-table.js';

export interface ScheduleTimerOptions {
  readonly schedule: JobSchedule;
  readonly table: StoredJobTable;
  readonly clock: JobClock;
  readonly enqueue: (id: string) => Promise<unknown>;
  readonly onError: (error: unknown) => void;
}

/**
 * Enqueues a job at the times of a schedule, under an id derived from the time, so that instances enqueue it
 * once.
 */
export class ScheduleTimer {
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(private readonly options: ScheduleTimerOptions) {}

  /** Enqueues the newest time that was missed while no instance ran, and waits for the next. */
  async start(): Promise<void> {
    const { schedule, table, clock } = this.options;
    const last = (await table.read()).fired[schedule.id];
    const now = clock.now();
    const missed = last === undefined ? undefined : newestBetween(schedule.cron, last, now);
    if (missed !== undefined) await this.#fire(missed);
    else if (last === undefined) await this.#remember(now);
    this.#wait(now);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #wait(after: number): void {
    const { schedule, clock, onError } = this.options;
    const time = nextCronTime(schedule.cron, after);
    if (time === undefined || this.#stopped) return;
    const delay = Math.min(LONGEST_WAIT_MS, Math.max(0, time - clock.now()));
    this.#cancel = clock.after(delay, () => {
      // A timer may fire a little early, and a long wait takes several timers.
      if (clock.now() < time) {
        this.#wait(after);
        return;
      }
      this.#fire(time).catch(onError);
      this.#wait(time);
    });
  }

  async #fire(time: number): Promise<void> {
    await this.options.enqueue(fireId(this.options.schedule.id, time));
    await this.#remember(time);
  }

  #remember(time: number): Promise<void> {
    const { schedule, table } = this.options;
    return table.change((stored) =>
      (stored.fired[schedule.id] ?? Number.NEGATIVE_INFINITY) >= time
        ? { answer: undefined }
        : { next: { ...stored, fired: { ...stored.fired, [schedule.id]: time } }, answer: undefined },
    );
  }
}

/** Id of the job of a schedule at a time, such as `daily-collection@20240301T020000Z`. */
export function fireId(scheduleId: string, time: number): string {
  return `${scheduleId}@${new Date(time).toISOString().replace(/[-:]|\.\d+/g, '')}`;
}

/** The last time of the pattern in the interval; for a long interval only its end is searched. */
function newestBetween(cron: string, after: number, until: number): number | undefined {
  let newest: number | undefined;
  for (const window of [3_600_000, 86_400_000, 32 * 86_400_000, Number.POSITIVE_INFINITY]) {
    let time = nextCronTime(cron, Math.max(after, until - window));
    while (time !== undefined && time <= until) {
      newest = time;
      time = nextCronTime(cron, time);
    }
    if (newest !== undefined || until - window <= after) return newest;
  }
  return newest;
}
