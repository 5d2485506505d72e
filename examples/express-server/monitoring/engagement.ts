import { Gauge, type Registry } from 'prom-client';

const WINDOW_MS = 3_600_000;
const MAX_KEYS = 100_000;

/** Counts the keys in use: how many of the merchants' programs are active. */
export class Engagement {
  readonly #lastUse = new Map<string, number>();

  constructor(registry: Registry) {
    const activeKeys = () => this.#activeKeys();
    new Gauge({
      name: 'api_active_keys',
      help: 'API keys that were used in the last hour.',
      registers: [registry],
      aggregator: 'max',
      collect() {
        this.set(activeKeys());
      },
    });
  }

  note(keyId: string): void {
    if (this.#lastUse.size < MAX_KEYS) this.#lastUse.set(keyId, performance.now());
  }

  #activeKeys(): number {
    const since = performance.now() - WINDOW_MS;
    for (const [key, at] of this.#lastUse) if (at < since) this.#lastUse.delete(key);
    return this.#lastUse.size;
  }
}
