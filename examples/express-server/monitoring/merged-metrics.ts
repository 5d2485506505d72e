/**
 * Puts texts of metrics together, of which several may have metrics of the same name: the lines of a metric have to follow each
 * other.
 */
export function mergeMetrics(texts: readonly string[]): string {
  const lines = new Map<string, string[]>();
  for (const text of texts) {
    let name = '';
    for (const line of text.split('\n')) {
      const [, kind, described] = /^# (HELP|TYPE) (\S+)/.exec(line) ?? [];
      name = described ?? name;
      if (line === '') continue;
      const own = lines.get(name) ?? [];
      const isRepeated = kind !== undefined && own.some((known) => known.startsWith(`# ${kind} `));
      if (!isRepeated) own.push(line);
      lines.set(name, own);
    }
  }
  return `${[...lines.values()].map((own) => own.join('\n')).join('\n\n')}\n`;
}
