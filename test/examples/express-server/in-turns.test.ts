import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { inTurns } from '../../../examples/express-server/http/in-turns.js';

const nextTurn = () => new Promise(setImmediate);

/** A handler in turns, and the paths that it has handled. */
function record() {
  const handled: string[] = [];
  const handle = inTurns((request) => handled.push(request.url!));
  const ask = (url: string, socket: object, destroyed = false) =>
    handle({ url, socket: socket as Socket } as IncomingMessage, { destroyed } as ServerResponse);
  return { handled, ask };
}

describe('inTurns', () => {
  it('handles all requests in the order of their arrival, over several turns', async () => {
    const { handled, ask } = record();
    const socket = {};
    const urls = Array.from({ length: 10_000 }, (_, i) => `/${i}`);
    for (const url of urls) ask(url, socket);
    expect(handled).toEqual([]);
    await nextTurn();
    expect(handled.length).toBeGreaterThan(0);
    expect(handled.length).toBeLessThan(100);
    while (handled.length < urls.length) await nextTurn();
    expect(handled).toEqual(urls);
    ask('/later', socket);
    await nextTurn();
    expect(handled.at(-1)).toBe('/later');
  });

  it('handles fewer in a turn while connections come', async () => {
    const { handled, ask } = record();
    const turns: number[] = [];
    for (let i = 0; i < 5_000; i++) ask('/', {});
    const arrivals = 30;
    for (let turn = 0; turn < 60; turn++) {
      if (turn < arrivals) ask('/', {});
      const before = handled.length;
      await nextTurn();
      turns.push(handled.length - before);
    }
    expect(new Set(turns.slice(0, arrivals))).toEqual(new Set([8]));
    expect(turns.at(-1)).toBe(32);
  });

  it('does not let health checks wait, and drops requests whose client has gone', async () => {
    const { handled, ask } = record();
    ask('/first', {});
    ask('/gone', {}, true);
    ask('/health/live', {});
    expect(handled).toEqual(['/health/live']);
    await nextTurn();
    expect(handled).toEqual(['/health/live', '/first']);
  });
});
