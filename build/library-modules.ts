import { resolve } from 'node:path';

interface EsbuildPlugin {
  readonly name: string;
  setup(build: {
    onResolve(
      options: { readonly filter: RegExp },
      callback: (file: {
        readonly path: string;
        readonly resolveDir: string;
      }) => { readonly path: string; readonly external: true } | undefined,
    ): void;
  }): void;
}

/** Imports the entries of the library from the files that it has been built to, instead of bundling them a second time. */
export function libraryModules(entries: Readonly<Record<string, string>>): EsbuildPlugin {
  const built = new Map(Object.entries(entries).map(([name, file]) => [resolve(file), `./${name}.js`]));
  return {
    name: 'library-modules',
    setup(build) {
      build.onResolve({ filter: /^\..*\.js$/ }, ({ path, resolveDir }) => {
        const file = built.get(resolve(resolveDir, path.replace(/\.js$/, '.ts')));
        return file === undefined ? undefined : { path: file, external: true };
      });
    },
  };
}
