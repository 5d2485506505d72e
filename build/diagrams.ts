import { renderMermaidSVG } from 'beautiful-mermaid';
import type { MarkdownOptions } from 'vitepress';

type Markdown = Parameters<NonNullable<MarkdownOptions['config']>>[0];

/**
 * Draws a Mermaid diagram as SVG in the colours and the font of the site, without a request to another host.
 *
 * @throws Error for a diagram that is not understood.
 */
export function drawDiagram(mermaid: string): string {
  return renderMermaidSVG(mermaid, { bg: 'var(--vp-c-bg)', fg: 'var(--vp-c-text-1)', transparent: true })
    .replace(/^\s*@import .*$/m, '')
    .replace(/^(\s*)(text|svg) \{/gm, '$1.diagram $2 {');
}

/** Shows the Mermaid diagrams of Markdown as pictures; every other block of code stays what it is. */
export function diagrams(markdown: Markdown): void {
  const { rules } = markdown.renderer;
  const others = rules.fence;
  rules.fence = (tokens, index, ...rest) => {
    const { info, content } = tokens[index];
    if (info.trim() !== 'mermaid') return others?.(tokens, index, ...rest) ?? '';
    // Pages become components, whose templates may hold no style: the picture is a value.
    return `<div class="diagram" style="overflow-x: auto" v-html="${attribute(JSON.stringify(drawDiagram(content)))}"></div>\n`;
  };
}

function attribute(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
