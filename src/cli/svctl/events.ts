import type { EventRow, EventsDocument } from '../../api/json/events.js'
import { isMeant } from '../../api/json/meant.js'
import type { Answer } from './client.js'
import { type Context, emit, expect, isStructured, report } from './context.js'
import { parseDuration } from './duration.js'
import { EXIT, type ExitCode } from './exit.js'
import { failure } from './locate.js'
import { formatMoment, parseMoment } from './moment.js'
import { type Paint, printable } from './paint.js'
import { pad } from './table.js'

/** `svctl.event/v1`: one line of `svctl events -f -o json`. */
export interface EventDocument extends EventRow {
  readonly schema: 'svctl.event/v1'
}

/** How long the daemon may hold back one answer, ms: shorter than proxies keep a silent connection. */
const WAIT_MS = 25_000
/** Events that a follower begins with. */
const BEFORE_MAX = 10

/** Where to begin. */
type Since =
  | { readonly kind: 'serial'; readonly serial: number }
  | { readonly kind: 'ago'; readonly ms: number }
  | { readonly kind: 'moment'; readonly text: string }
  | { readonly kind: 'all' }

/** `svctl events`: what the daemon remembers, and with -f what happens from then on, in order. */
export async function events(context: Context): Promise<ExitCode> {
  const { options } = context
  const since = readSince(options.flags.text('--since'))
  if (since === null) return wrongSince(context)
  const serial = since.kind === 'serial' ? since.serial : 0
  const got = await expect(context, 'svctl.events/v1', await first(context, `events?since=${serial}`))
  if (!got.ok) return got.exit
  const shown = within(got.document, since)
  const chosen = shown.filter((row) => isChosen(row, context.names))
  if (options.flags.has('--follow')) {
    tellLost(context, got.document)
    await show(context, since.kind === 'all' ? chosen.slice(-BEFORE_MAX) : chosen)
    return follow(context, got.document.next)
  }
  if (isStructured(context)) await emit(context, { ...got.document, events: chosen })
  else await show(context, chosen)
  tellLost(context, got.document)
  return EXIT.yes
}

/** A name that means nothing is a mistake; who follows may wait for what comes by it, and is told. */
async function first({ client, names, options, terminal, errPaint }: Context, path: string): Promise<Answer> {
  const answer = await client.get(path, names)
  if (!options.flags.has('--follow') || answer.kind !== 'document') return answer
  const { document } = answer
  if (document.schema !== 'svctl.error/v1' || document.code !== 'UNKNOWN_NAME') return answer
  terminal.err(`${errPaint.yellow('note:')} ${printable(document.message)}; waiting for it\n`)
  return client.get(path)
}

async function follow(context: Context, from: number): Promise<ExitCode> {
  let next = from
  for (;;) {
    const answer = await context.client.get(`events?since=${next}&wait=${WAIT_MS}`)
    const got = await expect(context, 'svctl.events/v1', answer)
    if (!got.ok) return got.exit
    tellLost(context, got.document)
    await show(
      context,
      got.document.events.filter((row) => isChosen(row, context.names)),
    )
    next = got.document.next
  }
}

/** @returns `null` for what is neither a serial number nor a span nor a time */
function readSince(text: string | null): Since | null {
  if (text === null) return { kind: 'all' }
  if (/^\d{1,15}$/.test(text)) return { kind: 'serial', serial: Number(text) }
  const ms = parseDuration(text)
  if (ms !== null) return { kind: 'ago', ms }
  return parseMoment(text, 0) === null ? null : { kind: 'moment', text }
}

function wrongSince(context: Context): Promise<ExitCode> {
  const got = JSON.stringify(context.options.flags.text('--since'))
  const wanted = 'a serial number such as 42, a span such as 10m, or a time such as 14:30 or 2026-01-31T14:30'
  return report(context, failure('BAD_REQUEST', `--since is ${wanted}, got ${got}`))
}

/** By the daemon's clock: it may be another machine's. */
function within({ events: rows, atWallMs }: EventsDocument, since: Since): readonly EventRow[] {
  if (since.kind !== 'ago' && since.kind !== 'moment') return rows
  const fromMs = since.kind === 'ago' ? atWallMs - since.ms : (parseMoment(since.text, atWallMs) ?? 0)
  return rows.filter((row) => row.atWallMs >= fromMs)
}

/** What happened to no process in particular is left out when names are given. */
function isChosen({ type, process, text }: EventRow, names: readonly string[]): boolean {
  if (names.length === 0) return true
  if (process !== null) return isMeant(process, names)
  return type === 'group' && isMeant(text, names)
}

async function show(context: Context, rows: readonly EventRow[]): Promise<void> {
  const { terminal, paint, options } = context
  if (isStructured(context)) {
    for (const row of rows) {
      await emit(context, { schema: 'svctl.event/v1', ...row } satisfies EventDocument, options.output === 'json')
    }
    return
  }
  terminal.out(rows.map((row) => `${eventLine(row, paint)}\n`).join(''))
}

function tellLost({ terminal, errPaint }: Context, { lost }: EventsDocument): void {
  if (lost) terminal.err(`${errPaint.yellow('note:')} some events in between are no longer kept\n`)
}

/** One event as a line: when, to what, what, why. */
export function eventLine(row: EventRow, paint: Paint): string {
  const subject = row.process ?? (row.type === 'group' ? `group ${row.text}` : row.type)
  return `${paint.dim(formatMoment(row.atWallMs))}  ${pad(printable(subject), 20)}  ${eventText(row, paint)}`
}

/** What happened and why, without time and name. */
export function eventText({ type, from, to, text, pid }: EventRow, paint: Paint): string {
  const why = text === '' ? '' : `: ${printable(text)}`
  switch (type) {
    case 'process':
      return `${from} -> ${byState(to ?? '', paint)}${pid === null ? '' : `, pid ${pid}`}${why}`
    case 'group':
      return to ?? ''
    case 'daemon':
      return `is ${to}`
    case 'revision':
      return `${to} accepted${why}`
    case 'condition':
      return to === null ? `${from} is over` : `${paint.yellow(to)}${why}`
  }
}

function byState(state: string, paint: Paint): string {
  if (state === 'RUNNING') return paint.green(state)
  if (state === 'BACKOFF' || state === 'UNKNOWN') return paint.yellow(state)
  return state === 'FATAL' ? paint.red(state) : state
}
