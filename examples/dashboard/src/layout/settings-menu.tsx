import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import { api, done } from '../api/client.js';
import { noteSignedIn, type Role } from '../api/queries.js';
import { isLocale, LOCALES, useLanguage } from '../i18n/locale.js';
import { forgetAnswers } from '../offline/answer-store.js';
import { chooseTheme, storedTheme, THEMES } from '../theme.js';
import { Button } from '../ui/button.js';
import { SelectField } from '../ui/field.js';

/** Language, appearance, and the way out. */
export function SettingsMenu({ role }: { readonly role: Role }) {
  const { t, locale, setLocale } = useLanguage();
  const [theme, setTheme] = useState(storedTheme);
  const client = useQueryClient();
  const navigate = useNavigate();
  const signOut = async () => {
    // If the server cannot be reached, the session expires there within hours; here it ends now.
    await done(api.DELETE('/api/v1/session')).catch(() => undefined);
    noteSignedIn(false);
    await navigate({ to: '/sign-in' });
    await forgetAnswers(client);
  };
  return (
    <Popover.Root>
      <Popover.Trigger className="button button-quiet settings-button">{t('app.settings')}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="popover" align="end" sideOffset={6} aria-label={t('app.settings')}>
          <p className="quiet">{t(`role.${role}`)}</p>
          <SelectField
            label={t('app.language')}
            value={locale}
            options={Object.entries(LOCALES)}
            onChange={({ target }) => isLocale(target.value) && setLocale(target.value)}
          />
          <SelectField
            label={t('app.theme')}
            value={theme}
            options={THEMES.map((name) => [name, t(`app.theme.${name}`)])}
            onChange={({ target }) => {
              const chosen = THEMES.find((name) => name === target.value) ?? 'system';
              setTheme(chosen);
              chooseTheme(chosen);
            }}
          />
          <Button onClick={() => print()}>{t('app.print')}</Button>
          <Button onClick={() => void signOut()}>{t('app.signOut')}</Button>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
