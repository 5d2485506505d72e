export function square(x) {
  return x * x;
}

export function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, milliseconds));
}

export function spin() {
  for (;;);
}

export function die() {
  process.exit(3);
}

export function refuse() {
  throw Object.assign(new Error('no'), { code: 'too-short', path: ['series', 3], hint: 'more' });
}

export function stumble() {
  throw new TypeError('x is not a function');
}
