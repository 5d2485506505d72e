import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { ProbeAnswer, ProbeOrder } from './probe.js';

/** Ticks of processor time in a second, as Linux counts them. */
const TICKS = 100;
export const MEGABYTE = 1_048_576;

/** Findings of one look at the process of a server; memory in MB. */
export interface Sample {
  /** Seconds since the start. */
  readonly time: number;
  readonly rss: number;
  readonly heapUsed: number;
  readonly heapTotal: number;
  readonly external: number;
  readonly arrayBuffers: number;
  /** Delay of the event loop since the sample before, in milliseconds. */
  readonly delayP99: number;
  readonly delayMax: number;
  /** Seconds of processor time since the process began. */
  readonly cpu: number;
  readonly fds: number;
  readonly sockets: number;
  readonly timers: number;
}

/** Asks the server through the module that it has preloaded. */
export async function probe(process: ChildProcess, order: ProbeOrder): Promise<ProbeAnswer> {
  const answered = new Promise<ProbeAnswer>((resolve, reject) => {
    const onMessage = (message: ProbeAnswer) => {
      if (message.kind !== order.kind) return;
      settle();
      resolve(message);
    };
    const onExit = () => {
      settle();
      reject(new Error('The server has ended'));
    };
    const settle = () => process.off('message', onMessage).off('exit', onExit);
    process.on('message', onMessage).on('exit', onExit);
  });
  process.send(order);
  return answered;
}

/** Looks at a server from within and from outside. */
export async function sample(process: ChildProcess, time: number): Promise<Sample> {
  const { memory, delayP99, delayMax, resources } = await probe(process, { kind: 'measure' });
  const links = openFiles(process.pid);
  return {
    time,
    ...inMegabytes(memory),
    delayP99,
    delayMax,
    cpu: processorSeconds(process.pid),
    fds: links.length,
    sockets: links.filter((link) => link.startsWith('socket:')).length,
    timers: resources['Timeout'] ?? 0,
  };
}

export function inMegabytes(memory: NodeJS.MemoryUsage) {
  const { rss, heapUsed, heapTotal, external, arrayBuffers } = memory;
  return {
    rss: rss / MEGABYTE,
    heapUsed: heapUsed / MEGABYTE,
    heapTotal: heapTotal / MEGABYTE,
    external: external / MEGABYTE,
    arrayBuffers: arrayBuffers / MEGABYTE,
  };
}

function openFiles(pid: number | undefined): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((name) => {
    try {
      return [readlinkSync(`${folder}/${name}`)];
    } catch {
      // It was closed meanwhile.
      return [];
    }
  });
}

function processorSeconds(pid: number | undefined): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program, in brackets, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}
