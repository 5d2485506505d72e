/** Requests of late, by address. */
const sent = new Map<string, SentRequest>();

interface SentRequest {
  readonly at: number;
  /** The answer of a request that was sent before what uses it was loaded; undefined once it is taken. */
  readonly answer?: Promise<Response>;
}

/** Age from which an answer that nobody took is asked for again. */
const FRESH_MS = 10_000;

/**
 * Sends a request whose answer will be wanted soon, unless somebody has asked for it already.
 *
 * @param onData - Called with what is answered, before anybody takes it: what it sends ahead is not sent again.
 */
export function sendAhead(request: Request, onData?: (data: unknown) => void): void {
  if (recent(request.url)) return;
  const answer = fetch(request).then(async (response) => {
    // Read to its end, taken or not: what nobody reads would keep its connection.
    const whole = new Response(await response.blob(), response);
    if (onData && whole.ok) onData(await whole.clone().json());
    return whole;
  });
  // Whoever takes the answer sees its failure; perhaps nobody does.
  answer.catch(() => undefined);
  sent.set(request.url, { at: Date.now(), answer });
}

/** Sends a request, unless it was sent ahead. One that changes something makes all answers so far old. */
export function send(request: Request): Promise<Response> {
  if (request.method !== 'GET') {
    sent.clear();
    return fetch(request);
  }
  const answer = recent(request.url)?.answer;
  sent.set(request.url, { at: Date.now() });
  return answer ?? fetch(request);
}

function recent(url: string): SentRequest | undefined {
  const request = sent.get(url);
  return request && Date.now() - request.at < FRESH_MS ? request : undefined;
}
