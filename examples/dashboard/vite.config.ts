import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { inlineStyles, precompress, preload } from './build-plugins.js';

const API = process.env['API_URL'] ?? 'http://127.0.0.1:3000';
const fromHere = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The frame of the pages and the overview, with what most pages have in common. */
const FRAME =
  /\/src\/(application|router|api\/|layout\/(?!settings-popover)|offline\/|i18n\/(?!en\.|de\.)|util\/|ui\/(?!dialog|confirm|chart-card)|pages\/(overview|detail-answers|admin-answers|first-steps|attention|movers|category-table|product-table|revenue|shop-totals|planned-spans|stat\.)|pages\/(data\/last-upload|models\/training-card)|pages\/stock\/stock-(risk|records|terms))/;

/** The pages of a category and a product, with what they alone need. */
const DETAIL = /\/src\/pages\/(category|product)\./;

export default defineConfig({
  root: fromHere('.'),
  // Pages of any depth load the same assets.
  base: '/',
  resolve: { alias: { 'commerce-forecast/csv': fromHere('../../src/csv.ts') } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 700,
    // One style sheet, which the document holds: no script waits for it.
    cssCodeSplit: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // What the first page needs of the packages in one file: it stays the same when pages change.
            { name: 'framework', test: /node_modules\/(react|react-dom|scheduler|@tanstack)\//, priority: 3 },
            // Signing in, and what it has in common with the pages.
            { name: 'start', tags: ['$initial'], priority: 2 },
            // A category or a product, whose pages differ in little.
            { name: 'detail', test: DETAIL, priority: 0 },
            // What nearly every page has: one file instead of twenty.
            { name: 'frame', test: FRAME, priority: 1 },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': API, '/docs': API, '/openapi.json': API } },
  plugins: [
    react(),
    inlineStyles(),
    preload('rolldown-runtime', 'framework', 'frame'),
    precompress(),
    VitePWA({
      registerType: 'prompt',
      injectRegister: null,
      includeAssets: ['icon.svg', 'icon-192.png', 'icon-512.png'],
      manifest: {
        name: 'Sales forecasts',
        short_name: 'Forecasts',
        description: 'What will sell next week, month and year.',
        display: 'standalone',
        start_url: '/',
        background_color: '#ffffff',
        theme_color: '#ffffff',
        icons: [
          { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: '/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any maskable' },
        ],
      },
      workbox: {
        globPatterns: ['**/*.{js,css,html,svg,png}'],
        navigateFallback: '/index.html',
        // Answers of the API are kept by the application itself, which knows whose they are.
        navigateFallbackDenylist: [/^\/(api|docs|health|metrics|openapi\.json)/],
      },
    }),
  ],
});
