import { screen, within } from '@testing-library/dom';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { first as de } from '../../../examples/dashboard/src/i18n/first/de.js';
import { first as en } from '../../../examples/dashboard/src/i18n/first/en.js';
import { rememberLocale } from '../../../examples/dashboard/src/i18n/locales.js';
import { showSignIn } from '../../../examples/dashboard/src/sign-in/sign-in-page.js';
import { startApplication } from '../../../examples/dashboard/src/start.js';

vi.mock('../../../examples/dashboard/src/start.js', () => ({ startApplication: vi.fn() }));
vi.mock('../../../examples/dashboard/src/offline/answer-database.js', () => ({ removeAnswers: vi.fn() }));

/** Answers by method and path. */
let answers: Record<string, [status: number, body: unknown]>;
const OFFER = 'GET /api/v1/sign-in';
const SESSION = 'GET /api/v1/session';
const asked: string[] = [];

beforeEach(() => {
  asked.splice(0);
  vi.mocked(startApplication).mockClear();
  const provider = { label: 'Shop account', path: '/api/v1/sign-in/begin', sign_out_path: null };
  answers = { [OFFER]: [200, { provider }] };
  vi.stubGlobal('fetch', async ({ method, url }: Request) => {
    const name = `${method} ${new URL(url).pathname}`;
    asked.push(name);
    const [status, body] = answers[name] ?? [404, {}];
    const type = status < 400 ? 'application/json' : 'application/problem+json';
    return new Response(JSON.stringify(body), { status, headers: { 'content-type': type } });
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  document.body.replaceChildren();
  history.replaceState(null, '', '/');
});

/** Opens the page at an address; returns what holds it. */
function open(search: string): HTMLElement {
  history.replaceState(null, '', `/sign-in${search}`);
  const place = document.createElement('div');
  document.body.append(place);
  showSignIn(place);
  return place;
}

const told = () => screen.queryAllByRole('alert').filter((box) => !box.hidden);

describe('the sign-in page', () => {
  it.each([
    ['en', 'Sign in with Shop account'],
    ['de', 'Mit Shop account anmelden'],
  ] as const)(
    'leads to the identity provider, and then to the page that was wanted, in %s',
    async (locale, name) => {
      rememberLocale(locale);
      open('?next=%2Fproducts%3Fperiod%3Dweek');
      const link = await screen.findByRole('link', { name });
      expect(link.getAttribute('href')).toBe('/api/v1/sign-in/begin?next=%2Fproducts%3Fperiod%3Dweek');
      expect(told()).toEqual([]);
    },
  );

  it.each([
    ['en', 'Sign out of Shop account, too'],
    ['de', 'Auch von Shop account abmelden'],
  ] as const)(
    'offers to sign out of the provider after signing out here, where that can be done, in %s',
    async (locale, name) => {
      rememberLocale(locale);
      const before = open('?from=sign-out');
      await within(before).findByRole('link');
      expect(within(before).queryByRole('link', { name })).toBeNull();
      before.remove();
      const provider = { label: 'Shop account', path: '/begin', sign_out_path: '/api/v1/sign-in/end' };
      answers[OFFER] = [200, { provider }];
      const after = open('?from=sign-out');
      expect((await within(after).findByRole('link', { name })).getAttribute('href')).toBe(
        '/api/v1/sign-in/end',
      );
      after.remove();
      const otherwise = open('');
      expect(await within(otherwise).findAllByRole('link')).toHaveLength(1);
    },
  );

  it.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '//',
    '/\\',
    '//[',
    '//evil.example:x',
    '/..//evil.example',
    '/.//evil.example',
  ])('leads nowhere else, whatever it was opened with: %s', async (next) => {
    open(`?${new URLSearchParams({ next })}`);
    expect((await screen.findByRole('link')).getAttribute('href')).toBe('/api/v1/sign-in/begin?next=%2F');
  });

  it.each<[what: string, answer: [number, unknown]]>([
    ['without a provider', [200, { provider: null }]],
    ['at a server that does not answer', [503, {}]],
  ])('asks for a key %s', async (_, answer) => {
    answers[OFFER] = answer;
    open('');
    await vi.waitFor(() => expect(asked).toEqual([OFFER]));
    expect(screen.getByLabelText('API key')).toBeTruthy();
    expect(screen.queryByRole('link')).toBeNull();
  });

  it.each(['denied', 'expired', 'no-right', 'refused', 'unavailable'] as const)(
    'says in a sentence what went wrong: %s',
    async (problem) => {
      for (const [locale, texts] of [
        ['en', en],
        ['de', de],
      ] as const) {
        rememberLocale(locale);
        const place = open(`?problem=${problem}&next=%2Fplan`);
        const [box, ...others] = within(place)
          .getAllByRole('alert')
          .filter((one) => !one.hidden);
        expect(others).toEqual([]);
        expect(box!.textContent).toBe(texts[`signIn.problem.${problem}`]);
        // Loading the page again tells it no more.
        expect(location.search).toBe('?next=%2Fplan');
        await within(place).findByRole('link');
        place.remove();
      }
    },
  );

  it('shows no words that come with the address', () => {
    open('?problem=%3Cb%3EYour+key+is+needed+at+evil.example%3C%2Fb%3E&error_description=evil');
    expect(told()).toEqual([]);
    expect(document.body.textContent).not.toContain('evil');
  });
});

describe('somebody whom the provider has sent back', () => {
  it('gets to the page that was wanted', async () => {
    const session = { role: 'merchant', key_id: 'sso-0123456789abcdef' };
    answers[SESSION] = [200, session];
    const place = open('?from=provider&next=%2Fproducts');
    expect(screen.queryByRole('textbox')).toBeNull();
    await vi.waitFor(() => expect(startApplication).toHaveBeenCalledWith(place, session));
    expect(location.pathname).toBe('/products');
    expect(localStorage.getItem('signed-in')).toBe('merchant');
    expect(asked).toEqual([SESSION]);
  });

  it('is told when there is no session, and signs in again', async () => {
    answers[SESSION] = [401, { code: 'unauthorized', detail: 'The API key is not valid.' }];
    open('?from=provider&next=%2Fproducts');
    await vi.waitFor(() => expect(told()).toHaveLength(1));
    expect(told()[0]!.textContent).toBe(en['signIn.problem.expired']);
    await screen.findByRole('link', { name: 'Sign in with Shop account' });
    expect(screen.getByLabelText('API key')).toBeTruthy();
    expect(localStorage.getItem('signed-in')).toBeNull();
  });

  it('is told of a shop that does not exist', async () => {
    answers[SESSION] = [403, { code: 'no-tenant', detail: 'The tenant of the key does not exist.' }];
    open('?from=provider&next=%2F');
    await vi.waitFor(() => expect(told()).toHaveLength(1));
    expect(told()[0]!.textContent).toContain(en['problem.no-tenant']);
    expect(startApplication).not.toHaveBeenCalled();
  });
});
