import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type RenderResult, render } from '@testing-library/react';
import type { ReactElement } from 'react';
import { LanguageProvider, type Locale } from '../../../examples/dashboard/src/i18n/locale.js';

/** Shows a part of the dashboard in a language, and waits until its texts are there. */
export async function show(element: ReactElement, locale: Locale = 'en'): Promise<RenderResult> {
  localStorage.setItem('locale', locale);
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const shown = render(
    <QueryClientProvider client={client}>
      <LanguageProvider>
        <div data-testid="ready">{element}</div>
      </LanguageProvider>
    </QueryClientProvider>,
  );
  await shown.findByTestId('ready');
  return shown;
}
