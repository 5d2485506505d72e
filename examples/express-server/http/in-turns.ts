import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Handled requests that the list may still hold before they are cut off. */
const MAX_HANDLED = 4_096;
/** Requests handled in one turn of the event loop: some milliseconds of work. */
const PER_TURN = 32;
/** The same while connections come: a millisecond of work, more or less. */
const PER_TURN_OF_ARRIVALS = 8;
/** Turns without a new connection after which no more are expected. */
const QUIET_TURNS = 16;

/**
 * Handles requests in the order of their arrival, some in each turn of the event loop. Node accepts one connection a
 * turn: if a turn handled all that has arrived, thousands of busy connections would keep a new one waiting for seconds.
 * Turns are short while connections come, and longer when none do, as a turn costs time of its own and commands to Redis
 * that are sent in the same turn share a packet. Health checks do not wait, and requests whose client has gone meanwhile
 * are dropped.
 */
export function inTurns(handle: Handler): Handler {
  let waiting: [IncomingMessage, ServerResponse][] = [];
  let next = 0;
  let isRunning = false;
  let quietTurns = 0;
  const known = new WeakSet<Socket>();
  const turn = () => {
    const perTurn = quietTurns++ < QUIET_TURNS ? PER_TURN_OF_ARRIVALS : PER_TURN;
    const end = Math.min(waiting.length, next + perTurn);
    const due = waiting.slice(next, end);
    next = end;
    for (const [request, response] of due) {
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
    if (request.url?.startsWith('/health/')) {
      handle(request, response);
      return;
    }
    if (!known.has(request.socket)) {
      known.add(request.socket);
      quietTurns = 0;
    }
    waiting.push([request, response]);
    if (isRunning) return;
    isRunning = true;
    setImmediate(turn);
  };
}
