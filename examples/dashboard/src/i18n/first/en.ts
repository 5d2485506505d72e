/** Texts in English that are needed before anything else is loaded. */
export const first = {
  'app.name': 'Sales forecasts',
  'app.loading': 'Loading …',
  'signIn.title': 'Sign in',
  'signIn.key': 'API key',
  'signIn.key.hint': 'It begins with “cf_”. The server prints one when it starts for the first time.',
  'signIn.submit': 'Sign in',
  'signIn.privacy': 'The key is exchanged for a session of twelve hours and not kept in the browser.',
  'signIn.provider': 'Sign in with {name}',
  'signIn.signOut': 'You are signed out here.',
  'signIn.signOut.provider': 'Sign out of {name}, too',
  'signIn.problem.denied':
    'You have not been signed in: you cancelled, or the identity provider did not let you in.',
  'signIn.problem.expired': 'This sign-in is over, or another one has taken its place. Sign in again.',
  'signIn.problem.no-right':
    'You have no right here yet. Ask an administrator to give you a role at the identity provider.',
  'signIn.problem.refused':
    'The identity provider gave an answer that is not valid. Sign in again, and tell an administrator if it happens once more.',
  'signIn.problem.unavailable':
    'The identity provider does not respond at the moment. Try again in a minute, or sign in with a key.',
  'problem.title': 'This did not work',
  'problem.retry': 'Try again',
  'problem.words': 'Details:',
  'problem.requestId': 'Request {id}',
  'problem.unreachable': 'The server cannot be reached.',
  'problem.unreachable.hint': 'Check the connection, or ask whoever runs the server.',
  'problem.unauthorized': 'This key is not valid, has expired or was revoked.',
  'problem.unauthorized.hint': 'Paste the whole key, or ask an administrator for a new one.',
  'problem.forbidden': 'Your key may not do this.',
  'problem.forbidden.hint': 'An administrator can issue a key with another role.',
  'problem.not-trained': 'There is no forecast yet: no model has been trained.',
  'problem.not-trained.hint':
    'Upload sales on the page “Data” and start a training, or wait for the running one to finish.',
  'problem.not-found': 'This does not exist.',
  'problem.not-found.hint':
    'It may have been renamed, or have no sales in the days that the model was trained on.',
  'problem.no-tenant': 'Your shop is not on this server any more.',
  'problem.no-tenant.hint': 'Ask whoever runs the server.',
  'problem.too-many-refusals': 'Too many wrong keys came from your network.',
  'problem.too-many-refusals.hint': 'Wait a minute and try again with the right key.',
  'problem.rate-limited': 'Too many requests within a minute.',
  'problem.rate-limited.hint': 'Wait a minute and try again.',
  'problem.unavailable': 'Part of the server is not responding at the moment.',
  'problem.unavailable.hint': 'Try again in a few seconds.',
  'problem.conflict': 'Another operation is running, or somebody has changed this in the meantime.',
  'problem.conflict.hint': 'Reload the page and try again.',
  'problem.model-not-kept': 'The model behind the forecasts was not kept; only its forecasts are available.',
  'problem.model-not-kept.hint': 'Start a training.',
  'problem.refused': 'The server refused this.',
  'problem.refused.hint': 'Reload the page and try again. If that does not help, pass on the lines below.',
  'problem.unknown': 'Something unexpected happened on this page.',
  'problem.unknown.hint': 'Reload the page. If that does not help, pass on the line below.',
  'problem.internal': 'The server failed to answer.',
  'problem.internal.hint': 'The server log has the reason under the request number below.',
} as const;

export type FirstKey = keyof typeof first;
export type FirstTexts = Readonly<Record<FirstKey, string>>;
