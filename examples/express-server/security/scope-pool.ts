import type { Scope } from './roles.js';

const MOST_SCOPES = 10_000;

/** One object for each limit, by which others keep what they know about it. */
export class ScopePool {
  readonly #scopes = new Map<string, Scope>();

  of(scope: Scope): Scope {
    const text = JSON.stringify(scope);
    const known = this.#scopes.get(text);
    if (known) return known;
    if (this.#scopes.size >= MOST_SCOPES) this.#scopes.clear();
    this.#scopes.set(text, scope);
    return scope;
  }
}
