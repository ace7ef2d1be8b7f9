import type { ChangeRow, DiffDocument } from '../../api/json/diff-document.js'
import { assertNever } from '../../model/assert.js'
import type { Position } from '../../model/diagnostic.js'
import type { FieldChange } from '../../model/operator.js'
import { type Paint, printable } from './paint.js'
import { pad, width } from './table.js'

type Effect = ChangeRow['effect']

/** The whole answer of diff for a person. @param applyCommand - what applies exactly this; `null` when nothing does */
export function renderDiff(document: DiffDocument, paint: Paint, applyCommand: string | null): string {
  if (!hasChanges(document)) return `${subject(document)} changes nothing in ${base(document)}\n`
  const clusters = cluster(document.processes)
  const columns = Math.max(0, ...clusters.map((rows) => width(title(rows)))) + 2
  const lines = [
    `${subject(document)} against ${base(document)}`,
    '',
    ...clusters.flatMap((rows) => clusterLines(rows, columns, paint)),
    ...groupLines(document, paint),
    ...daemonLines(document.daemonFields, paint),
    ...(clusters.length + document.daemonFields.length + document.groupFields.length > 0 ? [''] : []),
    summaryLine(document),
  ]
  if (document.notShown > 0) lines.push(`${count(document.notShown, 'more change')} not shown: of processes not named`)
  if (document.guard !== null) {
    lines.push(paint.red(`held back: ${printable(document.guard.message)}`))
  }
  if (applyCommand !== null) {
    lines.push(`to apply${document.notShown > 0 ? ' all of it' : ''}: ${paint.bold(applyCommand)}`)
  }
  return `${lines.join('\n')}\n`
}

/** Whether there is anything to accept. */
export function hasChanges({ processes, daemonFields, groups, notShown }: DiffDocument): boolean {
  if (processes.length > 0) return true
  // With names the answer is about those only.
  if (notShown > 0) return false
  return daemonFields.length + groups.added.length + groups.changed.length + groups.removed.length > 0
}

/** The last line of a diff: `1 start, 4 restarts, 25 of 31 untouched`. */
export function summarise({ processes, untouched, notShown }: DiffDocument): string {
  const of = (effect: Effect) => processes.filter((row) => row.effect === effect).length
  const parts = [
    ...plural(of('start'), 'start'),
    ...plural(of('stop'), 'stop'),
    ...plural(of('restart'), 'restart'),
    ...(of('reconfigure') > 0 ? [`${of('reconfigure')} reconfigured without a restart`] : []),
    ...(of('none') > 0 ? [`${of('none')} without effect now`] : []),
    ...(of('held') > 0 ? [`${of('held')} held`] : []),
    `${untouched} of ${untouched + processes.length + notShown} untouched`,
  ]
  return parts.join(', ')
}

/** The summary and how long all of it takes. */
export function summaryLine(document: DiffDocument): string {
  const { worstMs } = document
  return summarise(document) + (worstMs ? `; over after ${spanText(worstMs)} at most` : '')
}

/** What is compared, and with what. */
export function subject({ file, candidate }: DiffDocument): string {
  return candidate.revision === null ? printable(file) : `revision ${candidate.revision}`
}

export function base({ acceptedRevision, acceptedFile }: DiffDocument): string {
  return acceptedRevision === 0 ? printable(acceptedFile) : `revision ${acceptedRevision}`
}

/** Rows that say the same of neighbours of one program, so that twenty equal workers are one entry. */
export function cluster(rows: readonly ChangeRow[]): readonly (readonly [ChangeRow, ...ChangeRow[]])[] {
  const clusters = new Map<string, [ChangeRow, ...ChangeRow[]]>()
  for (const row of rows) {
    const same = JSON.stringify([row.group, row.program, row.effect, row.change, row.fields, row.hold])
    const rowsSoFar = clusters.get(same)
    if (rowsSoFar) rowsSoFar.push(row)
    else clusters.set(same, [row])
  }
  return [...clusters.values()]
}

/** `web`, `web_0, web_1` or `web_0 … web_9 (10)`. */
export function title(rows: readonly ChangeRow[]): string {
  const first = printable(rows[0]?.name ?? '')
  if (rows.length === 1) return first
  if (rows.length === 2) return `${first}, ${printable(rows[1]?.name ?? '')}`
  return `${first} … ${printable(rows.at(-1)?.name ?? '')} (${rows.length})`
}

/** `+`, `-` or `~`. */
export const SIGN = { added: '+', removed: '-', changed: '~' } as const satisfies Record<ChangeRow['change'], string>

function clusterLines(rows: readonly [ChangeRow, ...ChangeRow[]], columns: number, paint: Paint): readonly string[] {
  const [row] = rows
  const colour = { added: paint.green, removed: paint.red, changed: paint.yellow }[row.change]
  const details = [effectText(rows), ...whenTexts(rows)].join(', ')
  const where = row.change === 'changed' ? '' : placeText(row.at, paint)
  return [
    `${colour(`${SIGN[row.change]} ${pad(title(rows), columns)}`)}${details}${where}`,
    ...fieldLines(row.fields, paint),
  ]
}

