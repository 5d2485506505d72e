import type { ServerResponse } from 'node:http';

/** Target for headers of a response: the response itself, or a list that is written with its status. */
export interface HeaderSink {
  setHeader(name: string, value: string | number): unknown;
}

/**
 * Headers that are gathered and then written in one go, which costs half of setting each of them on the response. A name
 * must not come twice.
 */
export class HeaderList implements HeaderSink {
  /** Names and values in turn. */
  readonly #flat: string[] = [];

  setHeader(name: string, value: string | number): void {
    this.#flat.push(name, String(value));
  }

  writeHead(response: ServerResponse, status: number): void {
    response.writeHead(status, this.#flat);
  }

  /** Sets the headers on a response one by one, for what is written in another way after all. */
  applyTo(response: ServerResponse): void {
    let name: string | undefined;
    for (const text of this.#flat) {
      if (name !== undefined) response.setHeader(name, text);
      name = name === undefined ? text : undefined;
    }
  }
}
