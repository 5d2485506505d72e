/** Single flight by key: callers that arrive while a call is pending share its result. */
export class SharedCalls<T> {
  readonly #calls = new Map<string, Promise<T>>();

  run(key: string, call: () => Promise<T>): Promise<T> {
    let running = this.#calls.get(key);
    if (!running) {
      running = call().finally(() => {
        if (this.#calls.get(key) === running) this.#calls.delete(key);
      });
      this.#calls.set(key, running);
    }
    return running;
  }

  /** Stops sharing a call under way: the next caller starts a new one. */
  forget(key: string): void {
    this.#calls.delete(key);
  }

  forgetAll(): void {
    this.#calls.clear();
  }
}
