import { setTimeout as pause } from 'node:timers/promises';
import { KeepAliveConnection } from './keep-alive-connection.js';
import { mixed } from './questions.js';
import type { LoadOptions, LoadResult } from './saturating.js';

export interface PacedOptions extends LoadOptions {
  /** Requests per second over all connections. */
  readonly rate: number;
}

export interface PacedResult extends LoadResult {
  /** Connections that were open at the end of the measurement. */
  readonly openConnections: number;
}

const CONNECTIONS_PER_TICK = 20;
const TICK_MS = 10;
const TIMEOUT_MS = 30_000;

/**
 * Load from users who pause: requests are due at a fixed rate, and the connections take turns, so each asks at
 * a constant interval however long the answers take. Latency counts from when a request was due: one that has to wait for an
 * earlier answer on its connection, or for this generator, has waited too. The rate is that of the answers that came in
 * the time of the measurement.
 */
export async function loadAtPace(options: PacedOptions): Promise<PacedResult> {
  const crowd = new Crowd(options);
  try {
    await crowd.connect();
    // One request on every connection before the measurement starts.
    const warmUpMs = (1_000 * options.connections) / options.rate;
    return await crowd.ask(warmUpMs, options.seconds * 1_000);
  } finally {
    crowd.leave();
  }
}

class Crowd {
  readonly #options: PacedOptions;
  readonly #headers: string;
  readonly #connections: KeepAliveConnection[] = [];
  #outstanding = 0;
  #errors = 0;

  constructor(options: PacedOptions) {
    this.#options = options;
    const { host } = new URL(options.url);
    const headers = { Host: host, Authorization: `Bearer ${options.key}`, 'Accept-Encoding': 'gzip' };
    this.#headers = Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('');
  }

  /** Opens the connections, a few at a time, with a first request on each. */
  async connect(): Promise<void> {
    const { url, connections, questions } = this.#options;
    const { hostname, port } = new URL(url);
    while (this.#connections.length < connections) {
      const end = Math.min(connections, this.#connections.length + CONNECTIONS_PER_TICK);
      while (this.#connections.length < end) {
        const connection = new KeepAliveConnection(hostname, Number(port));
        this.#connections.push(connection);
        this.#send(connection, questions.warm[0]);
      }
      await pause(TICK_MS);
    }
    await this.#untilAnswered();
  }

  async ask(warmUpMs: number, measuredMs: number): Promise<PacedResult> {
    const { rate, questions, cold } = this.#options;
    const paths = mixed(questions, cold);
    const gapMs = 1_000 / rate;
    const start = performance.now();
    const measuredFrom = start + warmUpMs;
    const end = measuredFrom + measuredMs;
    const latencies: number[] = [];
    let inTime = 0;
    for (let asked = 0; performance.now() < end; await pause(1)) {
      const now = performance.now();
      for (let due = start + asked * gapMs; due <= now && due < end; due = start + ++asked * gapMs) {
        const connection = this.#connections[asked % this.#connections.length];
        const isMeasured = due >= measuredFrom;
        this.#send(connection, paths.next().value, () => {
          const answeredAt = performance.now();
          if (isMeasured) latencies.push(answeredAt - due);
          if (answeredAt >= measuredFrom && answeredAt < end) inTime++;
        });
      }
    }
    const openConnections = this.#connections.filter(({ isOpen }) => isOpen).length;
    await this.#untilAnswered();
    const requestsPerSecond = (1_000 * inTime) / measuredMs;
    return { ...summarize(latencies), requestsPerSecond, errors: this.#errors, openConnections };
  }

  leave(): void {
    for (const connection of this.#connections) connection.close();
  }

  #send(connection: KeepAliveConnection, path: string, onGoodAnswer: () => void = () => undefined): void {
    this.#outstanding++;
    connection.send(`GET ${path} HTTP/1.1\r\n${this.#headers}\r\n`, (status) => {
      this.#outstanding--;
      if (status === 200) onGoodAnswer();
      else this.#errors++;
    });
  }

  /** Answers that do not come count as errors. */
  async #untilAnswered(): Promise<void> {
    const deadline = performance.now() + TIMEOUT_MS;
    while (this.#outstanding > 0 && performance.now() < deadline) await pause(TICK_MS);
    this.#errors += this.#outstanding;
  }
}

function summarize(latencies: readonly number[]) {
  const sorted = Float64Array.from(latencies).sort();
  const percentile = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return {
    meanMs: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    p50Ms: percentile(0.5),
    p95Ms: percentile(0.95),
    p99Ms: percentile(0.99),
  };
}
