import type { StatusDocument, StatusRow } from '../../api/json/status.js'
import { tellConditions } from './conditions.js'
import { type Context, emit, expect, isStructured } from './context.js'
import { EXIT, type ExitCode } from './exit.js'
import type { Paint } from './paint.js'
import {
  conditionLines,
  holdLines,
  renderStatus,
  renderWide,
  scaleLines,
  statusLines,
  suggestionLines,
} from './render-status.js'

const WATCH_MS = 1000

/** `svctl status`: the table on standard output, news about the daemon on standard error. */
export async function status(context: Context): Promise<ExitCode> {
  if (context.options.flags.has('--watch')) return watch(context)
  const got = await expect(context, 'svctl.status/v1', await context.client.get(pathOf(context), context.names))
  if (!got.ok) return got.exit
  if (isStructured(context)) await emit(context, got.document)
  else context.terminal.out(render(context, got.document))
  await tellNews(context, got.document)
  return statusExit(got.document)
}

/** 0 when every process shown is where it should be or held by a person, 2 for unknown names, else 1. */
export function statusExit({ unknown, processes }: StatusDocument): ExitCode {
  if (unknown.length > 0) return EXIT.usage
  return processes.every(({ verdict }) => verdict === 'ok' || verdict === 'held') ? EXIT.yes : EXIT.no
}

/** Looking at what processes use costs the daemon something: only who shows it asks for it. */
function pathOf(context: Context): string {
  return context.options.output === 'text' ? 'status' : 'status?usage=1'
}

/** CPU as used between two looks, where it is the same process in both. */
export function sinceLast(before: StatusDocument, now: StatusDocument): StatusDocument {
  const spanMs = now.atWallMs - before.atWallMs
  if (spanMs <= 0) return now
  const old = new Map(before.processes.map((row) => [row.name, row]))
  const processes = now.processes.map((row): StatusRow => {
    const last = old.get(row.name)
    if (row.usage === null || !last?.usage || last.pid !== row.pid) return row
    const cpuPercent = Math.round(((row.usage.cpuMs - last.usage.cpuMs) * 1000) / spanMs) / 10
    return { ...row, usage: { ...row.usage, cpuPercent } }
  })
  return { ...now, processes }
}

/** Shows the table until interrupted: in place on a terminal, else what changed as lines. */
async function watch(context: Context): Promise<ExitCode> {
  const { terminal, client, names } = context
  let before: StatusDocument | null = null
  for (;;) {
    const got = await expect(context, 'svctl.status/v1', await client.get(pathOf(context), names))
    if (!got.ok) return got.exit
    if (got.document.unknown.length > 0) {
      terminal.out(render(context, got.document))
      return EXIT.usage
    }
    const now: StatusDocument = before === null ? got.document : sinceLast(before, got.document)
    await show(context, before, now)
    before = got.document
    await terminal.sleep(WATCH_MS)
    if (terminal.interrupted.aborted) return EXIT.interrupted
  }
}

async function show(context: Context, before: StatusDocument | null, now: StatusDocument): Promise<void> {
  const { terminal } = context
  if (isStructured(context)) {
    if (before === null || facts(before) !== facts(now)) await emit(context, now, true)
  } else if (terminal.outIsTty) {
    // Home, the text with each line's rest erased, then everything below: no flicker, unlike clearing first.
    const news = [...conditionLines(now, context.paint), ...overrideLines(context, now, context.paint)]
    const text = render(context, now) + news.join('')
    const first = before === null ? '\u001b[2J' : ''
    terminal.out(`${first}\u001b[H${text.replaceAll('\n', '\u001b[K\n')}\u001b[J`)
  } else {
    const old = new Map(before?.processes.map((row) => [row.name, rowFacts(row)]))
    const changed = now.processes.filter((row) => old.get(row.name) !== rowFacts(row))
    const gone = before?.processes.filter(({ name }) => !now.processes.some((row) => row.name === name)) ?? []
    terminal.out(statusLines(changed).join(''))
    terminal.out(gone.map(({ name }) => `${name}: removed\n`).join(''))
    if (before === null) await tellNews(context, now)
  }
}

/** Everything but what grows by itself. */
function facts({ daemon, conditions, scales, processes }: StatusDocument): string {
  return JSON.stringify([daemon, conditions, scales, processes.map(rowFacts)])
}

function rowFacts({ state, pid, generation, hold, verdict, spawnError, starts }: StatusRow): string {
  return JSON.stringify([state, pid, generation, hold, verdict, spawnError, starts])
}

function render({ options, paint }: Context, document: StatusDocument): string {
  return options.output === 'wide' ? renderWide(document, paint) : renderStatus(document)
}

async function tellNews(context: Context, document: StatusDocument): Promise<void> {
  const { terminal, errPaint } = context
  await tellConditions(context, document)
  for (const line of overrideLines(context, document, errPaint)) terminal.err(line)
  for (const line of suggestionLines(document.unknown)) terminal.err(line)
}

/** What people want beside the file; the wide table says of each process that it is held. */
function overrideLines({ options }: Context, { scales, processes }: StatusDocument, paint: Paint): readonly string[] {
  return [...scaleLines(scales, paint), ...(options.output === 'text' ? holdLines(processes, paint) : [])]
}
