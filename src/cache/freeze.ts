/**
 * Freezes JSON data all the way down, so that callers can share one copy of it. Typed arrays, which are not JSON
 * data and cannot be frozen, are left as they are.
 */
export function freezeJson<T>(value: T): T {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== 'object' || next === null || Object.isFrozen(next) || ArrayBuffer.isView(next))
      continue;
    Object.freeze(next);
    for (const key in next) {
      const child = (next as Readonly<Record<string, unknown>>)[key];
      if (typeof child === 'object' && child !== null) open.push(child);
    }
  }
  return value;
}
