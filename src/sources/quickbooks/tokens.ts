/** The tokens of one connected company. */
export interface QuickBooksTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Clock time in milliseconds. */
  readonly accessTokenExpiresAt: number;
  readonly refreshTokenExpiresAt: number;
}

/**
 * Store of the tokens. QuickBooks issues a new refresh token from time to time and then refuses the old one; if
 * the new one is lost, the company has to be connected again. Therefore `save` must be atomic and durable when
 * it resolves, and `withLock` must hold between all processes that use the tokens.
 */
export interface QuickBooksTokenStore {
  load(): Promise<QuickBooksTokens | undefined>;
  save(tokens: QuickBooksTokens): Promise<void>;
  /** Runs an action exclusively. */
  withLock<T>(action: () => Promise<T>): Promise<T>;
}

/** Keeps tokens in the memory of this process: for tests, and for tokens that are renewed elsewhere. */
export class MemoryTokenStore implements QuickBooksTokenStore {
  private tokens: QuickBooksTokens | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(tokens?: QuickBooksTokens) {
    this.tokens = tokens;
  }

  async load(): Promise<QuickBooksTokens | undefined> {
    return this.tokens;
  }

  async save(tokens: QuickBooksTokens): Promise<void> {
    this.tokens = tokens;
  }

  withLock<T>(action: () => Promise<T>): Promise<T> {
    const run = this.last.then(action, action);
    this.last = run.catch(() => undefined);
    return run;
  }
}
