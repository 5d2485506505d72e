/**
 * Memoises a function by its first argument, for the lifetime of that object. Other arguments must be
 * determined by it.
 */
export function remember<K extends object, V, Rest extends unknown[]>(
  make: (key: K, ...rest: Rest) => V,
): (key: K, ...rest: Rest) => V {
  const made = new WeakMap<K, V>();
  return (key, ...rest) => {
    let value = made.get(key);
    if (value === undefined) {
      value = make(key, ...rest);
      made.set(key, value);
    }
    return value;
  };
}
