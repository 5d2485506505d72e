import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IssueDialog } from '../../../examples/dashboard/src/pages/keys/issue-dialog.js';
import { NO_LIMITS, scopeOf } from '../../../examples/dashboard/src/pages/keys/limits-fields.js';
import { TenantsCard } from '../../../examples/dashboard/src/pages/keys/tenants-card.js';
import { show } from './render.js';

/** Answers by path; what was sent is kept. */
let answers: Record<string, [status: number, body: unknown]>;
const sent: unknown[] = [];

beforeEach(() => {
  sent.splice(0);
  answers = {
    '/api/v1/model': [200, { categories: ['Toys', 'Books, old'] }],
    '/api/v1/api-keys': [201, { key: 'cf_new' }],
  };
  vi.stubGlobal('fetch', async (request: Request) => {
    const [status, body] = answers[new URL(request.url).pathname] ?? [404, {}];
    if (request.method === 'POST') sent.push(await request.json());
    return new Response(JSON.stringify(body), {
      status,
      headers: { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' },
    });
  });
});
afterEach(() => vi.unstubAllGlobals());

describe('the limits of a key', () => {
  it('are those that were chosen, and none if nothing was', () => {
    expect(scopeOf(NO_LIMITS)).toBeUndefined();
    expect(scopeOf({ categories: [], locations: ' \n\n' })).toBeUndefined();
    expect(scopeOf({ categories: ['Toys'], locations: '' })).toEqual({ categories: ['Toys'] });
    expect(scopeOf({ categories: [], locations: ' Rome\n\nParis \nRome' })).toEqual({
      locations: ['Rome', 'Paris'],
    });
  });

  it('can be set for merchants only, and are sent with the key', async () => {
    const issued = vi.fn();
    await show(<IssueDialog onIssued={issued} onClose={() => undefined} />);
    const user = userEvent.setup();
    const dialog = within(screen.getByRole('dialog'));
    await user.type(dialog.getByLabelText('Name'), 'toys');
    expect(dialog.queryByLabelText('Limit to locations')).toBeNull();
    await user.selectOptions(dialog.getByLabelText('Role'), 'merchant');
    const books = await dialog.findByLabelText('Books, old');
    await user.click(books);
    await user.click(dialog.getByLabelText('Toys'));
    await user.click(dialog.getByLabelText('Toys'));
    await user.type(dialog.getByLabelText('Limit to locations'), 'Rome');
    await user.click(dialog.getByRole('button', { name: 'Issue a key' }));
    await vi.waitFor(() => expect(issued).toHaveBeenCalledWith('cf_new'));
    const scope = { categories: ['Books, old'], locations: ['Rome'] };
    expect(sent).toEqual([{ name: 'toys', role: 'merchant', scope }]);
  });

  it('are left out again with another role', async () => {
    await show(<IssueDialog onIssued={() => undefined} onClose={() => undefined} />);
    const user = userEvent.setup();
    const dialog = within(screen.getByRole('dialog'));
    await user.type(dialog.getByLabelText('Name'), 'all');
    await user.selectOptions(dialog.getByLabelText('Role'), 'merchant');
    await user.click(await dialog.findByLabelText('Toys'));
    await user.selectOptions(dialog.getByLabelText('Role'), 'analyst');
    await user.click(dialog.getByRole('button', { name: 'Issue a key' }));
    await vi.waitFor(() => expect(sent).toEqual([{ name: 'all', role: 'analyst' }]));
  });
});

describe('tenants', () => {
  const tenant = {
    id: 'acme',
    created_at: '2026-03-01T10:00:00.000Z',
    ready: true,
    quotas: { rows: 5_000, trainings_per_day: null, requests_per_minute: 300 },
    retention: { sales_days: 400, removals_days: null, trainings_days: null },
  };

  it('are shown to the operator, with what they are limited to', async () => {
    answers['/api/v1/tenants'] = [200, { tenants: [tenant] }];
    await show(<TenantsCard />);
    const row = await screen.findByRole('row', { name: /acme/ });
    const cells = within(row)
      .getAllByRole('cell')
      .map((cell) => cell.textContent);
    expect(cells).toEqual(['acme', expect.any(String), 'ready', '5,000', '–', '300', '400']);
  });

  it.each([
    ['the administrator of a tenant', [403, { code: 'forbidden' }]],
    ['an embedded database', [409, { code: 'no-tenants' }]],
    ['an installation without any', [200, { tenants: [] }]],
  ] as const)('are not there for %s', async (_, answer) => {
    const asked = vi.fn();
    vi.stubGlobal('fetch', async ({ url }: Request) => {
      asked(new URL(url).pathname);
      const [status, body] = answer;
      return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
    });
    await show(<TenantsCard />);
    await vi.waitFor(() => expect(asked).toHaveBeenCalledWith('/api/v1/tenants'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(screen.queryByRole('table')).toBeNull();
  });
});
