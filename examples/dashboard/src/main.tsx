import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createQueryClient } from './api/query-client.js';
import { LanguageProvider } from './i18n/locale.js';
import { keepAnswers } from './offline/answer-store.js';
import { createAppRouter } from './router.js';
import { applyTheme, storedTheme } from './theme.js';
import './styles/tokens.css';
import './styles/layout.css';
import './styles/parts.css';
import './styles/print.css';

applyTheme(storedTheme());
const client = createQueryClient();
await keepAnswers(client);
const router = createAppRouter(client);
const root = document.getElementById('root');
if (!root) throw new Error('The document has no element "root"');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <LanguageProvider>
        <RouterProvider router={router} />
      </LanguageProvider>
    </QueryClientProvider>
  </StrictMode>,
);
