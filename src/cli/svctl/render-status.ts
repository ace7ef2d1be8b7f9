import type { ScaleRow } from '../../api/json/overrides.js'
import type { UnknownName } from '../../api/json/select.js'
import type { StatusDocument, StatusRow } from '../../api/json/status.js'
import type { Verdict } from '../../api/json/verdict.js'
import { formatUptime } from '../../model/describe.js'
import { someOf } from '../../model/listing.js'
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
  const head = ['NAME', 'STATE', 'READY', 'PID', 'SINCE', 'RESTARTS', 'LAST EXIT', 'REVISION', 'CPU', 'MEMORY', 'WHY']
  const scales = new Map(document.scales.map((scale) => [scale.program, scaleText(scale)]))
  const rows = document.processes.map((row) => [
    printable(row.name),
    row.state,
    row.ready ? 'yes' : 'no',
    row.pid === 0 ? '-' : String(row.pid),
    since(row, document.atWallMs),
    String(Math.max(0, row.starts - 1)),
    lastExit(row, document.atWallMs),
    spec(row),
    row.usage === null ? '-' : `${row.usage.cpuPercent.toFixed(1)}%`,
    row.usage === null ? '-' : formatBytes(row.usage.rssBytes),
    printable(row.why || (scales.get(row.program) ?? '')) || '-',
  ])
  const [first = '', ...lines] = renderTable([head, ...rows]).split('\n')
  const painted = lines.map((line, i) => byVerdict(paint, document.processes[i]?.verdict)(line))
  return `${unknown}${[paint.bold(first), ...painted].join('\n')}`
}

/** News about the daemon for standard error: what is wrong with the file, what waits for a person. */
export function conditionLines(
  { conditions, atWallMs }: Pick<StatusDocument, 'conditions' | 'atWallMs'>,
  paint: Paint,
): readonly string[] {
  return conditions.map(({ type, message, sinceWallMs }) => {
    const colour = type === 'PendingChange' ? paint.yellow : paint.red
    return `${colour(`${type}:`)} ${printable(message)} (for ${formatUptime(atWallMs - sinceWallMs)})\n`
  })
}

/** Numbers of processes that are not the file's, for standard error. */
export function scaleLines(scales: readonly ScaleRow[], paint: Paint): readonly string[] {
  return scales.map((scale) => `${paint.dim('override:')} ${printable(`${scale.program}: ${scaleText(scale)}`)}\n`)
}

/** Processes that a person keeps down, for standard error: one line for those held alike. */
export function holdLines(rows: readonly StatusRow[], paint: Paint): readonly string[] {
  const held = new Map<string, string[]>()
  for (const { name, why } of rows.filter(({ verdict }) => verdict === 'held')) {
    const alike = held.get(why)
    if (alike === undefined) held.set(why, [name])
    else alike.push(name)
  }
  return [...held].map(
    ([why, alike]) => `${paint.dim('override:')} ${printable(`${someOf(alike, NAMES_SHOWN)}: ${why}`)}\n`,
  )
}

/** Names in one line. */
const NAMES_SHOWN = 5

/** `numprocs 5 by svctl scale (alice), file says 3` */
export function scaleText({ numprocs, by, fileNumprocs }: ScaleRow): string {
  return `numprocs ${numprocs} by ${by}, file says ${fileNumprocs}`
}

/** What to say about a name that matches nothing; the texts are supervisorctl's. */
export function unknownLine({ name, kind }: UnknownName): string {
  return `${name}: ERROR (no such ${kind})`
}

/** For standard error: names that would have worked. */
export function suggestionLines(unknown: readonly UnknownName[]): readonly string[] {
  return unknown.flatMap(({ name, kind, suggestion }) =>
    suggestion === null ? [] : [`${printable(name)} is no ${kind}; did you mean "${printable(suggestion)}"?\n`],
  )
}

function since(row: StatusRow, wallMs: number): string {
  const at = row.pid === 0 ? row.stoppedWallMs : row.startedWallMs
  return at === null ? '-' : formatUptime(wallMs - at)
}

function lastExit({ lastExit: last }: StatusRow, wallMs: number): string {
  return last === null ? '-' : `${last.signal ?? last.code}, ${formatUptime(wallMs - last.wallMs)} ago`
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** `512 B`, `4.2 MiB` */
function formatBytes(bytes: number): string {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  const value = bytes / 1024 ** step
  return `${step === 0 ? value : value.toFixed(1)} ${UNITS[step]}`
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
