import { displayName, type ProcessKey, processKey, splitKey, splitName } from '../../model/names.js'
import type { DiffReport, FieldChange, PatchOperation, ProcessChange } from '../../model/operator.js'
import type { Scales } from '../../model/spec.js'
import { pointerParts } from '../../reconcile/diff.js'
import type { ChangeRow, DiffDocument } from './diff-document.js'
import { holdRow, scaleRows } from './overrides.js'
import { hideSecrets } from './secrets.js'
import { type UnknownName, unknownName } from './select.js'

/** What a diff document is to show. */
export interface DiffView {
  /**
   * Limits the rows to these processes (`g:p`, `g:*`, `x`, `all`); a bare group name of a changed group is taken too,
   * since a program that is about to appear has no processes yet. None means all.
   */
  readonly names: readonly string[]
  /** Whether the file that was compared is one that the caller named. */
  readonly candidate: boolean
  /** The former revision that was compared, if it was one. */
  readonly revision?: number
  /** Leaves secrets in, if the report has them. */
  readonly secrets?: boolean
}

/** The accepted state that names are looked up in. */
export interface Accepted {
  config(): { readonly file: string }
  /** Numbers of processes that are compared with in place of the file's; absent for two files. */
  scales?(): Scales
  group(name: string): AcceptedGroup | null
  /** All of them; absent where only names are known. */
  groups?(): readonly AcceptedGroup[]
}

interface AcceptedGroup {
  readonly spec: { readonly name: string }
  readonly processes: readonly { readonly spec: { readonly name: string } }[]
}

/** What a revision would change. */
export function diffDocument(
  accepted: Accepted,
  report: DiffReport,
  { names, candidate, revision, secrets = false }: DiffView,
): DiffDocument {
  const named = (change: ProcessChange) => names.length === 0 || names.some((name) => means(name, change))
  const shown = report.processes.filter(named)
  const keys = new Set(shown.map(({ key }) => key))
  const hide = secrets ? (field: FieldChange) => field : hideSecrets
  const groups = new Set(shown.map(({ key }) => splitKey(key).group))
  const rows = shown.map((change) => changeRow(change, hide))
  return {
    schema: 'svctl.diff/v1',
    acceptedRevision: report.acceptedRevision,
    acceptedFile: accepted.config().file,
    file: report.file,
    candidate: { ...report.candidate, inPlace: !candidate && revision === undefined, revision: revision ?? null },
    groups: report.changes,
    processes: rows,
    groupFields: report.groupFields
      .filter(({ group }) => names.length === 0 || groups.has(group))
      .map(({ group, fields }) => ({ group, fields: fields.map(hide) })),
    daemonFields: report.daemonFields.map(hide),
    plan: report.plan.flatMap(({ key, ...step }) => (keys.has(key) ? [{ name: nameOf(key), ...step }] : [])),
    worstMs: longest(rows),
    patch:
      report.patch
        ?.filter((operation) => names.length === 0 || touches(operation, keys, groups))
        .map((operation) => hidePatch(operation, hide)) ?? null,
    untouched: report.untouched,
    guard: report.guard,
    scales: scaleRows(accepted.scales?.() ?? {}),
    unknown: names
      .filter((name) => !isKnown(accepted, report, name))
      .map((name): UnknownName => unknownName(accepted, name)),
    notShown: report.processes.length - shown.length,
  }
}

/** The name people type for a key. */
export function nameOf(key: ProcessKey): string {
  const { group, name } = splitKey(key)
  return displayName(group, name)
}

type Hide = (field: FieldChange) => FieldChange

function changeRow(
  { key, program, effect, change, fields, at, steps, worstMs, hold }: ProcessChange,
  hide: Hide,
): ChangeRow {
  const { group, name } = splitKey(key)
  return {
    name: displayName(group, name),
    group,
    program,
    effect,
    change,
    fields: fields.map(hide),
    at,
    steps: steps.map(({ step }) => step),
    worstMs,
    hold: holdRow(hold),
  }
}

function longest(rows: readonly ChangeRow[]): number | null {
  return rows.reduce<number | null>(
    (most, { worstMs }) => (most === null || worstMs === null ? null : Math.max(most, worstMs)),
    0,
  )
}

/** Whether an operation is about one of these processes, or about one of these groups as a whole. */
function touches({ path }: PatchOperation, keys: ReadonlySet<ProcessKey>, groups: ReadonlySet<string>): boolean {
  const [, group = '', part, process] = pointerParts(path)
  return part === 'processes' && process !== undefined ? keys.has(processKey(group, process)) : groups.has(group)
}

/** The place of a value in a patch names it as a field does. */
function hidePatch(operation: PatchOperation, hide: Hide): PatchOperation {
  if (!('value' in operation)) return operation
  // Names of groups and processes say nothing about what is secret in them.
  const [, , ...parts] = pointerParts(operation.path)
  const field = parts[0] === 'processes' ? parts.slice(2).join('.') : parts.join('.')
  return { ...operation, value: hide({ field, from: null, to: operation.value, changeClass: 'live', at: null }).to }
}

function means(name: string, { key }: ProcessChange): boolean {
  if (name === 'all' || name === key) return true
  const wanted = splitName(name)
  const { group, name: process } = splitKey(key)
  if (wanted.group !== group) return false
  return wanted.process === null || wanted.process === process || name === group
}

/** Whether a name means something in the accepted revision or in the change. */
function isKnown(accepted: Accepted, report: DiffReport, name: string): boolean {
  if (name === 'all' || report.processes.some((change) => means(name, change))) return true
  const wanted = splitName(name)
  const group = accepted.group(wanted.group)
  if (group === null) return false
  return (
    wanted.process === null ||
    name === group.spec.name ||
    group.processes.some((view) => view.spec.name === wanted.process)
  )
}
