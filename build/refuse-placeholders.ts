import { homepage, repository } from '../package.json';

/** Keeps a package without a public home from being published: `.example` is reserved for addresses that do not exist. */
if (/\.example\b/.test(homepage + repository.url)) {
  console.error('Set repository, homepage and bugs in package.json first: they are placeholders.');
  process.exitCode = 1;
}
