import {
  type ArtifactStore,
  type ForecastSnapshot,
  isArtifactLost,
  normalQuantile,
  type SalesStorage,
  snapshotInterval,
} from 'commerce-forecast';
import {
  accuracyReport,
  combineReports,
  createAccuracyMonitor,
  eventChanges,
  freshnessReport,
  type MonitoringEvent,
  type MonitoringReport,
  NO_SHIFT,
  populationReport,
  populationStabilityIndex,
  type ResidualShiftState,
  referenceDistribution,
  residualShiftReport,
  updateResidualShift,
} from 'commerce-forecast/monitoring';
import { createLiveTracker, type ModelRegistry, type RolloutController } from 'commerce-forecast/registry';
import type { ComposedServer } from '../../express-server/compose.js';

/** Days of sales that are compared with those before the training, for drift. */
const DRIFT_DAYS = 28;

/** State that is kept from day to day. */
interface WatchState {
  readonly lastDay: number;
  readonly production: string | undefined;
  readonly accuracy: unknown;
  readonly tracker: unknown;
  readonly shifts: Record<string, ResidualShiftState>;
  readonly events: readonly MonitoringEvent[];
}

/** Sales, artifacts and versions that are watched. */
export interface Watched {
  readonly storage: SalesStorage;
  readonly artifacts: ArtifactStore;
  readonly registry: Pick<ModelRegistry<ForecastSnapshot>, 'name' | 'status' | 'load'>;
}

/** Picks what is watched of a server's installation. */
export function watchedBy({ dependencies, artifacts }: ComposedServer): Watched {
  const { storage, models } = dependencies;
  const { registry } = models;
  const load = async (version: number) => (await registry.load(version)).snapshot;
  return { storage, artifacts, registry: { name: registry.name, status: () => registry.status(), load } };
}

/** Compares what was forecast with what was sold, day by day, for each category. */
export class Watch {
  /** @param rollout judges the versions by what was sold; without one they are judged elsewhere. */
  constructor(
    private readonly installation: Watched,
    private readonly rollout?: RolloutController,
  ) {}

  /** Takes a day that is complete; a day that was taken before changes nothing but the report. */
  async day(
    day: number,
    now: number,
  ): Promise<{ readonly report: MonitoringReport; readonly raised: readonly MonitoringEvent[] }> {
    const before = await this.#load();
    const monitor = createAccuracyMonitor({ horizons: [7, 30] }, before?.accuracy as never);
    const tracker = createLiveTracker(before?.tracker as never);
    const served = await this.#served();
    const production = served.find(({ state }) => state === 'production');
    const sold = await this.#sold(day);
    const { name } = this.installation.registry;
    const id = production && `${name}@${production.version}`;
    const shifts = { ...(id === before?.production ? before?.shifts : {}) };
    for (const { version, snapshot } of served) {
      const { categories, categoryDays, cutoffDay, intervalLevel } = snapshot;
      const { horizon, mean } = categoryDays;
      const interval = snapshotInterval(categoryDays, intervalLevel);
      const intervals = [interval];
      const forecast = { startDay: cutoffDay + 1, horizon, seriesCount: categories.length, mean, intervals };
      monitor.recordForecast({ version: `${name}@${version}`, ids: categories, forecast });
      const step = day - cutoffDay - 1;
      if (step < 0 || step >= horizon || day <= (before?.lastDay ?? Number.NEGATIVE_INFINITY)) continue;
      tracker.countRequests(version, categories.length, 0);
      categories.forEach((category, c) => {
        const at = c * horizon + step;
        const actual = sold.get(category) ?? 0;
        const forecast = mean[at];
        const highest = interval.upper[at];
        if (forecast === undefined || highest === undefined) return;
        tracker.observe({
          version,
          unit: category,
          forecast,
          actual,
          scale: Math.max(1, forecast),
        });
        // In the deviations that the interval claims for the day.
        const deviation = (highest - forecast) / normalQuantile((1 + intervalLevel) / 2);
        if (version !== production?.version || !(deviation > 0)) return;
        const residual = (actual - forecast) / deviation;
        shifts[category] = updateResidualShift(shifts[category] ?? NO_SHIFT, residual, EXPECTED);
      });
    }
    if (production) {
      const ids = production.snapshot.categories;
      monitor.recordActuals({ day, ids, units: ids.map((category) => sold.get(category) ?? 0) });
      await this.rollout?.afterObserving(tracker);
    }
    const report = combineReports(
      accuracyReport(monitor),
      residualShiftReport(shifts),
      populationReport(production ? await this.#drift(production.snapshot, day) : {}),
      freshnessReport({ now, lastDays: { sales: day }, trainedAt: production?.snapshot.trainedAt }),
    );
    const { events } = report;
    await this.#keep({ lastDay: day, production: id, accuracy: monitor, tracker, shifts, events });
    return { report, raised: eventChanges(before?.events ?? [], events).raised };
  }

  /** The versions that get traffic. */
  async #served() {
    const { registry } = this.installation;
    const { versions } = await registry.status();
    const served = versions.filter(({ state }) => state === 'production' || state === 'canary');
    return Promise.all(
      served.map(async ({ version, state }) => ({
        version,
        state,
        snapshot: await registry.load(version),
      })),
    );
  }

  /** Units of each category on a day. */
  async #sold(day: number): Promise<Map<string, number>> {
    const sold = new Map<string, number>();
    for await (const rows of this.installation.storage.read({ from: day, to: day })) {
      for (const { category, units } of rows) sold.set(category, (sold.get(category) ?? 0) + units);
    }
    return sold;
  }

  /** Computes the population stability index of the units sold a day against those at training. */
  async #drift({ cutoffDay }: ForecastSnapshot, day: number): Promise<Record<string, number>> {
    const [training, present] = await Promise.all([this.#units(cutoffDay), this.#units(day)]);
    if (training.length === 0 || present.length === 0) return {};
    return { units: populationStabilityIndex(referenceDistribution(training), present) };
  }

  async #units(to: number): Promise<number[]> {
    const units: number[] = [];
    for await (const rows of this.installation.storage.read({ from: to - DRIFT_DAYS + 1, to })) {
      for (const row of rows) units.push(row.units);
    }
    return units;
  }

  async #load(): Promise<WatchState | undefined> {
    const { artifacts } = this.installation;
    const state = this.#stateName();
    try {
      return JSON.parse(new TextDecoder().decode((await artifacts.get(state)).content));
    } catch (error) {
      // What was never written, or is lost, begins anew.
      if (isArtifactLost(error)) return undefined;
      throw error;
    }
  }

  async #keep(state: WatchState): Promise<void> {
    const { artifacts } = this.installation;
    const name = this.#stateName();
    const { version } = await artifacts.put(name, new TextEncoder().encode(JSON.stringify(state)));
    for (const older of await artifacts.versions(name)) {
      if (older.version < version) await artifacts.delete(name, older.version);
    }
  }

  #stateName(): string {
    return `monitoring/${this.installation.registry.name}`;
  }
}

const EXPECTED = { mean: 0, standardDeviation: 1 };
