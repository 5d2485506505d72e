import { statfs } from 'node:fs/promises';
import { cpus, freemem, totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import { Gauge, type Registry } from 'prom-client';

interface CpuTimes {
  readonly busy: number;
  readonly total: number;
}

/**
 * CPU, memory and disk of the machine, read when they are collected.
 *
 * @param directories that the server writes to
 */
export function registerHostMetrics(registry: Registry, directories: readonly string[]): void {
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
    help: 'Share of the file system that the server writes to that is in use; of several the fullest.',
    registers,
    aggregator: 'average',
    async collect() {
      const used = await Promise.all(directories.map(usedShare));
      const known = used.filter((share) => share !== undefined);
      if (known.length > 0) this.set(Math.max(...known));
    },
  });
}

/** Share of a file system in use; that of the nearest folder above where a folder was not made yet. */
async function usedShare(directory: string): Promise<number | undefined> {
  const disk = await statfs(directory).catch(() => undefined);
  if (disk) return disk.blocks > 0 ? 1 - disk.bavail / disk.blocks : undefined;
  const above = dirname(resolve(directory));
  return above === resolve(directory) ? undefined : usedShare(above);
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
