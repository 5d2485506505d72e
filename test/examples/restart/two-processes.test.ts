import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { generateSales } from 'commerce-forecast/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openForecaster, settingsOf } from '../../../examples/restart/parts.js';
import { DATABASE_URL, describeWithService, dropSchemas, REDIS_URL } from '../../integration/services.js';

const EXAMPLE = fileURLToPath(new URL('../../../examples/restart', import.meta.url));
const NAME = `restart_${process.pid}`;

describeWithService(
  'PostgreSQL and Redis',
  process.env['DATABASE_URL'] !== undefined && process.env['REDIS_URL'] !== undefined,
  'set DATABASE_URL and REDIS_URL',
  'a model that survives a restart',
  () => {
    let folder: string;
    const environment = () => ({ ...process.env, DATABASE_URL, REDIS_URL, NAME, FOLDER: folder, BUCKET: '' });
    const start = async (script: string, ...options: string[]) => {
      const program = ['--import', 'tsx', join(EXAMPLE, script), ...options];
      const { stdout } = await promisify(execFile)(process.execPath, program, { env: environment() });
      return stdout.trim().split('\n');
    };

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'restart-'));
      const { forecaster, close } = await openForecaster(settingsOf(environment()));
      await forecaster.ingest(generateSales({ seed: 7, products: 5, days: 120 }).records);
      await close();
    });
    afterAll(async () => {
      await dropSchemas(NAME);
      await rm(folder, { recursive: true, force: true });
    });

    it('is trained by one process and found by another, which answers with its best sellers', async () => {
      await expect(start('answer.ts', '--once')).rejects.toThrow('There is no forecast yet');
      const [trained] = await start('train-weekly.ts', '--now');
      const answer = await start('answer.ts', '--once');
      expect(answer).toHaveLength(4);
      expect(answer.at(-1)).toBe(trained.replace('trained', 'answered from'));
    });

    it('is shown in the docs as it runs here', async () => {
      const page = await readFile(join(EXAMPLE, '../../docs/restart.md'), 'utf8');
      const shown = [...page.matchAll(/```ts file=(\S+)\n([\s\S]*?)```/g)];
      expect(shown.length).toBe(3);
      for (const [, file, code] of shown) {
        expect(await readFile(join(EXAMPLE, file), 'utf8')).toContain(code.trim());
      }
    });
  },
);
