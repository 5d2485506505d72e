import { useQueryClient } from '@tanstack/react-query';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import { api, done } from '../api/client.js';
import { sessionQuery } from '../api/queries.js';
import type { Role } from '../api/roles.js';
import { noteSignedOut } from '../api/signed-in.js';
import { useLanguage } from '../i18n/locale.js';
import { isLocale, LOCALES } from '../i18n/locales.js';
import { removeAnswers } from '../offline/answer-database.js';
import { SIGN_IN_PATH, SIGNED_OUT } from '../sign-in/addresses.js';
import { chooseTheme, storedTheme, THEMES } from '../theme.js';
import { Button } from '../ui/button.js';
import { SelectField } from '../ui/field.js';

/** Language, appearance, and the way out; open at first. */
export default function SettingsPopover({ role }: { readonly role: Role }) {
  const { t, locale, setLocale } = useLanguage();
  const [theme, setTheme] = useState(storedTheme);
  const client = useQueryClient();
  const signOut = async () => {
    // If the server cannot be reached, the session expires there within hours; here it ends now.
    await done(api.DELETE('/api/v1/session')).catch(() => undefined);
    noteSignedOut();
    const wasFederated = client.getQueryData(sessionQuery.queryKey)?.federated === true;
    client.clear();
    await removeAnswers();
    // A new document: nothing of this one is left in memory.
    location.assign(wasFederated ? SIGNED_OUT : SIGN_IN_PATH);
  };
  return (
    <Popover.Root defaultOpen>
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
