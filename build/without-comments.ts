import { readFileSync } from 'node:fs';
import ts from 'typescript';
import type { EsbuildPlugin } from './pure-constants';

/** Leaves out the comments of a package that is bundled, which are a documentation that nobody reads there. */
export function withoutComments(name: string): EsbuildPlugin {
  const { ESNext } = ts.ScriptTarget;
  const compilerOptions = { removeComments: true, target: ESNext, module: ts.ModuleKind.ESNext };
  return {
    name: 'without-comments',
    setup(build) {
      build.onLoad(
        { filter: new RegExp(`[\\\\/]node_modules[\\\\/]${name}[\\\\/].*\\.js$`) },
        ({ path }) => ({
          contents: ts.transpileModule(readFileSync(path, 'utf8'), { compilerOptions }).outputText,
          loader: 'ts',
        }),
      );
    },
  };
}
