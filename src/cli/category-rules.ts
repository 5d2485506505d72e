import { readFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import { $ZodError } from 'zod/v4/core';
import { ForecastError } from '../errors.js';
import { checkedBy } from '../schema.js';

const word = z.string().check(z.minLength(1));

const rulesSchema = z.strictObject({
  about: z.optional(z.string()),
  /** Codes that are not products: postage, fees, corrections. Case is ignored. */
  excludeProducts: z._default(z.array(z.string()), []),
  /** Regular expressions for families of such codes. */
  excludePatterns: z._default(z.array(z.string()), []),
  /** Leaves out lines without a price above zero: damages, samples and stock corrections. */
  pricedOnly: z._default(z.boolean(), false),
  /** The first category with a keyword that begins a word of the description wins. */
  categories: z.array(z.strictObject({ name: word, keywords: z.array(word).check(z.minLength(1)) })),
  /** Category of all other products. */
  otherwise: z._default(word, 'Other'),
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
      hint: cause instanceof $ZodError ? z.prettifyError(cause) : String(cause),
      cause,
    });
  }
}

/** @throws $ZodError or SyntaxError for rules of another shape. */
export function parseCategoryRules(value: unknown): CategoryRules {
  const checked = checkedBy(rulesSchema, value);
  if (!checked.success) throw checked.error;
  const rules = checked.data;
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
