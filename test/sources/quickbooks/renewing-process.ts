import { QuickBooksAccess } from '../../../src/sources/quickbooks/access.js';
import { FileTokenStore } from '../../../src/sources/quickbooks/file-token-store.js';
import { CLIENT } from './fake-quickbooks.js';

/** A process that asks for a token when its input says so, and prints it. Arguments: service, token file, time. */
const [baseUrl, path, time] = process.argv.slice(2);
const tokens = new FileTokenStore({ path: path! });
const access = new QuickBooksAccess({ ...CLIENT, tokens, http: { baseUrl, now: () => Number(time) } });
process.stdout.write('ready\n');
process.stdin.once('data', async () => {
  process.stdout.write(`${await access.token()}\n`);
  process.stdin.destroy();
});
