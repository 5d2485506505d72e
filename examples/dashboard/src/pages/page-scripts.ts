/** Loads the script of a page, by the route of its address. */
export const PAGE_SCRIPTS = {
  '/': () => import('./overview.js'),
  '/categories': () => import('./categories.js'),
  '/categories/$category': () => import('./category.js'),
  '/products': () => import('./products.js'),
  '/products/$productId': () => import('./product.js'),
  '/plan': () => import('./plan/plan-page.js'),
  '/stock': () => import('./stock/stock-page.js'),
  '/data': () => import('./data/data-page.js'),
  '/models': () => import('./models/models-page.js'),
  '/keys': () => import('./keys/keys-page.js'),
};

export type PagePath = keyof typeof PAGE_SCRIPTS;

/** The route of an address; undefined if no page has it. */
export function pagePathOf(address: string): PagePath | undefined {
  return PAGE_PATHS.find((path) => new RegExp(`^${path.replace(/\$\w+/, '[^/]+')}/?$`).test(address));
}

const PAGE_PATHS = Object.keys(PAGE_SCRIPTS) as PagePath[];
