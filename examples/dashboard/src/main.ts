import { maybeSignedIn } from './api/signed-in.js';
import { SIGN_IN_PATH, signInAddress } from './sign-in/addresses.js';
import { showSignIn } from './sign-in/sign-in-page.js';
import { startApplication } from './start.js';
import { applyTheme, storedTheme } from './theme.js';
import './styles/tokens.css';
import './styles/layout.css';
import './styles/parts.css';
import './styles/print.css';
import './styles/contrast.css';

applyTheme(storedTheme());
const place = document.getElementById('root');
if (!place) throw new Error('The document has no element "root"');
if (location.pathname === SIGN_IN_PATH) showSignIn(place);
else if (maybeSignedIn()) void startApplication(place);
else {
  history.replaceState(null, '', signInAddress(location.pathname + location.search));
  showSignIn(place);
}
