import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import type { Plugin } from 'vite';

/** Puts the style sheet into the document: one request less before the first paint. */
export function inlineStyles(): Plugin {
  return {
    name: 'inline-styles',
    enforce: 'post',
    apply: 'build',
    generateBundle(_, bundle) {
      const document = bundle['index.html'];
      if (document?.type !== 'asset') return;
      let html = String(document.source);
      for (const [file, asset] of Object.entries(bundle)) {
        if (asset.type !== 'asset' || !file.endsWith('.css')) continue;
        const link = new RegExp(`<link rel="stylesheet"[^>]*href="/${file}"[^>]*>`);
        if (!link.test(html)) continue;
        // A function, as `$&` in a style sheet is not a pattern.
        html = html.replace(link, () => `<style>${String(asset.source)}</style>`);
        delete bundle[file];
      }
      document.source = html;
    },
  };
}

/** Fetches chunks with the document that only a dynamic import asks for, as nearly everybody needs them soon. */
export function preload(...names: readonly string[]): Plugin {
  return {
    name: 'preload-chunks',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_, { bundle = {} }) =>
        Object.values(bundle)
          .filter((chunk) => chunk.type === 'chunk' && names.includes(chunk.name))
          .map(({ fileName }) => ({
            tag: 'link',
            // The entry and its first questions to the server go before them.
            attrs: { rel: 'modulepreload', crossorigin: true, fetchpriority: 'low', href: `/${fileName}` },
            injectTo: 'head',
          })),
    },
  };
}

const COMPRESSED = /\.(js|css)$/;
/** Below this a compressed copy saves no packet. */
const LEAST_BYTES = 1_400;

/** Puts a copy compressed by Brotli's best level beside each asset, which a server has no time for at each request. */
export function precompress(): Plugin {
  let directory = '';
  return {
    name: 'precompress',
    apply: 'build',
    configResolved: ({ root, build }) => {
      directory = join(root, build.outDir, build.assetsDir);
    },
    closeBundle() {
      for (const name of readdirSync(directory)) {
        const content = readFileSync(join(directory, name));
        if (!COMPRESSED.test(name) || content.length < LEAST_BYTES) continue;
        const params = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
        writeFileSync(join(directory, `${name}.br`), brotliCompressSync(content, { params }));
      }
    },
  };
}
