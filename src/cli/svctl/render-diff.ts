import type { ChangeRow, DiffDocument } from '../../api/json/documents.js'
import { assertNever } from '../../model/assert.js'
import type { FieldChange } from '../../model/operator.js'
import { type Paint, printable } from './paint.js'
import { pad, width } from './table.js'

type Effect = ChangeRow['effect']

/** The whole answer of diff for a person. @param applyCommand - what applies exactly this */
export function renderDiff(document: DiffDocument, paint: Paint, applyCommand: string): string {
  if (!hasChanges(document))
    return `${printable(document.file)} changes nothing in revision ${document.acceptedRevision}\n`
  const clusters = cluster(document.processes)
  const columns = Math.max(0, ...clusters.map((rows) => width(title(rows)))) + 2
  const lines = [
    `${printable(document.file)} against revision ${document.acceptedRevision}`,
    '',
    ...clusters.flatMap((rows) => clusterLines(rows, columns, paint)),
    ...groupLines(document, paint),
    ...daemonLines(document.daemonFields, paint),
    ...(clusters.length + document.daemonFields.length > 0 ? [''] : []),
    summarise(document),
  ]
  if (document.notShown > 0) lines.push(`${count(document.notShown, 'more change')} not shown: of processes not named`)
  if (document.guard !== null) {
    lines.push(paint.red(`held back: ${printable(document.guard.message)}`))
  }
  lines.push(`to apply${document.notShown > 0 ? ' all of it' : ''}: ${paint.bold(applyCommand)}`)
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

/** Rows that say the same of neighbours of one group, so that twenty equal workers are one entry. */
function cluster(rows: readonly ChangeRow[]): readonly (readonly ChangeRow[])[] {
  const clusters = new Map<string, ChangeRow[]>()
  for (const row of rows) {
    const same = JSON.stringify([row.group, row.effect, row.change, row.fields])
    const rowsSoFar = clusters.get(same)
    if (rowsSoFar) rowsSoFar.push(row)
    else clusters.set(same, [row])
  }
  return [...clusters.values()]
}

function title(rows: readonly ChangeRow[]): string {
  const first = printable(rows[0]?.name ?? '')
  if (rows.length === 1) return first
  if (rows.length === 2) return `${first}, ${printable(rows[1]?.name ?? '')}`
  return `${first} … ${printable(rows.at(-1)?.name ?? '')} (${rows.length})`
}

function clusterLines(rows: readonly ChangeRow[], columns: number, paint: Paint): readonly string[] {
  const [row] = rows
  if (!row) return []
  const { sign, colour } = {
    added: { sign: '+', colour: paint.green },
    removed: { sign: '-', colour: paint.red },
    changed: { sign: '~', colour: paint.yellow },
  }[row.change]
  const head = `${colour(`${sign} ${pad(title(rows), columns)}`)}${effectText(row)}`
  return [head, ...fieldLines(row.fields, paint)]
}

function effectText({ effect, change }: ChangeRow): string {
  switch (effect) {
    case 'start':
    case 'stop':
    case 'restart':
      return effect
    case 'reconfigure':
      return 'reconfigure, no restart'
    case 'held':
      return 'held by the operator: stays as it is until started or released'
    case 'none':
      if (change === 'added') return 'added, not started by itself'
      return change === 'removed' ? 'removed, nothing runs' : 'no effect until its next start'
    default:
      return assertNever(effect)
  }
}

function fieldLines(fields: readonly FieldChange[], paint: Paint): readonly string[] {
  const columns = Math.max(0, ...fields.map(({ field }) => width(printable(field)))) + 2
  return fields.map(({ field, from, to }) => {
    const name = pad(printable(field), columns)
    return `    ${name}${paint.red(showValue(from))} → ${paint.green(showValue(to))}`
  })
}

/** Groups that changed in themselves (priority, order of members), with no process to show it. */
function groupLines(document: DiffDocument, paint: Paint): readonly string[] {
  if (document.notShown > 0) return []
  const shown = new Set(document.processes.map(({ group }) => group))
  const { added, changed, removed } = document.groups
  const lines = (names: readonly string[], sign: string, colour: (text: string) => string, text: string) =>
    names.filter((name) => !shown.has(name)).map((name) => `${colour(`${sign} group ${printable(name)}`)}  ${text}`)
  return [
    ...lines(added, '+', paint.green, 'added, without processes'),
    ...lines(changed, '~', paint.yellow, 'changed in itself, its processes are not touched'),
    ...lines(removed, '-', paint.red, 'removed, without processes'),
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
