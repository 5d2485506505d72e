import { defineConfig } from 'tsup';
import { thirdPartyLicences } from './tsup.licenses';

/** The program for terminals, which is for Node alone; it brings along what draws the charts of its report. */
export default defineConfig({
  entry: { cli: 'src/cli/main.ts' },
  format: ['esm'],
  splitting: true,
  treeshake: true,
  target: 'es2022',
  platform: 'node',
  external: ['ml-xgboost'],
  esbuildPlugins: [thirdPartyLicences('dist/THIRD-PARTY-LICENSES.txt')],
});
