import type { HistoryDocument, RevisionRow } from '../../api/json/revisions.js'
import { type Context, emit, expect, isStructured } from './context.js'
import { EXIT, type ExitCode } from './exit.js'
import { formatMoment } from './moment.js'
import { type Paint, printable } from './paint.js'
import { renderTable } from './table.js'

/** `svctl history`: the accepted revisions, newest first. */
export async function history(context: Context): Promise<ExitCode> {
  const got = await expect(context, 'svctl.history/v1', await context.client.get('revisions'))
  if (!got.ok) return got.exit
  if (isStructured(context)) await emit(context, got.document)
  else context.terminal.out(renderHistory(got.document, context.paint))
  return EXIT.yes
}

export function renderHistory({ revisions, rollback, volatile, damaged }: HistoryDocument, paint: Paint): string {
  const head = ['', 'REVISION', 'ACCEPTED', 'BY', 'WHAT']
  const rows = revisions.map((row) => [
    row.current ? '*' : '',
    String(row.revision),
    formatMoment(row.acceptedWallMs),
    causeText(row),
    printable(row.summary),
  ])
  const [first = '', ...lines] = renderTable([head, ...rows]).split('\n')
  const notes = [
    ...(rollback === null
      ? []
      : [`rolled back to ${rollback.to}: ${printable(rollback.file)} is not in force until it changes or svctl apply`]),
    ...(damaged === null ? [] : [printable(damaged)]),
    ...(volatile === null ? [] : [`these end with the daemon: ${printable(volatile)}`]),
  ]
  return [paint.bold(first), ...lines].join('\n') + notes.map((note) => `${paint.yellow(note)}\n`).join('')
}

/** What a revision came from, and from whom if that is known. */
export function causeText({ cause, by }: RevisionRow): string {
  return printable(by === null ? cause : `${cause} (${by})`)
}
