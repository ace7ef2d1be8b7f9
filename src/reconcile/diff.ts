import jsonPatch from 'fast-json-patch'
import type { FieldChange } from '../model/operator.js'
import type { ChangeClass } from '../model/spec.js'

/** Shown instead of a value that may be a secret. */
export const HIDDEN = '<hidden>'

/**
 * Field by field, what differs between two plain JSON values, as RFC 6902 finds it.
 *
 * Environment values and passwords are compared but never shown: names stay, values become `<hidden>`.
 *
 * @param classOf - how much a change of this field (`stdout.logBytesMax`, `environment.PATH`) disturbs
 * @returns one entry per changed leaf or list, sorted by field
 */
export function diffFields(from: object, to: object, classOf: (field: string) => ChangeClass): readonly FieldChange[] {
  const changes = new Map<string, FieldChange>()
  for (const operation of jsonPatch.compare(from, to)) {
    const field = fieldOf(operation.path)
    if (changes.has(field)) continue
    changes.set(field, {
      field,
      from: shown(field, valueAt(from, field)),
      to: shown(field, valueAt(to, field)),
      changeClass: classOf(field),
    })
  }
  return [...changes.values()].sort((a, b) => (a.field < b.field ? -1 : 1))
}

/** `/stdout/logfile/path` to `stdout.logfile.path`; an index into a list is cut off, lists are shown whole. */
function fieldOf(pointer: string): string {
  const parts = pointer.slice(1).split('/').map(jsonPatch.unescapePathComponent)
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

function shown(field: string, value: unknown): unknown {
  const secret = field.startsWith('environment') || field.includes('password')
  return secret && value !== null ? HIDDEN : value
}
