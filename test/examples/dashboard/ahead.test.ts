import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { send, sendAhead } from '../../../examples/dashboard/src/api/ahead.js';

const URL = 'https://shop.example/api/v1/model';
const get = () => new Request(URL);

let answers = 0;

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', async () => new Response(String(++answers)));
  // What the test before has asked for is forgotten.
  await send(new Request(URL, { method: 'DELETE' }));
  answers = 0;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const next = async () => (await send(get())).text();

describe('an answer that was asked for ahead', () => {
  it('is used once', async () => {
    sendAhead(get());
    expect(answers).toBe(1);
    expect([await next(), await next()]).toEqual(['1', '2']);
  });

  it('is known to whoever asks for what follows from it, before anybody takes it', async () => {
    const order: string[] = [];
    sendAhead(get(), (data) => order.push(`known ${JSON.stringify(data)}`));
    order.push(`taken ${await next()}`);
    expect(order).toEqual(['known 1', 'taken 1']);
  });

  it('is not asked for where somebody has just asked', async () => {
    expect(await next()).toBe('1');
    sendAhead(get());
    expect(answers).toBe(1);
    vi.advanceTimersByTime(10_000);
    sendAhead(get());
    expect(answers).toBe(2);
  });

  it('leads to nothing where it is a refusal', async () => {
    vi.stubGlobal('fetch', async () => new Response('{}', { status: 409 }));
    const onData = vi.fn();
    sendAhead(get(), onData);
    expect((await send(get())).status).toBe(409);
    expect(onData).not.toHaveBeenCalled();
  });

  it('is that of its address only', async () => {
    sendAhead(new Request(`${URL}?other=1`));
    expect(await next()).toBe('2');
  });

  it('is too old after a while, and after a change', async () => {
    sendAhead(get());
    vi.advanceTimersByTime(10_000);
    expect(await next()).toBe('2');
    vi.advanceTimersByTime(10_000);
    sendAhead(get());
    await send(new Request(URL, { method: 'DELETE' }));
    expect(await next()).toBe('5');
  });

  it('passes its failure on to whoever takes it, and to nobody else', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('offline')));
    sendAhead(get());
    await expect(send(get())).rejects.toThrow('offline');
  });
});
