/** Requests that were sent before what uses their answers was loaded, by address. */
const sent = new Map<string, SentRequest>();

interface SentRequest {
  readonly at: number;
  readonly answer: Promise<Response>;
}

/** Age from which an answer that nobody took is asked for again. */
const FRESH_MS = 10_000;

/** Sends a request whose answer will be wanted soon. */
export function sendAhead(request: Request): void {
  // Read to its end, taken or not: what nobody reads would keep its connection.
  const answer = fetch(request).then(async (response) => new Response(await response.blob(), response));
  // Whoever takes the answer sees its failure; perhaps nobody does.
  answer.catch(() => undefined);
  sent.set(request.url, { at: Date.now(), answer });
}

/** Sends a request, unless it was sent ahead. One that changes something makes all answers so far old. */
export function send(request: Request): Promise<Response> {
  if (request.method !== 'GET') sent.clear();
  const earlier = sent.get(request.url);
  sent.delete(request.url);
  return earlier && Date.now() - earlier.at < FRESH_MS ? earlier.answer : fetch(request);
}
