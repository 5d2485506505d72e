import tsconfig from '../tsconfig.json';

/** The source file of each public subpath, by the name of its files in `dist`; `paths` of `tsconfig.json` is the single list. */
export const ENTRIES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(tsconfig.compilerOptions.paths).map(([name, [file]]) => [
    name.split('/')[1] ?? 'index',
    file.replace('./', ''),
  ]),
);
