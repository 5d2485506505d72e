import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { ForecastError } from '../errors.js';

const rulesSchema = z.strictObject({
  about: z.string().optional(),
  /** Codes that are not products: postage, fees, corrections. Case is ignored. */
  excludeProducts: z.array(z.string()).default([]),
  /** Regular expressions for families of such codes. */
  excludePatterns: z.array(z.string()).default([]),
  /** Leaves out lines without a price above zero: damages, samples and stock corrections. */
  pricedOnly: z.boolean().default(false),
  /** The first category with a keyword that begins a word of the description wins. */
  categories: z.array(
    z.strictObject({ name: z.string().min(1), keywords: z.array(z.string().min(1)).min(1) }),
  ),
  /** Category of all other products. */
  otherwise: z.string().min(1).default('Other'),
});

/**
 * Rules that assign products to categories by their descriptions, and leave out lines that are not products.
 */
export interface CategoryRules {
  readonly pricedOnly: boolean;
  isProduct(code: string): boolean;
  categoryOf(description: string): string;
}

/** @throws ForecastError `invalid-option` if the file cannot be read or does not have the form of rules. */
export async function loadCategoryRules(path: string): Promise<CategoryRules> {
  try {
    return parseCategoryRules(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new ForecastError('invalid-option', `--category-rules: ${path} is not a file of rules`, {
      path: ['--category-rules'],
      hint: cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause),
      cause,
    });
  }
}

/** @throws ZodError or SyntaxError for rules of another shape. */
export function parseCategoryRules(value: unknown): CategoryRules {
  const rules = rulesSchema.parse(value);
  const codes = new Set(rules.excludeProducts.map((code) => code.toUpperCase()));
  const patterns = rules.excludePatterns.map((pattern) => new RegExp(pattern, 'i'));
  const categories = rules.categories.map(({ name, keywords }) => ({
    name,
    words: keywordPattern(keywords),
  }));
  return {
    pricedOnly: rules.pricedOnly,
    isProduct: (code) => !codes.has(code.toUpperCase()) && !patterns.some((pattern) => pattern.test(code)),
    categoryOf: (description) =>
      categories.find(({ words }) => words.test(description))?.name ?? rules.otherwise,
  };
}

function keywordPattern(keywords: readonly string[]): RegExp {
  const escaped = keywords.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`\\b(?:${escaped.join('|')})`, 'i');
}
