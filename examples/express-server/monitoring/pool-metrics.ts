import type { Pool } from 'pg';
import { Gauge, type Registry } from 'prom-client';

/** Connections of the database pool. */
export function registerPoolMetrics(registry: Registry, pool: Pool, max: number): void {
  const registers = [registry];
  new Gauge({
    name: 'database_pool_connections',
    help: 'Connections to the database by state, and calls that wait for one.',
    labelNames: ['state'],
    registers,
    collect() {
      this.set({ state: 'in_use' }, pool.totalCount - pool.idleCount);
      this.set({ state: 'idle' }, pool.idleCount);
      this.set({ state: 'waiting' }, pool.waitingCount);
    },
  });
  new Gauge({
    name: 'database_pool_max_connections',
    help: 'Most connections that the pool opens.',
    registers,
    collect() {
      this.set(max);
    },
  });
}
