import { Html, html } from './html.js';
import { SORT_SCRIPT, SORT_SCRIPT_HASH } from './sort-script.js';
import { STYLE } from './style.js';

/** One HTML file that loads nothing, and runs nothing but the script that sorts its tables. */
export function htmlDocument(title: string, main: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src '${SORT_SCRIPT_HASH}'">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<main>
${main}
</main>
<script>${new Html(SORT_SCRIPT)}</script>
</body>
</html>
`.text;
}
