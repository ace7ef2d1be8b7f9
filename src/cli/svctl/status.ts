import type { StatusDocument, StatusRow } from '../../api/json/documents.js'
import { type Context, emit, expect, isStructured } from './context.js'
import { EXIT, type ExitCode } from './exit.js'
import { conditionLines, renderStatus, renderWide, statusLines, suggestionLines } from './render-status.js'

const WATCH_MS = 1000

/** `svctl status`: the table on standard output, news about the daemon on standard error. */
export async function status(context: Context): Promise<ExitCode> {
  if (context.options.flags.has('--watch')) return watch(context)
  const got = await expect(context, 'svctl.status/v1', await context.client.get('status', context.names))
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

/** Shows the table until interrupted: in place on a terminal, else what changed as lines. */
async function watch(context: Context): Promise<ExitCode> {
  const { terminal, client, names } = context
  let before: StatusDocument | null = null
  for (;;) {
    const got = await expect(context, 'svctl.status/v1', await client.get('status', names))
    if (!got.ok) return got.exit
    if (got.document.unknown.length > 0) {
      terminal.out(render(context, got.document))
      return EXIT.usage
    }
    await show(context, before, got.document)
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
    const text = render(context, now) + conditionLines(now, context.paint).join('')
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
function facts({ daemon, conditions, processes }: StatusDocument): string {
  return JSON.stringify([daemon, conditions, processes.map(rowFacts)])
}

function rowFacts({ state, pid, generation, held, verdict, spawnError, starts }: StatusRow): string {
  return JSON.stringify([state, pid, generation, held, verdict, spawnError, starts])
}

function render({ options, paint }: Context, document: StatusDocument): string {
  return options.output === 'wide' ? renderWide(document, paint) : renderStatus(document)
}

async function tellNews({ terminal, errPaint }: Context, document: StatusDocument): Promise<void> {
  const lines = conditionLines(document, errPaint)
  for (const [i, line] of lines.entries()) {
    terminal.err(line)
    const diagnostics = document.conditions[i]?.diagnostics ?? []
    if (diagnostics.length === 0) continue
    const { renderDiagnostics } = await import('../../config/render.js')
    terminal.err(`${renderDiagnostics(diagnostics, { color: errPaint.on })}\n`)
  }
  for (const line of suggestionLines(document.unknown)) terminal.err(line)
}
