import type { StatusDocument, StatusRow, UnknownName, Verdict } from '../../api/json/documents.js'
import { formatUptime } from '../../model/describe.js'
import { type Paint, printable } from './paint.js'
import { pad, renderTable, width } from './table.js'

/**
 * The table as supervisorctl prints it, byte for byte; unknown names come first.
 *
 * @see spec/ctl.md, "status"
 */
export function renderStatus(document: StatusDocument): string {
  const unknown = document.unknown.map((name) => `${unknownLine(name)}\n`).join('')
  return unknown + statusLines(document.processes).join('')
}

/** One line per process, each with its line end. */
export function statusLines(rows: readonly StatusRow[]): readonly string[] {
  const columns = Math.max(30, ...rows.map(({ name }) => width(name))) + 3
  return rows.map(({ name, state, description }) => `${pad(name, columns)}${pad(state, 10)}${description}\n`)
}

/** The table with everything a person asks next. */
export function renderWide(document: StatusDocument, paint: Paint): string {
  const unknown = document.unknown.map((name) => `${unknownLine(name)}\n`).join('')
  if (document.processes.length === 0) return unknown
  const head = ['NAME', 'STATE', 'PID', 'SINCE', 'RESTARTS', 'LAST EXIT', 'SPEC', 'WHY']
  const rows = document.processes.map((row) => [
    printable(row.name),
    row.state,
    row.pid === 0 ? '-' : String(row.pid),
    since(row, document.atWallMs),
    String(Math.max(0, row.starts - 1)),
    lastExit(row),
    spec(row),
    printable(row.why) || '-',
  ])
  const [first = '', ...lines] = renderTable([head, ...rows]).split('\n')
  const painted = lines.map((line, i) => byVerdict(paint, document.processes[i]?.verdict)(line))
  return `${unknown}${[paint.bold(first), ...painted].join('\n')}`
}

/** News about the daemon for standard error: what is wrong with the file, what waits for a person. */
export function conditionLines({ conditions, atWallMs }: StatusDocument, paint: Paint): readonly string[] {
  return conditions.map(({ type, message, sinceWallMs }) => {
    const colour = type === 'PendingChange' ? paint.yellow : paint.red
    return `${colour(`${type}:`)} ${printable(message)} (for ${formatUptime(atWallMs - sinceWallMs)})\n`
  })
}

/** What to say about a name that matches nothing; the texts are supervisorctl's. */
export function unknownLine({ name, kind }: UnknownName): string {
  return `${name}: ERROR (no such ${kind})`
}

/** For standard error: names that would have worked. */
export function suggestionLines(unknown: readonly UnknownName[]): readonly string[] {
  return unknown.flatMap(({ name, suggestion }) =>
    suggestion === null ? [] : [`${printable(name)} is no process; did you mean "${printable(suggestion)}"?\n`],
  )
}

function since(row: StatusRow, wallMs: number): string {
  const at = row.pid === 0 ? row.stoppedWallMs : row.startedWallMs
  return at === null ? '-' : formatUptime(wallMs - at)
}

function lastExit({ exitStatus }: StatusRow): string {
  if (exitStatus === null) return '-'
  return exitStatus === -1 ? 'signal' : String(exitStatus)
}

/** The generation, with the one that runs when that is older. */
function spec({ generation, observedGeneration, pid }: StatusRow): string {
  return pid !== 0 && observedGeneration !== generation ? `${observedGeneration}<${generation}` : String(generation)
}

function byVerdict(paint: Paint, verdict: Verdict | undefined): (text: string) => string {
  switch (verdict) {
    case 'failed':
      return paint.red
    case 'pending':
      return paint.yellow
    case 'held':
      return paint.dim
    default:
      return (text) => text
  }
}
