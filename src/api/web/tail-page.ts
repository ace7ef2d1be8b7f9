import { decodeLog, readFile } from '../../host/logs/read.js'
import { findProcess } from '../methods/find.js'
import type { Call } from '../methods/method.js'
import { type Html, html, query, segment } from './html.js'
import { renderPage } from './layout.js'

type Channel = 'stdout' | 'stderr'

/** What the original shows, and the least it does. */
const BYTES_MIN = 1024
/** More is a matter for `tail -f`, or for the file itself: a page is held in memory as a whole. */
const BYTES_MAX = 4 * 1024 * 1024
/** Offered as links. */
const SIZES: readonly (readonly [string, number])[] = [
  ['1 KB', BYTES_MIN],
  ['16 KB', 16 * 1024],
  ['256 KB', 256 * 1024],
  ['4 MB', BYTES_MAX],
]

/**
 * The end of a log: `tail.html?processname=…&limit=<bytes>&channel=<stdout or stderr>`. Read directly and not by a
 * method of the interface, since those answer nothing while the daemon shuts down.
 *
 * @see spec web.md §4; `channel` is ours
 */
export function tailPage(parameters: URLSearchParams, call: Call): string {
  const name = parameters.get('processname') ?? ''
  const channel = parameters.get('channel') === 'stderr' ? 'stderr' : 'stdout'
  const limit = limitOf(parameters.get('limit') ?? '')
  const content =
    name === ''
      ? html`<pre>No process name found</pre>`
      : html`${toolbar(name, channel, limit)}
<pre tabindex="0" role="region" aria-label="End of ${channel} of ${name}">${tailText(name, channel, limit, call)}</pre>`
  const title = `Supervisor tail of process ${name === '' ? 'None' : name}`
  return renderPage({ title, back: true, content, version: call.version })
}

/** Decimal digits within the bounds; whatever else is written is the least. */
function limitOf(text: string): number {
  return /^\d+$/.test(text) ? Math.min(BYTES_MAX, Math.max(BYTES_MIN, Number(text))) : BYTES_MIN
}

function toolbar(name: string, channel: Channel, limit: number): Html {
  const to = (other: Channel, bytes: number) =>
    `tail.html${query({ processname: name, limit: String(bytes), ...(other === 'stderr' ? { channel: other } : {}) })}`
  const link = (label: string, href: string, current: boolean) =>
    html`<a href="${href}"${current ? html` aria-current="true"` : null}>${label}</a> `
  const stream = `logtail/${segment(name)}${channel === 'stderr' ? '/stderr' : ''}`
  return html`<div class="toolbar"><a class="button" href="${to(channel, limit)}">Refresh</a>
<span>${link('Stdout', to('stdout', limit), channel === 'stdout')}${link('Stderr', to('stderr', limit), channel === 'stderr')}</span>
<span>Last ${SIZES.map(([label, bytes]) => link(label, to(channel, bytes), bytes === limit))}</span>
<a href="${stream}" target="_blank" rel="noopener">Tail -f</a></div>`
}

function tailText(name: string, channel: Channel, limit: number, { operator }: Call): string {
  const found = findProcess(operator, name)
  if ('kind' in found) return `ERROR: unexpected rpc fault [${found.code}] ${found.text}`
  const path = channel === 'stdout' ? found.stdoutLog : found.stderrLog
  const read = path === '' ? ({ ok: false, reason: 'no-file' } as const) : readFile(path, -limit, 0)
  if (read.ok) return decodeLog(read.data)
  return read.reason === 'no-file' ? `No file for ${name}` : `ERROR: cannot read the ${channel} log of ${name}`
}
