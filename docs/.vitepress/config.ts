import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { diagrams } from '../../build/diagrams';

const DOCS = fileURLToPath(new URL('..', import.meta.url));

/** Title of a page: its first heading. */
function page(path: string) {
  const [, title = path] = /^# (.+)$/m.exec(readFileSync(`${DOCS}${path}.md`, 'utf8')) ?? [];
  return { text: title.replaceAll('`', ''), link: `/${path}` };
}

const pages = (...paths: string[]) => paths.map(page);
const below = (folder: string) =>
  readdirSync(`${DOCS}${folder}`)
    .filter((name) => name.endsWith('.md') && name !== 'index.md')
    .sort()
    .map((name) => page(`${folder}/${name.replace(/\.md$/, '')}`));

export default defineConfig({
  title: 'commerce-forecast',
  description: 'Sales forecasting for commerce in TypeScript',
  cleanUrls: true,
  lastUpdated: false,
  markdown: { config: diagrams },
  // These are files of the repository; `test/docs-paths.test.ts` checks that they exist.
  ignoreDeadLinks: [/CONTRIBUTING/],
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Start', link: '/start' },
      { text: 'How-to', link: '/how-to/' },
      { text: 'API', link: '/api/overview' },
    ],
    sidebar: [
      { text: 'Start', items: pages('start', 'concepts', 'getting-started', 'cli', 'faq') },
      { text: 'How-to', items: below('how-to') },
      {
        text: 'Forecasts',
        items: pages(
          'forecaster',
          'forecast-tables',
          'plans',
          'covariates',
          'inventory',
          'alerts',
          'report',
          'panel',
          'reading-files',
        ),
      },
      {
        text: 'Models',
        items: pages(
          'default-model',
          'structural',
          'seasonal-trend',
          'boosting',
          'direct-boosting',
          'features',
          'evaluation',
          'extending',
        ),
      },
      {
        text: 'Operation',
        items: pages(
          'operations',
          'recovery',
          'restart',
          'registry',
          'monitoring',
          'storage',
          'caching',
          'sources',
          'indicators',
          'server',
          'dashboard',
          'runtimes',
          'architecture',
        ),
      },
      {
        text: 'Comparison',
        items: pages('comparison', 'benchmarks', 'migration-prophet', 'migration-amazon-forecast'),
      },
      { text: 'Decisions', collapsed: true, items: below('decisions') },
    ],
  },
});
