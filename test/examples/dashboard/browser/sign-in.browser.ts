import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { freePort } from '../../../free-port.js';
import { CLIENT, type IdentityProvider, startProvider } from '../../express-server/identity-provider.js';
import { openShop, picture, type Shop, settled } from './shop.js';

let provider: IdentityProvider;
let shop: Shop;

beforeAll(async () => {
  // Another site than the dashboard: its cookies are sent as they would be in earnest.
  provider = await startProvider({ host: 'localhost' });
  const port = String(await freePort());
  shop = await openShop({
    PORT: port,
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: CLIENT.id,
    OIDC_CLIENT_SECRET: CLIENT.secret,
    OIDC_LABEL: 'Shop account',
  });
});
afterAll(async () => {
  await shop.close();
  await provider.close();
});
beforeEach(() => {
  provider.refuseWith(undefined);
  provider.signInAs({});
});

/** Goes to the provider, and comes back. */
async function signInByProvider(page: Page, label = 'Sign in with Shop account'): Promise<void> {
  await page.getByRole('link', { name: label }).click();
  await page.waitForURL(`${provider.issuer}/authorize?*`);
  await page.getByRole('link', { name: 'Continue as Ada' }).click();
}

it('somebody signs in by the identity provider and sees the overview', async () => {
  const page = await shop.open();
  await page.goto('/');
  await page.getByRole('link', { name: 'Sign in with Shop account' }).waitFor();
  await picture(page, 'sign-in with a provider');
  expect(await page.locator('.problem:visible').count()).toBe(0);
  await signInByProvider(page);
  await page.getByRole('region', { name: 'Best sellers' }).getByRole('link').first().waitFor();
  expect(new URL(page.url()).pathname).toBe('/');
  const cookies = await page.context().cookies(`${shop.server.url}/api/v1/session`);
  expect(cookies).toMatchObject([
    { name: 'cf_session', httpOnly: true, sameSite: 'Strict', path: '/api/v1' },
  ]);
  // A session like any other: after loading the page again, and until signing out.
  await page.goto('/products?period=week');
  await settled(page);
  expect(await page.getByRole('link', { name: 'Keys' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('link', { name: 'Sign in with Shop account' }).waitFor();
  await expect.poll(() => page.context().cookies(`${shop.server.url}/api/v1/session`)).toEqual([]);
  await page.getByRole('link', { name: 'Sign out of Shop account, too' }).click();
  await page.getByRole('link', { name: 'Sign in with Shop account' }).waitFor();
  expect(await page.getByRole('link', { name: 'Sign out' }).count()).toBe(0);
  expect(shop.complaints).toEqual([]);
});

it('somebody gets to the page that was wanted, in German, and again when the session has ended', async () => {
  const page = await shop.open({ locale: 'de-DE' });
  await page.goto('/products/P01?period=week');
  await signInByProvider(page, 'Mit Shop account anmelden');
  await page.getByRole('heading', { name: 'P01', level: 1 }).waitFor();
  expect(page.url()).toContain('period=week');
  await shop.server.composed.database.query('DELETE FROM sessions');
  await page.goto('/categories?period=week');
  await signInByProvider(page, 'Mit Shop account anmelden');
  await settled(page);
  expect(new URL(page.url()).pathname).toBe('/categories');
});

it('somebody who is not let in is told why, and can try again', async () => {
  const page = await shop.open();
  await page.goto('/');
  provider.refuseWith('access_denied');
  await signInByProvider(page);
  await page.getByRole('alert').filter({ hasText: 'you cancelled' }).waitFor();
  provider.refuseWith(undefined);
  provider.signInAs({ roles: [] });
  await signInByProvider(page);
  await page.getByRole('alert').filter({ hasText: 'no right here yet' }).waitFor();
  await picture(page, 'sign-in without a right');
  provider.signInAs({ roles: 'analyst' });
  await signInByProvider(page);
  await page.locator('.page-head').waitFor();
  expect(shop.complaints).toEqual([]);
});

it('an attacker signs nobody in as somebody else', async () => {
  const [attacker, victim] = [await shop.open(), await shop.open()];
  await attacker.goto('/');
  await attacker.getByRole('link', { name: 'Sign in with Shop account' }).click();
  const link = await attacker.getByRole('link', { name: 'Continue as Ada' }).getAttribute('href');
  // From a page of another site, as a link in a message would lead.
  await victim.goto(`${provider.issuer}/jwks`);
  await victim.evaluate((address) => location.assign(address), link ?? '');
  await victim.getByRole('alert').filter({ hasText: 'another one has taken its place' }).waitFor();
  expect(await victim.context().cookies(`${shop.server.url}/api/v1/session`)).toEqual([]);
});
