import type { IncomingMessage, ServerResponse } from 'node:http';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Handled requests that the list may still hold before they are cut off. */
const MAX_HANDLED = 4_096;
/** Requests handled in one turn of the event loop: a millisecond of work, more or less. */
const PER_TURN = 8;

/**
 * Handles requests in the order of their arrival, a few in each turn of the event loop. Node accepts one connection a
 * turn: if a turn handled all that has arrived, thousands of busy connections would keep a new one waiting for seconds.
 * Health checks do not wait, and requests whose client has gone meanwhile are dropped.
 */
export function inTurns(handle: Handler): Handler {
  let waiting: [IncomingMessage, ServerResponse][] = [];
  let next = 0;
  let isRunning = false;
  const turn = () => {
    const end = Math.min(waiting.length, next + PER_TURN);
    while (next < end) {
      const [request, response] = waiting[next++];
      if (!response.destroyed) handle(request, response);
    }
    if (next === waiting.length || next >= MAX_HANDLED) {
      waiting = waiting.slice(next);
      next = 0;
    }
    isRunning = waiting.length > next;
    if (isRunning) setImmediate(turn);
  };
  return (request, response) => {
    if (request.url!.startsWith('/health/')) {
      handle(request, response);
      return;
    }
    waiting.push([request, response]);
    if (isRunning) return;
    isRunning = true;
    setImmediate(turn);
  };
}
