import { api, dataOf } from '../api/client.js';
import { toProblem } from '../api/problem.js';
import { noteSignedIn } from '../api/signed-in.js';
import { first as german } from '../i18n/first/de.js';
import { first as english } from '../i18n/first/en.js';
import { preferredLocale } from '../i18n/locales.js';
import { createTexts } from '../i18n/texts.js';
import { removeAnswers } from '../offline/answer-database.js';
import { startApplication } from '../start.js';
import { problemTexts } from '../ui/problem-texts.js';
import { nextAddress } from './addresses.js';

const TEXTS = { en: english, de: german };

/**
 * Shows the sign-in page: plain elements, so that it is there before what draws the other pages is loaded.
 * The key becomes a session; it is kept nowhere, this page included.
 */
export function showSignIn(place: HTMLElement): void {
  const locale = preferredLocale();
  const texts = createTexts(TEXTS[locale]);
  const { t } = texts;
  const next = nextAddress(location.search);
  const key = element('input', {
    id: 'key',
    type: 'password',
    name: 'key',
    autocomplete: 'current-password',
    spellcheck: false,
    required: true,
  });
  key.setAttribute('aria-describedby', 'key-hint');
  const submit = element(
    'button',
    { type: 'submit', className: 'button button-primary' },
    t('signIn.submit'),
  );
  const trouble = element('div', { hidden: true, className: 'problem', role: 'alert' });
  const form = element(
    'form',
    { className: 'card' },
    element(
      'div',
      { className: 'field' },
      element('label', { htmlFor: key.id }, t('signIn.key')),
      key,
      element('p', { className: 'note', id: 'key-hint' }, t('signIn.key.hint')),
    ),
    submit,
    trouble,
    element('p', { className: 'note' }, t('signIn.privacy')),
  );
  document.documentElement.lang = locale;
  document.title = `${t('signIn.title')} · ${t('app.name')}`;
  place.replaceChildren(element('main', { className: 'sign-in' }, element('h1', {}, t('app.name')), form));

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    submit.disabled = true;
    trouble.hidden = true;
    try {
      const session = await dataOf(
        api.POST('/api/v1/session', { headers: { authorization: `Bearer ${key.value.trim()}` } }),
      );
      await removeAnswers();
      noteSignedIn(session);
      submit.textContent = t('app.loading');
      history.replaceState(null, '', next);
      await startApplication(place, session);
    } catch (error) {
      const { title, detail, hint = '', words, request = '' } = problemTexts(toProblem(error), texts);
      trouble.replaceChildren(
        element('p', {}, element('strong', {}, `${title}.`), ` ${detail}`),
        element('p', {}, hint),
        words === undefined
          ? ''
          : element(
              'p',
              { className: 'note' },
              `${t('problem.words')} `,
              element('span', { lang: 'en' }, words),
            ),
        element('p', { className: 'quiet' }, request),
      );
      trouble.hidden = false;
      submit.disabled = false;
    }
  });
}

/** An element with its properties and what it contains; texts stay texts. */
function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Partial<HTMLElementTagNameMap[Tag]>,
  ...content: readonly (string | Node)[]
): HTMLElementTagNameMap[Tag] {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...content.filter((part) => part !== ''));
  return made;
}
