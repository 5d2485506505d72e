import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { ForecastError } from 'commerce-forecast';

/** Pause between two signs of life of a holder. */
const BEAT_MS = 5_000;
/** A holder whose process cannot be looked at, as it is on another machine, is gone after so long without a sign of life. */
const SILENT_MS = 30_000;
/** Time after which everybody who saw an old lock has seen the new one. */
const SETTLE_MS = 200;

/** Holder of a lock, as its file names it. */
interface Holder {
  readonly token: string;
  readonly pid: number;
  readonly host: string;
  /** Start of the process by its operating system, where that can be told: numbers of processes are used again. */
  readonly started: string | undefined;
}

export interface FolderLock {
  /** Gives the folder free. May be repeated. */
  release(): Promise<void>;
}

/** Locks that this process holds. */
const held = new Set<string>();

/**
 * Takes a folder for this process alone, by the file `<folder>.lock` beside it. That of a process which was killed is taken over.
 *
 * @throws ForecastError `conflict` while another process, or another part of this one, has the folder.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const file = `${folder}.lock`;
  const holder: Holder = {
    token: randomUUID(),
    pid: process.pid,
    host: hostname(),
    started: startOf(process.pid),
  };
  held.add(holder.token);
  try {
    if (!(await create(file, holder))) await takeOver(file, folder, holder);
  } catch (error) {
    held.delete(holder.token);
    throw error;
  }
  const beat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, BEAT_MS).unref();
  return {
    release: async () => {
      clearInterval(beat);
      if (!held.delete(holder.token)) return;
      const { holder: current } = await look(file);
      if (current?.token === holder.token) await rm(file, { force: true });
    },
  };
}

/**
 * Takes over the lock of a process that is gone. Of several that try at once, one may: what is moved aside and turns out to be
 * somebody's is put back, and whoever has taken over looks again, once all others must have seen it, whether it still has the lock.
 */
async function takeOver(file: string, folder: string, holder: Holder): Promise<void> {
  const seen = await look(file);
  if (isAlive(seen)) throw taken(folder, seen.holder);
  const aside = `${file}.${holder.token}`;
  if (await move(file, aside)) {
    const moved = await look(aside);
    const isTaken = isAlive(moved);
    // Fails if a third one was faster, which has it then.
    if (isTaken) await link(aside, file).catch(() => undefined);
    await rm(aside, { force: true });
    if (isTaken) throw taken(folder, moved.holder);
  }
  const isFirst = await create(file, holder);
  await pause(SETTLE_MS);
  const now = await look(file);
  if (!isFirst || now.holder?.token !== holder.token) throw taken(folder, now.holder);
}

/** False if there is no such file. */
async function move(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** False if the file is there already. */
async function create(file: string, holder: Holder): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    await handle.writeFile(JSON.stringify(holder)).finally(() => handle.close());
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

interface Sight {
  /** Undefined for a file that is being written, or is none of ours. */
  readonly holder: Holder | undefined;
  /** Undefined if there is no file. */
  readonly silentMs: number | undefined;
}

async function look(file: string): Promise<Sight> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
    return { holder: parseHolder(text), silentMs: Date.now() - mtimeMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { holder: undefined, silentMs: undefined };
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { token, pid, host, started } = JSON.parse(text);
    return Number.isInteger(pid) && pid > 0 ? { token, pid, host, started } : undefined;
  } catch {
    return undefined;
  }
}

function isAlive({ holder, silentMs }: Sight): boolean {
  if (silentMs === undefined) return false;
  if (holder?.host !== hostname()) return silentMs < SILENT_MS;
  // A container that starts again may give its server the number that it had before.
  if (holder.pid === process.pid) return held.has(holder.token);
  if (!isRunning(holder.pid)) return false;
  return holder.started === undefined || holder.started === startOf(holder.pid);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user is there all the same.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Start of a process in ticks since the start of the machine; undefined where there is no `/proc`. */
function startOf(pid: number): string | undefined {
  try {
    // The name of the program comes second, in brackets, and may hold spaces and brackets itself.
    const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(')').at(-1);
    return afterName?.trim().split(' ')[19];
  } catch {
    return undefined;
  }
}

function taken(folder: string, holder: Holder | undefined): ForecastError {
  const isHere = holder?.host === hostname();
  const who = !holder
    ? 'another process'
    : isHere
      ? `the process ${holder.pid}`
      : `the process ${holder.pid} of ${holder.host}`;
  return new ForecastError(
    'conflict',
    `${folder} is in use by ${who}: an embedded database has one process`,
    {
      path: ['DATA_DIR'],
      hint:
        holder && isHere
          ? 'Stop that process, or name another DATA_DIR. Several servers share a database with DATABASE_URL.'
          : `Stop that process, or name another DATA_DIR. If it was killed, try again in ${SILENT_MS / 1_000} seconds.`,
    },
  );
}
