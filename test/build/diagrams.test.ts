import { readFileSync } from 'node:fs';
import { createMarkdownRenderer } from 'vitepress';
import { expect, it } from 'vitest';
import { diagrams, drawDiagram } from '../../build/diagrams';

const PAGE = readFileSync('docs/architecture.md', 'utf8');

it('draws every node of the diagrams in the documentation, and asks no other host', () => {
  const sources = [...PAGE.matchAll(/```mermaid\n([\s\S]*?)```/g)].map(([, source]) => source);
  expect(sources).toHaveLength(2);
  for (const source of sources) {
    const svg = drawDiagram(source);
    const texts = [...svg.matchAll(/<text[^>]*>([\s\S]*?)<\/text>/g)].map(([, text]) => text.trim());
    for (const [, name] of source.matchAll(/\["(.+?)"\]/g)) expect(texts).toContain(name);
    expect(svg.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|@import/);
  }
});

it('pages show diagrams as pictures, and other code as code', async () => {
  const markdown = await createMarkdownRenderer('docs', { config: diagrams });
  const page = await markdown.render(
    '```mermaid\nflowchart TD\n  a["one <b> & two"] --> b\n```\n\n```ts\nconst a = 1;\n```\n',
  );
  expect(page).toMatch(/<div class="diagram"[^>]* v-html="&quot;&lt;svg/);
  expect(page).not.toContain('language-mermaid');
  expect(page).toContain('language-ts');
});

it('refuses a diagram that it does not understand', () => {
  expect(() => drawDiagram('no such diagram')).toThrow(/diagram|mermaid/i);
});
