import type { Day } from '../../calendar/day.js';
import type { FeatureDay, FeatureTable } from './feature-table.js';

/** Features in memory: for tests, and for processes that compute them at start. */
export class MemoryFeatureTable implements FeatureTable {
  readonly specificationVersion = 'v1';
  readonly name = 'memory';
  readonly #versions = new Map<string, Map<Day, FeatureDay>>();

  async inputs(version: string): Promise<ReadonlyMap<Day, string>> {
    return new Map(this.#sorted(version).map(({ day, inputs }) => [day, inputs]));
  }

  async write(version: string, days: readonly FeatureDay[]): Promise<void> {
    const stored = this.#versions.get(version) ?? new Map<Day, FeatureDay>();
    for (const day of days) stored.set(day.day, copyOf(day));
    this.#versions.set(version, stored);
  }

  async *read(version: string, from: Day, to: Day): AsyncIterable<FeatureDay> {
    for (const stored of this.#sorted(version))
      if (stored.day >= from && stored.day <= to) yield copyOf(stored);
  }

  async latest(version: string): Promise<FeatureDay | undefined> {
    const newest = this.#sorted(version).at(-1);
    return newest && copyOf(newest);
  }

  async deleteBefore(version: string, day: Day): Promise<number> {
    const old = this.#sorted(version).filter((stored) => stored.day < day);
    for (const stored of old) this.#versions.get(version)!.delete(stored.day);
    return old.length;
  }

  #sorted(version: string): FeatureDay[] {
    return [...(this.#versions.get(version)?.values() ?? [])].sort((a, b) => a.day - b.day);
  }
}

function copyOf({ day, inputs, ids, shared, series }: FeatureDay): FeatureDay {
  return { day, inputs, ids: [...ids], shared: shared.slice(), series: series.slice() };
}