/** What becomes of processes that share it. */
export function effectText(rows: readonly [ChangeRow, ...ChangeRow[]]): string {
  const [{ effect, change, hold }] = rows
  switch (effect) {
    case 'start':
    case 'stop':
    case 'restart':
      return rows.length === 1 ? effect : `${effect} ${rows.length} processes${isRolling(rows) ? ', one by one' : ''}`
    case 'reconfigure':
      return 'reconfigure, no restart'
    case 'held':
      return `${holdText(hold)}: stays as it is until started or released`
    case 'none':
      if (change === 'added') return 'added, not started by itself'
      return change === 'removed' ? 'removed, nothing runs' : 'no effect until its next start'
    default:
      return assertNever(effect)
  }
}

function holdText(hold: ChangeRow['hold']): string {
  if (hold === null) return 'held by the operator'
  return printable(`held (${hold.by}${hold.reason === '' ? '' : `, ${JSON.stringify(hold.reason)}`})`)
}

function isRolling(rows: readonly ChangeRow[]): boolean {
  return new Set(rows.map(({ steps }) => steps[0])).size > 1
}

/** In which steps and how long at most; nothing for what is neither started nor stopped. */
export function whenTexts(rows: readonly ChangeRow[]): readonly string[] {
  const steps = stepsText(rows)
  if (steps === '') return []
  const worst = worstOf(rows)
  return [`step${/^\d+$/.test(steps) ? '' : 's'} ${steps}`, ...(worst === null ? [] : [`at most ${spanText(worst)}`])]
}

/** `1`, `1 and 2` or `1 to 8`. */
export function stepsText(rows: readonly ChangeRow[]): string {
  const steps = [...new Set(rows.flatMap((row) => row.steps))].sort((a, b) => a - b)
  const [first, last] = [steps[0], steps.at(-1)]
  if (first === undefined || last === undefined) return ''
  if (first === last) return String(first)
  return last - first + 1 === steps.length && steps.length > 2 ? `${first} to ${last}` : steps.join(' and ')
}

/** The longest of some processes, ms; `null` when that of one is not known. */
export function worstOf(rows: readonly ChangeRow[]): number | null {
  return rows.some(({ worstMs }) => worstMs === null) ? null : Math.max(...rows.map(({ worstMs }) => worstMs ?? 0))
}

/** `0 s`, `11 s`, `1 min 30 s`, `2 h 5 min`: whole seconds, rounded up. */
export function spanText(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60]
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`
  if (minutes > 0) return rest > 0 ? `${minutes} min ${rest} s` : `${minutes} min`
  return `${rest} s`
}

function fieldLines(fields: readonly FieldChange[], paint: Paint): readonly string[] {
  const columns = Math.max(0, ...fields.map(({ field }) => width(printable(field)))) + 2
  return fields.map(({ field, from, to, at }) => {
    const name = pad(printable(field), columns)
    return `    ${name}${paint.red(showValue(from))} → ${paint.green(showValue(to))}${placeText(at, paint)}`
  })
}

function placeText(at: Position | null, paint: Paint): string {
  return at === null ? '' : `  ${paint.dim(printable(place(at)))}`
}

/** `/etc/supervisord.conf:12` */
export function place({ file, line }: Position): string {
  return `${file}:${line}`
}

/** Groups that changed in themselves (priority, order of members), or that have no process to show it. */
function groupLines(document: DiffDocument, paint: Paint): readonly string[] {
  const own = new Map(document.groupFields.map(({ group, fields }) => [group, fields]))
  const shown = new Set(document.processes.map(({ group }) => group))
  const line = (name: string, sign: string, colour: (text: string) => string, text: string) =>
    `${colour(`${sign} group ${printable(name)}`)}  ${text}`
  const bare = (names: readonly string[]) => (document.notShown > 0 ? [] : names.filter((name) => !shown.has(name)))
  const changed = [...new Set([...own.keys(), ...bare(document.groups.changed)])]
  return [
    ...bare(document.groups.added).map((name) => line(name, '+', paint.green, 'added, without processes')),
    ...changed.flatMap((name) => [
      line(
        name,
        '~',
        paint.yellow,
        shown.has(name) ? 'changed in itself, too' : 'changed in itself, its processes are not touched',
      ),
      ...fieldLines(own.get(name) ?? [], paint),
    ]),
    ...bare(document.groups.removed).map((name) => line(name, '-', paint.red, 'removed, without processes')),
  ]
}

function daemonLines(fields: readonly FieldChange[], paint: Paint): readonly string[] {
  if (fields.length === 0) return []
  return [`${paint.yellow('~ the daemon')}  takes these on only when it is started anew`, ...fieldLines(fields, paint)]
}

/** A field's value: text as it is, what is not set in words, everything else as JSON. */
export function showValue(value: unknown): string {
  if (value === null || value === undefined) return '(unset)'
  if (typeof value !== 'string') return printable(JSON.stringify(value))
  return value === '' || value !== value.trim() ? JSON.stringify(value) : printable(value)
}

function plural(n: number, word: string): readonly string[] {
  return n > 0 ? [count(n, word)] : []
}

/** @returns `1 start`, `4 starts` */
export function count(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? '' : 's'}`
}
