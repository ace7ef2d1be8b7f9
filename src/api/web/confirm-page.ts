import type { Wish } from './act.js'
import { html } from './html.js'
import { renderPage } from './layout.js'

/**
 * Asks before something that a link asked for is done: the original acts on any GET, so that every page of the web, and
 * every mail with a picture, can stop what runs here.
 */
export function confirmPage(wish: Exclude<Wish, { action: null }>, version: string): string {
  const name = 'name' in wish ? wish.name : null
  const what = QUESTIONS[wish.action]
  const field = name === null ? null : html`<input type="hidden" name="processname" value="${name}">`
  const content = html`<p>${what}${name === null ? null : html` <strong>${name}</strong>`}?</p>
<form method="post" action="index.html">${field}<button name="action" value="${wish.action}">Yes</button>
<a class="button" href="index.html">No</a></form>
<p>Nothing was changed. A link only shows this question; a script sends the same parameters with POST, for example with
<code>curl --data</code>.</p>`
  return renderPage({ title: 'Supervisor: please confirm', back: true, content, version })
}

const QUESTIONS: Readonly<Record<NonNullable<Wish['action']>, string>> = {
  refresh: 'Refresh the page',
  startall: 'Start all processes',
  restartall: 'Restart all processes',
  stopall: 'Stop all processes',
  start: 'Start',
  stop: 'Stop',
  restart: 'Restart',
  clearlog: 'Clear the logs of',
}
