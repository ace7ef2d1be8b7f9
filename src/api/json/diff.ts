import { displayName, type ProcessKey, splitKey, splitName } from '../../model/names.js'
import type { DiffReport, DriftReport, Operator, ProcessChange } from '../../model/operator.js'
import type { ChangeRow, DiffDocument, DriftDocument, UnknownName } from './documents.js'
import { hideSecrets } from './secrets.js'
import { unknownName } from './select.js'

/**
 * What a revision would change, without secrets.
 *
 * @param names - limits the rows to these processes (`g:p`, `g:*`, `x`, `all`); a bare group name of a changed group is
 *   taken too, since a program that is about to appear has no processes yet. None means all.
 */
export function diffDocument(
  operator: Operator,
  report: DiffReport,
  options: { readonly names: readonly string[]; readonly candidate: boolean },
): DiffDocument {
  const { names } = options
  const shown = report.processes.filter((change) => names.length === 0 || names.some((name) => means(name, change)))
  return {
    schema: 'svctl.diff/v1',
    acceptedRevision: report.acceptedRevision,
    acceptedFile: operator.config().file,
    file: report.file,
    candidate: options.candidate,
    groups: report.changes,
    processes: shown.map(changeRow),
    daemonFields: report.daemonFields.map(hideSecrets),
    untouched: report.untouched,
    guard: report.guard,
    unknown: names
      .filter((name) => !isKnown(operator, report, name))
      .map((name): UnknownName => unknownName(operator, name)),
    notShown: report.processes.length - shown.length,
  }
}

/** Accepted revision against processes. */
export function driftDocument(report: DriftReport): DriftDocument {
  return {
    schema: 'svctl.drift/v1',
    revision: report.revision,
    items: report.items.map(({ key, kind, message }) => ({ name: nameOf(key), kind, message })),
    held: report.held.map(nameOf),
  }
}

/** The name people type for a key. */
export function nameOf(key: ProcessKey): string {
  const { group, name } = splitKey(key)
  return displayName(group, name)
}

function changeRow({ key, effect, change, fields }: ProcessChange): ChangeRow {
  const { group, name } = splitKey(key)
  return { name: displayName(group, name), group, effect, change, fields: fields.map(hideSecrets) }
}

function means(name: string, { key }: ProcessChange): boolean {
  if (name === 'all' || name === key) return true
  const wanted = splitName(name)
  const { group, name: process } = splitKey(key)
  if (wanted.group !== group) return false
  return wanted.process === null || wanted.process === process || name === group
}

/** Whether a name means something in the accepted revision or in the change. */
function isKnown(operator: Operator, report: DiffReport, name: string): boolean {
  if (name === 'all' || report.processes.some((change) => means(name, change))) return true
  const wanted = splitName(name)
  const group = operator.group(wanted.group)
  if (group === null) return false
  return (
    wanted.process === null ||
    name === group.spec.name ||
    group.processes.some((view) => view.spec.name === wanted.process)
  )
}
