import { type Html, html, raw } from './html.js'

/** What surrounds the content of a page. */
export interface Page {
  readonly title: string
  /** Shown above the title: the way back, for pages other than the first. */
  readonly back?: boolean
  readonly content: Html
  /** Of this program. */
  readonly version: string
}

/** Two bars of a gauge within a ring, in the colour of the text. */
const LOGO = raw(
  '<svg class="logo" viewBox="0 0 24 24" width="28" height="28" aria-hidden="true" focusable="false">' +
    '<circle cx="12" cy="12" r="10" fill="none" stroke="currentColor" stroke-width="2.5"/>' +
    '<path d="M8 12.5l3 3 5.5-7" fill="none" stroke="currentColor" stroke-width="2.5" ' +
    'stroke-linecap="round" stroke-linejoin="round"/></svg>',
)

/** The icon of the tab: the same drawing, with a colour of its own. */
export const ICON_SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">' +
  '<rect width="24" height="24" rx="6" fill="#1d6f42"/>' +
  '<path d="M6.5 12.5l4 4 7-9" fill="none" stroke="#fff" stroke-width="3" ' +
  'stroke-linecap="round" stroke-linejoin="round"/></svg>\n'

/** A whole document. All addresses are relative, so that a proxy may put the pages below a path of its own. */
export function renderPage({ title, back = false, content, version }: Page): string {
  const home = back ? html`<nav><a href="index.html">All processes</a></nav>` : null
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="stylesheet" href="stylesheets/supervisor.css">
<link rel="icon" type="image/svg+xml" href="images/icon.svg">
</head>
<body>
<header>${LOGO}<h1>${title}</h1>${home}</header>
<main>
${content}
</main>
<footer>svctl ${version}</footer>
</body>
</html>
`.markup
}
