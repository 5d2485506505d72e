import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FeatureMatrix } from '../../src/features/matrix.js';

const SCRIPT = fileURLToPath(new URL('./native_xgboost.py', import.meta.url));

/** The first Python that has XGBoost, or undefined. */
export function findNativePython(): { command: string; version: string } | undefined {
  for (const command of [process.env['PYTHON'] ?? 'python3', '/usr/bin/python3']) {
    try {
      const code = 'import xgboost; print(xgboost.__version__)';
      const version = execFileSync(command, ['-c', code], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      return { command, version: version.trim() };
    } catch {
      // This Python has no XGBoost, or there is no such Python.
    }
  }
  return undefined;
}

/** A case for `native_xgboost.py`; paths are names in the exchange's folder. */
export type NativeCase = Readonly<Record<string, unknown>> & { readonly name: string };

export interface NativeResult {
  readonly name: string;
  readonly train?: readonly number[];
  readonly predict?: readonly number[];
}

/** A temporary folder through which both sides exchange matrices, models and predictions. */
export class NativeExchange {
  readonly folder = mkdtempSync(join(tmpdir(), 'boosting-'));
  private readonly python: string;

  constructor(python: string) {
    this.python = python;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  writeFloats(name: string, values: ArrayLike<number>): string {
    const floats = values instanceof Float32Array ? values : Float32Array.from(values);
    writeFileSync(this.path(name), new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength));
    return this.path(name);
  }

  writeMatrix(name: string, features: FeatureMatrix): string {
    const joined = new Float32Array(features.rows * features.columns.length);
    features.columns.forEach((column, j) => {
      joined.set(column, j * features.rows);
    });
    return this.writeFloats(name, joined);
  }

  readFloats(name: string): Float32Array {
    const bytes = readFileSync(this.path(name));
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  }

  readText(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  run(cases: readonly NativeCase[]): NativeResult[] {
    const request = this.path('request.json');
    writeFileSync(request, JSON.stringify(cases));
    const result = spawnSync(this.python, [SCRIPT, request], { encoding: 'utf8', maxBuffer: 1 << 28 });
    if (result.status !== 0) throw new Error(`native_xgboost.py failed: ${result.stderr.slice(0, 2000)}`);
    return result.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
