import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

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

function files(root: string, folder: string, extension: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension) && !/^(api|\.vitepress)\//.test(name))
    .map((name) => join(folder, name));
}

/** The TypeScript snippets of README, docs and docstrings, as modules named after the place where each stands. */
export function documentationSnippets(root: string): Map<string, string> {
  const found = new Map<string, string>();
  const add = (file: string, markdown: string) => {
    for (const { code, line } of snippetsOf(markdown)) {
      const name = `test/${file.replace(/[^A-Za-z0-9]+/g, '_')}_line_${line}.ts`;
      found.set(join(root, name), `${code}\nexport {};\n`);
    }
  };
  for (const file of ['README.md', ...files(root, 'docs', '.md')])
    add(file, readFileSync(join(root, file), 'utf8'));
  for (const file of files(root, 'src', '.ts'))
    add(file, docstringsOf(readFileSync(join(root, file), 'utf8')));
  return found;
}
