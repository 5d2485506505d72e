import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api, dataOf } from '../api/client.js';
import { noteSignedIn, sessionQuery } from '../api/queries.js';
import { useLanguage } from '../i18n/locale.js';
import { forgetAnswers } from '../offline/answer-store.js';
import { Button } from '../ui/button.js';
import { InputField } from '../ui/field.js';
import { ProblemBox } from '../ui/problem-box.js';

/** The key becomes a session; it is kept nowhere, this page included. */
export function SignInPage() {
  const { t } = useLanguage();
  const { next = '/' } = useSearch({ from: '/sign-in' });
  const client = useQueryClient();
  const navigate = useNavigate();
  const [key, setKey] = useState('');
  const opened = useMutation({
    mutationFn: (text: string) =>
      dataOf(api.POST('/api/v1/session', { headers: { authorization: `Bearer ${text}` } })),
    onSuccess: async (session) => {
      await forgetAnswers(client);
      noteSignedIn(true);
      client.setQueryData(sessionQuery.queryKey, session);
      await navigate({ href: next });
    },
  });
  useEffect(() => {
    document.title = `${t('signIn.title')} · ${t('app.name')}`;
  }, [t]);
  useEffect(() => {
    // Fetched while the key is being found; a failure shows when it is needed.
    Promise.all([import('../layout/app-layout.js'), import('./overview.js')]).catch(() => undefined);
  }, []);
  return (
    <main className="sign-in">
      <h1>{t('app.name')}</h1>
      <form
        className="card"
        onSubmit={(event) => {
          event.preventDefault();
          opened.mutate(key.trim());
        }}
      >
        <InputField
          label={t('signIn.key')}
          hint={t('signIn.key.hint')}
          type="password"
          name="key"
          autoComplete="current-password"
          spellCheck={false}
          required
          value={key}
          onChange={({ target }) => setKey(target.value)}
        />
        <Button type="submit" kind="primary" disabled={opened.isPending}>
          {t('signIn.submit')}
        </Button>
        {opened.isError && <ProblemBox error={opened.error} />}
        <p className="note">{t('signIn.privacy')}</p>
      </form>
    </main>
  );
}
