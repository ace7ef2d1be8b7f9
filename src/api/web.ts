import { describe } from '../model/describe.js'
import { displayName } from '../model/names.js'
import type { ProcessView } from '../model/operator.js'
import { isStopped, isUp, type Phase } from '../model/phase.js'
import { type Exchange, sendAnswer, sendError } from './answer.js'
import { readBody } from './body.js'
import { callSupervisor } from './dispatch.js'
import type { Result } from './faults.js'
import type { Call } from './methods/method.js'

/** What is answered here, without the leading slash. */
export const PAGES: readonly string[] = ['', 'index.html', 'tail.html', 'ok.html']

/** A form holds an action and a name. */
const FORM_BYTES_MAX = 64 * 1024
const TAIL_BYTES = 1024

const HEADERS = {
  'Content-Type': 'text/html;charset=utf-8',
  Pragma: 'no-cache',
  'Cache-Control': 'no-cache',
  Expires: 'Thu, 01 Jan 1970 00:00:00 GMT',
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
} as const

/**
 * Answers the pages of the web interface. Whatever changes something is a POST from a page of ours.
 *
 * @see spec web.md
 */
export async function answerPage(exchange: Exchange, page: string, call: Call): Promise<void> {
  if (exchange.request.method === 'POST') await answerForm(exchange, call)
  else if (page === 'ok.html') sendAnswer(exchange, 200, { 'Content-Type': 'text/plain' }, 'OK')
  else if (page === 'tail.html') sendAnswer(exchange, 200, HEADERS, await tailPage(exchange.query, call))
  else sendAnswer(exchange, 200, HEADERS, statusPage(exchange.query.get('message') ?? '', call))
}

async function answerForm(exchange: Exchange, call: Call): Promise<void> {
  if (!isSameOrigin(exchange)) {
    sendError(exchange, 403)
    return
  }
  const body = await readBody(exchange, FORM_BYTES_MAX)
  if (body === null) return
  const form = new URLSearchParams(body.toString('utf8'))
  const message = await act(form.get('action') ?? '', form.get('processname') ?? '', call)
  if (call.closed.aborted) return
  // Relative, so that nothing of the request's Host comes back; 303 so that a reload repeats nothing.
  sendAnswer(exchange, 303, { Location: `index.html?message=${encodeURIComponent(message)}` }, '')
}

/** Browsers say where a form comes from; what says nothing is no browser and cannot be tricked into a request. */
function isSameOrigin({ request: { headers } }: Exchange): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false
  const { origin, host } = headers
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host)
}

async function act(action: string, name: string, call: Call): Promise<string> {
  const run = (method: string, ...params: string[]) => callSupervisor(call, method, params)
  const at = new Date(call.operator.wallMs()).toString()
  switch (action) {
    case 'refresh':
      return `Page refreshed at ${at}`
    case 'stopall':
      return told(await run('stopAllProcesses'), `All stopped at ${at}`)
    case 'restartall': {
      await run('stopAllProcesses')
      return told(await run('startAllProcesses'), `All restarted at ${at}`)
    }
    case 'start':
      return told(await run('startProcess', name), `Process ${name} started`)
    case 'stop':
      return told(await run('stopProcess', name), `Process ${name} stopped`)
    case 'restart': {
      await run('stopProcess', name)
      return told(await run('startProcess', name), `Process ${name} restarted`)
    }
    case 'clearlog':
      return told(await run('clearProcessLogs', name), `Log for ${name} cleared`)
    default:
      return `ERROR: unknown action ${action}`
  }
}

function told(result: Result, success: string): string {
  if (result.kind === 'value') return success
  return result.kind === 'fault' ? `ERROR: [${result.code}] ${result.text}` : `ERROR: ${result.message}`
}

