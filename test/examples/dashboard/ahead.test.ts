import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { send, sendAhead } from '../../../examples/dashboard/src/api/ahead.js';

const URL = 'https://shop.example/api/v1/model';
const get = () => new Request(URL);

let answers = 0;

beforeEach(() => {
  vi.useFakeTimers();
  answers = 0;
  vi.stubGlobal('fetch', async () => new Response(String(++answers)));
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

  it('is that of its address only', async () => {
    sendAhead(new Request(`${URL}?other=1`));
    expect(await next()).toBe('2');
  });

  it('is too old after a while, and after a change', async () => {
    sendAhead(get());
    vi.advanceTimersByTime(10_000);
    expect(await next()).toBe('2');
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
