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

/** A temporary folder through which this process and a Python script exchange matrices, models and predictions. */
export class NativeExchange {
  readonly folder = mkdtempSync(join(tmpdir(), 'boosting-'));

  constructor(
    private readonly python: string,
    private readonly script = SCRIPT,
  ) {}

  path(name: string): string {
    return join(this.folder, name);
  }

  writeFloats(name: string, values: ArrayLike<number>): string {
    this.writeColumn(name, values instanceof Float32Array ? values : Float32Array.from(values));
    return this.path(name);
  }

  writeColumn(name: string, { buffer, byteOffset, byteLength }: ArrayBufferView): void {
    writeFileSync(this.path(name), new Uint8Array(buffer, byteOffset, byteLength));
  }

  writeMatrix(name: string, features: FeatureMatrix): string {
    const joined = new Float32Array(features.rows * features.columns.length);
    features.columns.forEach((column, j) => {
      joined.set(column, j * features.rows);
    });
    return this.writeFloats(name, joined);
  }

  readFloats(name: string): Float32Array {
    return new Float32Array(this.readBytes(name).buffer);
  }

  readBytes(name: string): Uint8Array {
    return new Uint8Array(readFileSync(this.path(name)));
  }

  readText(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  /** Runs cases of `native_xgboost.py`, or the request of another script, which prints a line of JSON for each result. */
  run<Result = NativeResult>(request: readonly NativeCase[] | Readonly<Record<string, unknown>>): Result[] {
    const path = this.path('request.json');
    writeFileSync(path, JSON.stringify(request));
    const result = spawnSync(this.python, [this.script, path], { encoding: 'utf8', maxBuffer: 1 << 28 });
    if (result.status !== 0) throw new Error(`${this.script} failed: ${result.stderr.slice(0, 2000)}`);
    return result.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
