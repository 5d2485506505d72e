import { expect, it } from 'vitest';
import { pagePathOf } from '../../../examples/dashboard/src/pages/page-scripts.js';

it.each([
  ['/', '/'],
  ['/categories', '/categories'],
  ['/categories/', '/categories'],
  ['/categories/Tea%20%26%20Co', '/categories/$category'],
  ['/products/P08', '/products/$productId'],
  ['/stock', '/stock'],
  ['/categories/a/b', undefined],
  ['/sign-in', undefined],
  ['/unknown', undefined],
])('the page of %s is that of the route %s', (address, path) => {
  expect(pagePathOf(address)).toBe(path);
});