function statusPage(message: string, call: Call): string {
  const { operator, version } = call
  const views = operator.groups().flatMap(({ processes }) => processes)
  const rows = [...views].sort(byName).map((view) => row(view, operator.wallMs()))
  const table =
    rows.length === 0
      ? '<p>No programs to manage</p>'
      : `<table><tr><th>State<th>Description<th>Name<th>Action</tr>\n${rows.join('\n')}\n</table>`
  const buttons = [button('refresh', 'Refresh'), button('restartall', 'Restart All'), button('stopall', 'Stop All')]
  const told = message === '' ? '' : `<p class="message">${escapeHtml(message)}</p>`
  return layout('Supervisor Status', `${told}<p>${buttons.join(' ')}</p>\n${table}\n<p>${escapeHtml(version)}</p>`)
}

function byName(a: ProcessView, b: ProcessView): number {
  if (a.spec.group !== b.spec.group) return a.spec.group < b.spec.group ? -1 : 1
  return a.spec.name < b.spec.name ? -1 : 1
}

function row(view: ProcessView, wallMs: number): string {
  const name = displayName(view.spec.group, view.spec.name)
  const { phase } = view.seen
  const actions = [
    ...(isStopped(phase) && phase !== 'UNKNOWN' ? [button('start', 'Start', name)] : []),
    ...(phase === 'RUNNING' ? [button('restart', 'Restart', name)] : []),
    ...(isUp(phase) ? [button('stop', 'Stop', name)] : []),
    button('clearlog', 'Clear Log', name),
    `<a href="logtail/${encodeURIComponent(name)}">Tail -f Stdout</a>`,
    `<a href="logtail/${encodeURIComponent(name)}/stderr">Tail -f Stderr</a>`,
  ]
  const link = `<a href="tail.html?processname=${encodeURIComponent(name)}">${escapeHtml(name)}</a>`
  const state = `<span class="${styleOf(phase)}">${phase.toLowerCase()}</span>`
  return `<tr><td>${state}<td>${escapeHtml(describe(view.seen, wallMs))}<td>${link}<td>${actions.join(' ')}</tr>`
}

function styleOf(phase: Phase): string {
  if (phase === 'RUNNING') return 'statusrunning'
  return phase === 'FATAL' || phase === 'BACKOFF' ? 'statuserror' : 'statusnominal'
}

function button(action: string, label: string, name = ''): string {
  const process = name === '' ? '' : `<input type="hidden" name="processname" value="${escapeHtml(name)}">`
  const submit = `<button name="action" value="${action}">${label}</button>`
  return `<form method="post" action="index.html">${process}${submit}</form>`
}

async function tailPage(query: URLSearchParams, call: Call): Promise<string> {
  const name = query.get('processname') ?? ''
  const limit = query.get('limit') ?? ''
  const bytes = /^\d{1,9}$/.test(limit) ? Math.max(TAIL_BYTES, Number(limit)) : TAIL_BYTES
  if (name === '') return layout('Supervisor tail of process None', '<pre>No process name found</pre>')
  const result = await callSupervisor(call, 'readProcessStdoutLog', [name, -bytes, 0])
  const again = `tail.html?processname=${encodeURIComponent(name)}&limit=${bytes}`
  const refresh = `<p><a href="${escapeHtml(again)}">Refresh</a></p>`
  return layout(`Supervisor tail of process ${name}`, `${refresh}<pre>${escapeHtml(tailText(result, name))}</pre>`)
}

function tailText(result: Result, name: string): string {
  if (result.kind === 'value') return String(result.value)
  if (result.kind === 'fault' && result.name === 'NO_FILE') return `No file for ${name}`
  return result.kind === 'fault' ? `ERROR: unexpected rpc fault [${result.code}] ${result.text}` : result.message
}

function layout(title: string, body: string): string {
  const head = `<meta charset="utf-8"><title>${escapeHtml(title)}</title>`
  const styles = '<link rel="stylesheet" href="stylesheets/supervisor.css"><link rel="icon" href="images/icon.png">'
  return `<!DOCTYPE html>\n<html lang="en"><head>${head}${styles}</head>\n<body><h1>${escapeHtml(title)}</h1>\n${body}\n</body></html>\n`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char)
}
