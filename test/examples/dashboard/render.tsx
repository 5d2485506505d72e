import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type RenderResult, render } from '@testing-library/react';
import type { ReactElement, ReactNode } from 'react';
import { loadLocale } from '../../../examples/dashboard/src/i18n/load-locale.js';
import { LanguageProvider } from '../../../examples/dashboard/src/i18n/locale.js';
import type { Locale } from '../../../examples/dashboard/src/i18n/locales.js';

/** Shows a part of the dashboard in a language. */
export async function show(element: ReactElement, locale: Locale = 'en'): Promise<RenderResult> {
  const language = await loadLocale(locale);
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const wrapper = ({ children }: { readonly children: ReactNode }) => (
    <QueryClientProvider client={client}>
      <LanguageProvider first={language}>
        <div data-testid="ready">{children}</div>
      </LanguageProvider>
    </QueryClientProvider>
  );
  const shown = render(element, { wrapper });
  await shown.findByTestId('ready');
  return shown;
}
