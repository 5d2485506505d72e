import { defineConfig } from 'tsup';
import tsconfig from './tsconfig.json';

/** One entry per public subpath, named as the subpath is; `tsconfig.json` paths are the single list. */
const entry = Object.fromEntries(
  Object.entries(tsconfig.compilerOptions.paths).map(([name, [file]]) => [
    name.split('/')[1] ?? 'index',
    file.replace('./', ''),
  ]),
);

export default defineConfig({
  entry,
  format: ['esm', 'cjs'],
  dts: true,
  clean: true,
  splitting: true,
  treeshake: true,
  target: 'es2022',
  sourcemap: true,
  platform: 'neutral',
  external: [/^node:/, 'worker_threads', 'ml-xgboost'],
});
