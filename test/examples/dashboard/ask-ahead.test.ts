import { afterEach, expect, it, vi } from 'vitest';
import { api, askAhead } from '../../../examples/dashboard/src/api/client.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

it.each(['Tea', 'Tea & Co, 1/2 (new)!', 'Käse "fein" +*~'])(
  'what was asked ahead is taken by whoever asks for it, whatever it is called: %s',
  async (category) => {
    const sent = vi.fn(async (_: Request) => Response.json({ days: [], levels: [] }));
    vi.stubGlobal('fetch', sent);
    window.location.href = 'http://shop.test/';
    askAhead('/api/v1/forecast/past', { query: { category, days: '28' } });
    const { data } = await api.GET('/api/v1/forecast/past', { params: { query: { category, days: 28 } } });
    expect(data).toEqual({ days: [], levels: [] });
    expect(sent).toHaveBeenCalledOnce();
    expect(new URL(sent.mock.calls[0]?.[0].url ?? '').searchParams.get('category')).toBe(category);
  },
);
