import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lockFolder } from '../../../examples/express-server/storage/folder-lock.js';
import { runToEnd, type ServerProcess, startProcess } from './processes.js';

const directory = mkdtempSync(join(tmpdir(), 'folder-lock-'));
const servers: ServerProcess[] = [];
afterAll(async () => {
  for (const server of servers) await server.end('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

let count = 0;
const newFolder = () => join(directory, `folder-${count++}`);

/** Leaves a lock file as a process would that is, or was, somewhere else. */
function leave(folder: string, holder: unknown, silentSeconds = 0): void {
  const file = `${folder}.lock`;
  writeFileSync(file, typeof holder === 'string' ? holder : JSON.stringify(holder));
  const at = Date.now() / 1_000 - silentSeconds;
  utimesSync(file, at, at);
}

const here = { token: 'of another', host: hostname() };

/** Number of a process that has ended. */
async function endedPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid!;
}

/** Files of a lock; nothing else is left of a take-over. */
const lockFiles = (folder: string) =>
  readdirSync(directory).filter((name) => name.startsWith(`${basename(folder)}.lock`));

async function expectTaken(folder: string, by: string | RegExp): Promise<void> {
  const before = readFileSync(`${folder}.lock`, 'utf8');
  const refused = expect(lockFolder(folder)).rejects;
  await refused.toMatchObject({ code: 'conflict', message: expect.stringMatching(by) });
  expect(readFileSync(`${folder}.lock`, 'utf8')).toBe(before);
  expect(lockFiles(folder)).toEqual([`${basename(folder)}.lock`]);
}

async function expectFree(folder: string): Promise<void> {
  const lock = await lockFolder(folder);
  expect(JSON.parse(readFileSync(`${folder}.lock`, 'utf8')).pid).toBe(process.pid);
  expect(lockFiles(folder)).toEqual([`${basename(folder)}.lock`]);
  await lock.release();
  expect(existsSync(`${folder}.lock`)).toBe(false);
}

describe('the lock of a folder', () => {
  it('is had by one at a time, and given back', async () => {
    const folder = newFolder();
    const lock = await lockFolder(folder);
    await expectTaken(folder, `in use by the process ${process.pid}`);
    await lock.release();
    await lock.release();
    await expectFree(folder);
  });

  it('stays with a process that runs', async () => {
    const folder = newFolder();
    leave(folder, { ...here, pid: process.ppid });
    await expectTaken(folder, `in use by the process ${process.ppid}`);
  });

  it('is taken over from a process that is gone', async () => {
    const folder = newFolder();
    leave(folder, { ...here, pid: await endedPid() });
    await expectFree(folder);
  });

  it('is taken over where the number of the process is that of a later one', async () => {
    const later = newFolder();
    // A process that started with the machine is not the one that runs under that number now.
    leave(later, { ...here, pid: process.ppid, started: '0' });
    await expectFree(later);
    const own = newFolder();
    leave(own, { ...here, pid: process.pid });
    await expectFree(own);
  });

  it('stays with a process of another machine for as long as it gives signs of life', async () => {
    const folder = newFolder();
    const holder = { ...here, host: 'elsewhere', pid: 7 };
    leave(folder, holder, 10);
    await expectTaken(folder, /in use by the process 7 of elsewhere/);
    leave(folder, holder, 60);
    await expectFree(folder);
  });

  it('is taken over from a file that says nothing once it is old', async () => {
    for (const text of ['', '{"pid":', '{"pid":-1}', 'null']) {
      const folder = newFolder();
      leave(folder, text);
      await expectTaken(folder, 'in use by another process');
      leave(folder, text, 60);
      await expectFree(folder);
    }
  });

  it('is had by one of many that take it over at once', async () => {
    for (let round = 0; round < 5; round++) {
      const folder = newFolder();
      leave(folder, { ...here, pid: await endedPid() });
      const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder)));
      const had = results.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      const reasons = results.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
      expect(had.length).toBeLessThanOrEqual(1);
      for (const reason of reasons) expect(reason).toMatchObject({ code: 'conflict' });
      for (const lock of had) await lock.release();
      await expectFree(folder);
    }
  });
});

describe('a second server on an embedded database', () => {
  it('ends with what to do, and one after a kill takes over', async () => {
    const environment = { DATA_DIR: newFolder() };
    const start = async () => {
      const server = await startProcess(environment);
      servers.push(server);
      return server;
    };
    const first = await start();
    const { code, output: said } = await runToEnd(environment);
    expect(code).toBe(1);
    expect(said).toContain(`is in use by the process ${first.pid}: an embedded database has one process`);
    expect(said).toContain('name another DATA_DIR');
    expect(said).not.toMatch(/Aborted|\n\s+at /);
    const asked = await fetch(`${first.url}/api/v1/sales/summary`, {
      headers: { authorization: `Bearer ${first.key()}` },
    });
    expect(asked.status).toBe(200);

    await first.end('SIGKILL');
    expect(existsSync(join(environment.DATA_DIR, 'database.lock'))).toBe(true);
    const third = await start();
    expect(await third.end('SIGTERM')).toBe(0);
    expect(existsSync(join(environment.DATA_DIR, 'database.lock'))).toBe(false);
  });
});
