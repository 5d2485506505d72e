import { statfs } from 'node:fs/promises';
import { cpus, freemem, totalmem } from 'node:os';
import { Gauge, type Registry } from 'prom-client';

interface CpuTimes {
  readonly busy: number;
  readonly total: number;
}

/** CPU, memory and disk of the machine, read when they are collected. */
export function registerHostMetrics(registry: Registry, dataDirectory: string): void {
  const registers = [registry];
  let before = cpuTimes();
  new Gauge({
    name: 'host_cpu_usage_ratio',
    help: 'Share of the time since the last collection in which the processors of the machine were busy.',
    registers,
    aggregator: 'average',
    collect() {
      const now = cpuTimes();
      if (now.total > before.total) this.set((now.busy - before.busy) / (now.total - before.total));
      before = now;
    },
  });
  new Gauge({
    name: 'host_memory_usage_ratio',
    help: 'Share of the memory of the machine that is in use.',
    registers,
    aggregator: 'average',
    collect() {
      this.set(1 - freemem() / totalmem());
    },
  });
  new Gauge({
    name: 'host_disk_usage_ratio',
    help: 'Share of the file system of the data directory that is in use.',
    registers,
    aggregator: 'average',
    async collect() {
      const disk = await statfs(dataDirectory).catch(() => undefined);
      if (disk && disk.blocks > 0) this.set(1 - disk.bavail / disk.blocks);
    },
  });
}

function cpuTimes(): CpuTimes {
  let busy = 0;
  let idle = 0;
  for (const { times } of cpus()) {
    busy += times.user + times.nice + times.sys + times.irq;
    idle += times.idle;
  }
  return { busy, total: busy + idle };
}
