import { api, dataOf, type Schemas } from '../api/client.js';
import { toProblem } from '../api/problem.js';
import { noteSignedIn } from '../api/signed-in.js';
import { first as german } from '../i18n/first/de.js';
import { first as english, type FirstKey } from '../i18n/first/en.js';
import { preferredLocale } from '../i18n/locales.js';
import { createTexts, type Texts } from '../i18n/texts.js';
import { removeAnswers } from '../offline/answer-database.js';
import { startApplication } from '../start.js';
import { problemTexts } from '../ui/problem-texts.js';
import { nextAddress, signInAddress } from './addresses.js';
import { comingBack, offeredProvider } from './provider.js';

const TEXTS = { en: english, de: german };

const UNAUTHORIZED = 401;

/**
 * Shows the sign-in page: plain elements, so that it is there before what draws the other pages is loaded.
 * A key becomes a session; it is kept nowhere, this page included.
 */
export function showSignIn(place: HTMLElement): void {
  const locale = preferredLocale();
  const texts = createTexts(TEXTS[locale]);
  const { t } = texts;
  const next = nextAddress(location.search);
  const { isSignedIn, isSignedOut, failure } = comingBack(location.search);
  document.documentElement.lang = locale;
  document.title = `${t('signIn.title')} · ${t('app.name')}`;
  const enter = async (session: Schemas['Session']) => {
    await removeAnswers();
    noteSignedIn(session);
    history.replaceState(null, '', next);
    await startApplication(place, session);
  };
  const show = (trouble: readonly Node[]) => {
    const provider = element('div', { hidden: true, className: 'card' });
    const told = element(
      'div',
      { hidden: trouble.length === 0, className: 'problem', role: 'alert' },
      ...trouble,
    );
    const title = element('h1', {}, t('app.name'));
    place.replaceChildren(
      element('main', { className: 'sign-in' }, title, told, keyForm(texts, enter), provider),
    );
    void showProvider(provider, next, isSignedOut, texts);
  };
  // What has happened is not to happen again when the page is loaded again.
  if (isSignedIn || isSignedOut || failure) history.replaceState(null, '', signInAddress(next));
  if (!isSignedIn) {
    show(failure ? [element('p', {}, t(failure))] : []);
    return;
  }
  place.replaceChildren(
    element(
      'main',
      { className: 'sign-in' },
      element('h1', {}, t('app.name')),
      element('p', {}, t('app.loading')),
    ),
  );
  dataOf(api.GET('/api/v1/session'))
    .then(enter)
    .catch((error: unknown) => {
      const isOver = toProblem(error).status === UNAUTHORIZED;
      show(isOver ? [element('p', {}, t('signIn.problem.expired'))] : troubleOf(error, texts));
    });
}

/** Offers to sign in by the identity provider, if there is one. */
async function showProvider(
  card: HTMLElement,
  next: string,
  isSignedOut: boolean,
  { t }: Texts<FirstKey>,
): Promise<void> {
  const offered = await offeredProvider(next);
  if (!offered) return;
  const { label, href, signOutHref } = offered;
  card.append(element('a', { href, className: 'button' }, t('signIn.provider', { name: label })));
  if (isSignedOut && signOutHref !== undefined) {
    const signOut = element('a', { href: signOutHref }, t('signIn.signOut.provider', { name: label }));
    card.append(element('p', { className: 'note' }, `${t('signIn.signOut')} `, signOut));
  }
  card.hidden = false;
}

/** The form for a key. */
function keyForm(
  texts: Texts<FirstKey>,
  enter: (session: Schemas['Session']) => Promise<void>,
): HTMLFormElement {
  const { t } = texts;
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
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    submit.disabled = true;
    trouble.hidden = true;
    try {
      const authorization = `Bearer ${key.value.trim()}`;
      const session = await dataOf(api.POST('/api/v1/session', { headers: { authorization } }));
      submit.textContent = t('app.loading');
      await enter(session);
    } catch (error) {
      trouble.replaceChildren(...troubleOf(error, texts));
      trouble.hidden = false;
      submit.disabled = false;
    }
  });
  return form;
}

/** A description of what went wrong, and of what to do about it. */
function troubleOf(error: unknown, texts: Texts<FirstKey>): Node[] {
  const { title, detail, hint = '', words, request = '' } = problemTexts(toProblem(error), texts);
  const inEnglish = (text: string) =>
    element(
      'p',
      { className: 'note' },
      `${texts.t('problem.words')} `,
      element('span', { lang: 'en' }, text),
    );
  return [
    element('p', {}, element('strong', {}, `${title}.`), ` ${detail}`),
    element('p', {}, hint),
    ...(words === undefined ? [] : [inEnglish(words)]),
    element('p', { className: 'quiet' }, request),
  ];
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
