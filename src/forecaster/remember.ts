/**
 * Makes what belongs to an object when it is first asked for, and keeps it as long as the object lives. The other
 * arguments must follow from the object.
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
