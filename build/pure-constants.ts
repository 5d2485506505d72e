import { readFileSync } from 'node:fs';
import ts from 'typescript';

export interface EsbuildPlugin {
  readonly name: string;
  setup(build: {
    onLoad(
      options: { readonly filter: RegExp },
      callback: (file: { readonly path: string }) => { contents: string; loader: 'ts' },
    ): void;
  }): void;
}

/**
 * Marks what the constants of modules are made of as free of side effects, so that bundlers drop those that a program does
 * not use: the schema of a plan, and with it zod, from one that only measures errors. Sources stay as they read best.
 */
export function pureConstants(): EsbuildPlugin {
  return {
    name: 'pure-constants',
    setup(build) {
      build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => ({
        contents: markConstants(readFileSync(path, 'utf8')),
        loader: 'ts',
      }));
    },
  };
}

/** What bundlers keep: calls, and what may run the code of a getter, an iterator or a conversion. */
const SUSPECT: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.CallExpression,
  ts.SyntaxKind.NewExpression,
  ts.SyntaxKind.SpreadElement,
  ts.SyntaxKind.SpreadAssignment,
  ts.SyntaxKind.PropertyAccessExpression,
  ts.SyntaxKind.ElementAccessExpression,
  ts.SyntaxKind.BinaryExpression,
]);

/** Wraps the value of each constant at the top of a module that bundlers would keep into a function marked as pure. */
export function markConstants(source: string): string {
  const file = ts.createSourceFile('module.ts', source, ts.ScriptTarget.ES2022, true);
  let marked = source;
  const values = file.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => declarationList.declarations)
    .flatMap(({ initializer }) => (initializer && mayHaveEffect(initializer) ? [initializer] : []));
  for (const value of values.reverse()) {
    const [start, end] = [value.getStart(), value.getEnd()];
    marked = `${marked.slice(0, start)}/* @__PURE__ */ (() => (${marked.slice(start, end)}))()${marked.slice(end)}`;
  }
  return marked;
}

function mayHaveEffect(node: ts.Node): boolean {
  if (ts.isFunctionLike(node)) return false;
  return SUSPECT.has(node.kind) || (ts.forEachChild(node, mayHaveEffect) ?? false);
}
