import { describe } from '../../model/describe.js'
import { displayName } from '../../model/names.js'
import type { ProcessView } from '../../model/operator.js'
import { isUp, type Phase } from '../../model/phase.js'
import type { Call } from '../methods/method.js'
import type { ProcessAction, WholeAction } from './act.js'
import { type Html, html, query, segment } from './html.js'
import { renderPage } from './layout.js'

/**
 * The first page: every process with what can be done to it.
 *
 * @param message - what the last action came to, '' for nothing to tell
 * @see spec web.md §2
 */
export function statusPage(message: string, call: Call): string {
  const { operator, version } = call
  const ending = operator.state() !== 'RUNNING'
  const views = operator.groups().flatMap(({ processes }) => processes)
  const wallMs = operator.wallMs()
  const rows = [...views].sort(byName).map((view, at) => row(view, at % 2 === 1, ending, wallMs))
  const notices = [
    ...(ending ? ['The daemon is shutting down: processes are being stopped and nothing can be started.'] : []),
    ...operator.conditions().map((condition) => condition.message),
  ]
  const content = html`${message === '' ? null : html`<p class="message" role="status">${message}</p>`}
${notices.map((notice) => html`<p class="notice">${notice}</p>`)}
${toolbar(ending, operator.mainLog() !== null)}
${rows.length === 0 ? html`<p>No programs to manage</p>` : table(rows)}`
  return renderPage({ title: 'Supervisor Status', content, version })
}

/** By name of group, then of process, in code point order as Python sorts. */
function byName(a: ProcessView, b: ProcessView): number {
  if (a.spec.group !== b.spec.group) return a.spec.group < b.spec.group ? -1 : 1
  return a.spec.name < b.spec.name ? -1 : 1
}

const WHOLE_ACTIONS: readonly (readonly [WholeAction, string])[] = [
  ['refresh', 'Refresh'],
  ['startall', 'Start All'],
  ['restartall', 'Restart All'],
  ['stopall', 'Stop All'],
]

function toolbar(ending: boolean, hasMainLog: boolean): Html {
  const buttons = WHOLE_ACTIONS.filter(([action]) => !ending || action === 'refresh').map(
    ([action, label]) => html`<button name="action" value="${action}">${label}</button>`,
  )
  const log = hasMainLog ? html`<a href="mainlogtail" target="_blank" rel="noopener">Activity log</a>` : null
  return html`<div class="toolbar"><form method="post" action="index.html">${buttons}</form>${log}</div>`
}

function table(rows: readonly Html[]): Html {
  const caption = rows.length === 1 ? '1 process' : `${rows.length} processes`
  return html`<table>
<caption>${caption}</caption>
<thead><tr><th scope="col">State</th><th scope="col">Description</th><th scope="col">Name</th><th scope="col">Action</th></tr></thead>
<tbody>
${rows}</tbody>
</table>`
}

function row(view: ProcessView, shaded: boolean, ending: boolean, wallMs: number): Html {
  const name = displayName(view.spec.group, view.spec.name)
  const { phase } = view.seen
  const tail = `tail.html${query({ processname: name })}`
  const buttons = actionsIn(phase, ending).map(
    ([action, label]) => html`<button name="action" value="${action}" aria-label="${label} ${name}">${label}</button>`,
  )
  return html`<tr${shaded ? html` class="shade"` : null}><td><span class="${styleOf(phase)}">${phase.toLowerCase()}</span></td>\
<td class="description">${describe(view.seen, wallMs)}</td><th scope="row"><a href="${tail}">${name}</a></th>\
<td class="actions">${
    buttons.length === 0
      ? null
      : html`<form method="post" action="index.html"><input type="hidden" name="processname" value="${name}">${buttons}</form>`
  }${streamLink(name, 'stdout')}${streamLink(name, 'stderr')}</td></tr>
`
}

/** Opens beside the page: the stream goes on for as long as the program writes. */
function streamLink(name: string, channel: 'stdout' | 'stderr'): Html {
  const label = channel === 'stdout' ? 'Tail -f Stdout' : 'Tail -f Stderr'
  const path = `logtail/${segment(name)}${channel === 'stderr' ? '/stderr' : ''}`
  return html`<a href="${path}" target="_blank" rel="noopener" aria-label="${label} of ${name}">${label}</a>`
}

const START = ['start', 'Start'] as const
const STOP = ['stop', 'Stop'] as const
const RESTART = ['restart', 'Restart'] as const
const CLEAR = ['clearlog', 'Clear Log'] as const

/** Unlike the original a process that is STARTING or in BACKOFF can be stopped, too. */
function actionsIn(phase: Phase, ending: boolean): readonly (readonly [ProcessAction, string])[] {
  if (ending) return []
  if (phase === 'RUNNING') return [RESTART, STOP, CLEAR]
  if (isUp(phase)) return [STOP, CLEAR]
  return phase === 'STOPPING' || phase === 'UNKNOWN' ? [CLEAR] : [START, CLEAR]
}

function styleOf(phase: Phase): string {
  if (phase === 'RUNNING') return 'statusrunning'
  if (phase === 'FATAL' || phase === 'BACKOFF') return 'statuserror'
  return phase === 'STARTING' || phase === 'STOPPING' ? 'statusbusy' : 'statusnominal'
}
