/**
 * URL of the module with the functions that the workers of this package run: the built `workers.js` or
 * `workers.cjs` beside the running chunk, or the source when that runs. Undefined if a bundler has removed the
 * file.
 */
export function ownModule(): URL | undefined {
  const here = currentFile();
  if (here === undefined) return undefined;
  try {
    if (here.endsWith('.ts')) return new URL('./index.ts', here);
    return new URL(here.endsWith('.cjs') ? './workers.cjs' : './workers.js', here);
  } catch {
    return undefined;
  }
}

function currentFile(): string | undefined {
  const { url } = import.meta;
  if (typeof url === 'string') return url;
  if (typeof __filename !== 'string') return undefined;
  // CommonJS has no `import.meta`, and a Windows path needs a third slash to become a URL.
  return `file://${__filename.startsWith('/') ? '' : '/'}${encodeURI(__filename.replace(/\\/g, '/'))}`;
}
