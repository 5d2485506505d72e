import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** TypeScript snippets of Markdown text, with the line where each starts. */
function snippetsOf(text: string): { code: string; line: number }[] {
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((match) => ({
    code: match[1],
    line: text.slice(0, match.index).split('\n').length + 1,
  }));
}

/** Comments of a source file as Markdown, each line where it was. */
function docstringsOf(source: string): string {
  const kept = source
    .replace(/\/\*\*[\s\S]*?\*\//g, (comment) => comment.replace(/^[ \t]*\*? ?/gm, ''))
    .split('\n');
  const inside: string[] = [];
  let open = false;
  source.split('\n').forEach((line, i) => {
    if (/^\s*\/\*\*/.test(line)) open = true;
    inside.push(open ? (kept[i] ?? '') : '');
    if (/\*\/\s*$/.test(line)) open = false;
  });
  return inside.join('\n');
}

function files(folder: string, extension: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension))
    .map((name) => join(folder, name));
}

function collect(): Map<string, string> {
  const found = new Map<string, string>();
  const add = (file: string, markdown: string) => {
    for (const { code, line } of snippetsOf(markdown)) {
      const name = `test/${file.replace(/[^A-Za-z0-9]+/g, '_')}_line_${line}.ts`;
      found.set(join(ROOT, name), `${code}\nexport {};\n`);
    }
  };
  for (const file of ['README.md', ...files('docs', '.md')])
    add(file, readFileSync(join(ROOT, file), 'utf8'));
  for (const file of files('src', '.ts')) add(file, docstringsOf(readFileSync(join(ROOT, file), 'utf8')));
  return found;
}

describe('snippets in the documentation', () => {
  it('compile', { timeout: 180_000 }, () => {
    const snippets = collect();
    expect(snippets.size).toBeGreaterThan(50);
    const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile).config;
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
    const host = ts.createCompilerHost(options);
    const { fileExists, readFile, getSourceFile } = host;
    host.fileExists = (path) => snippets.has(path) || fileExists(path);
    host.readFile = (path) => snippets.get(path) ?? readFile(path);
    host.getSourceFile = (path, ...rest) => {
      const code = snippets.get(path);
      return code === undefined
        ? getSourceFile(path, ...rest)
        : ts.createSourceFile(path, code, ts.ScriptTarget.ES2022, true);
    };
    const program = ts.createProgram(
      [...snippets.keys()],
      { ...options, noUnusedLocals: false, noUnusedParameters: false },
      host,
    );
    // The sources that they import are checked by `npm run typecheck`.
    const problems = [...snippets.keys()].flatMap((name) => {
      const file = program.getSourceFile(name);
      return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
        ({ messageText }) => `${relative(ROOT, name)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
      );
    });
    expect(problems).toEqual([]);
  });
});
