import jsonPatch from 'fast-json-patch'
import type { FieldChange, PatchOperation } from '../model/operator.js'
import type { ChangeClass, GroupSpec, ProcessSpec } from '../model/spec.js'

/** Shown instead of a value that may be a secret. */
export const HIDDEN = '<hidden>'

/** How much a change of a field (`stdout.logBytesMax`, `environment.PATH`) disturbs. */
export type ClassOf = (field: string) => ChangeClass

/**
 * Field by field, what differs between two plain JSON values, as RFC 6902 finds it.
 *
 * Environment values and passwords are compared but, unless `secrets` says so, not shown: names stay, values become
 * `<hidden>`. Places are not known here.
 *
 * @returns one entry per changed leaf or list, sorted by field
 */
export function diffFields(from: object, to: object, classOf: ClassOf, secrets = false): readonly FieldChange[] {
  const changes = new Map<string, FieldChange>()
  const shown = secrets ? (_field: string, value: unknown) => value : hidden
  for (const operation of jsonPatch.compare(from, to)) {
    const field = fieldOf(operation.path)
    if (changes.has(field)) continue
    changes.set(field, {
      field,
      from: shown(field, valueAt(from, field)),
      to: shown(field, valueAt(to, field)),
      changeClass: classOf(field),
      at: null,
    })
  }
  return [...changes.values()].sort((a, b) => (a.field < b.field ? -1 : 1))
}

/** Whether a process must be replaced for a spec to take effect. */
export function needsRestart(from: ProcessSpec, to: ProcessSpec, classOf: ClassOf): boolean {
  if (from === to) return false
  return diffFields(from, to, classOf).some(
    ({ changeClass }) => changeClass === 'restart' || changeClass === 'recreate',
  )
}

/**
 * The RFC 6902 patch from one desired state to another, secrets included. The state is
 * `{groups: {NAME: {priority, kind, pool, socket, order: [NAME…], processes: {NAME: spec}}}}`.
 */
export function patchOf(from: readonly GroupSpec[], to: readonly GroupSpec[]): readonly PatchOperation[] {
  return jsonPatch.compare(byNames(from), byNames(to)).map((operation): PatchOperation => {
    // The other operations of the RFC are never the outcome of a comparison.
    if (operation.op === 'add' || operation.op === 'replace')
      return { op: operation.op, path: operation.path, value: operation.value }
    return { op: 'remove', path: operation.path }
  })
}

/** Names of fields and members in a JSON pointer. */
export function pointerParts(pointer: string): readonly string[] {
  return pointer.split('/').slice(1).map(jsonPatch.unescapePathComponent)
}

function byNames(groups: readonly GroupSpec[]): object {
  const named = groups.map(({ name, processes, ...rest }) => {
    const order = processes.map((spec) => spec.name)
    return [name, { ...rest, order, processes: record(processes.map((spec) => [spec.name, spec] as const)) }] as const
  })
  return { groups: record(named) }
}

/** A record that may have a member named `__proto__`. */
function record<T>(pairs: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  return Object.fromEntries(pairs)
}

/** `/stdout/logfile/path` to `stdout.logfile.path`; an index into a list is cut off, lists are shown whole. */
function fieldOf(pointer: string): string {
  const parts = pointerParts(pointer)
  const index = parts.findIndex((part) => /^\d+$/.test(part))
  // Environment names may be anything, even digits; everything else with a numeric part is a list.
  const whole = parts[0] === 'environment' || index < 0 ? parts : parts.slice(0, index)
  return whole.join('.')
}

function valueAt(root: object, field: string): unknown {
  if (field.startsWith('environment.')) {
    const environment: unknown = (root as { environment?: unknown }).environment
    return (environment as Record<string, unknown> | undefined)?.[field.slice('environment.'.length)] ?? null
  }
  let value: unknown = root
  for (const part of field.split('.')) {
    if (typeof value !== 'object' || value === null) return null
    value = (value as Record<string, unknown>)[part]
  }
  return value ?? null
}

function hidden(field: string, value: unknown): unknown {
  const secret = field.startsWith('environment') || field.includes('password')
  return secret && value !== null ? HIDDEN : value
}
