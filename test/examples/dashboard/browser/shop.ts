import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseDay, type SalesRecord } from 'commerce-forecast';
import { generateSales } from 'commerce-forecast/testing';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { vi } from 'vitest';
import type { Role } from '../../../../examples/express-server/security/roles.js';
import { startServer, type TestServer } from '../../express-server/server-fixture.js';
import { CHROMIUM_FLAGS, chromiumPath } from './chromium.js';

const SCREENSHOTS = join(import.meta.dirname, '../../../../out/screenshots');
const DAYS = 430;
/** A training of the small shop takes a few seconds. */
const PATIENCE_MS = 20_000;

export interface Shop {
  readonly server: TestServer;
  readonly browser: Browser;
  /** Failures of scripts and refusals of the content security policy, in all pages so far. */
  readonly complaints: string[];
  /** A window of somebody with a role, signed in. */
  visit(role: Role, options?: WindowOptions): Promise<Page>;
  /** A window of somebody who has not signed in. */
  open(options?: WindowOptions): Promise<Page>;
  close(): Promise<void>;
}

export interface WindowOptions {
  readonly width?: number;
  readonly height?: number;
  readonly isDark?: boolean;
  readonly locale?: string;
  /** True for somebody who has asked the system for less motion. */
  readonly hasReducedMotion?: boolean;
  /** True for a browser without service workers, as in a private window of some. */
  readonly hasNoWorker?: boolean;
}

/**
 * @param change - Changes the sales before they are stored; without sales there is no model either.
 * @returns a shop whose sales end yesterday, its server with a trained model, and a browser.
 */
export async function openShop(
  environment: Record<string, string> = {},
  change: (records: readonly SalesRecord[]) => readonly SalesRecord[] = (records) => records,
): Promise<Shop> {
  const server = await startServer({ MODEL: 'structural', ...environment });
  const { forecaster, trainings } = server.composed.dependencies;
  const today = parseDay(new Date().toISOString().slice(0, 10));
  const { records } = generateSales({
    products: 12,
    categories: 3,
    days: DAYS,
    startDay: today - DAYS,
    seed: 5,
  });
  const sales = change(records);
  if (sales.length > 0) {
    await forecaster.ingest(sales);
    await trainings.start();
    await trainings.settled();
  }
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: [...CHROMIUM_FLAGS] });
  const complaints: string[] = [];
  const contexts: BrowserContext[] = [];
  const open = async ({
    width = 1280,
    height = 900,
    isDark = false,
    locale = 'en-US',
    hasReducedMotion = false,
    hasNoWorker = false,
  }: WindowOptions = {}) => {
    const context = await browser.newContext({
      baseURL: server.url,
      viewport: { width, height },
      colorScheme: isDark ? 'dark' : 'light',
      locale,
      reducedMotion: hasReducedMotion ? 'reduce' : 'no-preference',
      serviceWorkers: hasNoWorker ? 'block' : 'allow',
      acceptDownloads: true,
    });
    contexts.push(context);
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
        complaints.push(message.text());
    });
    return page;
  };
  return {
    server,
    browser,
    complaints,
    open,
    visit: async (role, options) => {
      const page = await open(options);
      await page.goto('/');
      await signIn(page, await server.key(role));
      return page;
    },
    close: async () => {
      for (const context of contexts) await context.close();
      await browser.close();
      await server.close();
    },
  };
}

export async function signIn(page: Page, key: string): Promise<void> {
  await page.locator('input[name=key]').fill(key);
  await page.keyboard.press('Enter');
  await page.locator('.page-head').waitFor();
}

/** Waits until nothing on the page is on its way. */
export async function settled(page: Page): Promise<void> {
  await page.locator('.page-head').waitFor();
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
  await page.waitForLoadState('networkidle');
}

/** Everything that the dashboard keeps in the browser's database, as JSON. */
export function keptAnswers(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const databases = await indexedDB.databases();
    const contents = databases.map(
      ({ name = '' }) =>
        new Promise((resolve) => {
          const request = indexedDB.open(name);
          request.onsuccess = () => {
            const all = request.result.transaction('last').objectStore('last').getAll();
            all.onsuccess = () => {
              request.result.close();
              resolve(all.result);
            };
          };
        }),
    );
    return JSON.stringify(await Promise.all(contents));
  });
}

/** Waits until an answer with some text is kept, which happens a while after it came. */
export async function untilKept(page: Page, text: string): Promise<void> {
  await vi.waitUntil(async () => (await keptAnswers(page)).includes(text), { timeout: PATIENCE_MS });
}

/** Keeps a picture of a page with the results of the run. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
}
