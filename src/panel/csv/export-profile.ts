import { plainText } from './csv-words.js';
import { EXPORT_PROFILES } from './profiles/index.js';
import type { ExportProfile, ProfileColumn } from './profiles/profile.js';

/** The position of a column of a profile in a header; -1 if the header has none of its names. */
export function profilePosition(column: ProfileColumn | undefined, header: readonly string[]): number {
  if (column === undefined) return -1;
  const plain = header.map(plainText);
  const bare = header.map((name) => plainText(name.replace(/[([].*$/, '')));
  const wanted = (typeof column === 'string' ? [column] : column).map(plainText);
  for (const names of [plain, bare]) {
    for (const name of wanted) {
      const at = names.indexOf(name);
      if (at >= 0) return at;
    }
  }
  return -1;
}

/** The known export that a header belongs to. */
export function profileOf(header: readonly string[]): ExportProfile | undefined {
  return EXPORT_PROFILES.find(({ signature }) =>
    signature.every((column) => profilePosition(column, header) >= 0),
  );
}
