import { changeClassOf } from '../config/fields.js'
import type { ChangeClass, ProcessSpec } from '../model/spec.js'

/**
 * What a change of a field of `ProcessSpec` disturbs.
 *
 * @param field - dotted path as diffs name it: `startSecs`, `stdout.logfile.path`, `environment.HOME`, `exitCodes.0`
 * @returns the class of the option that fills the field or the object it lies in; `recreate` for fields no option
 *   fills, since they are the identity of the process
 */
export function changeClassOfField(field: string): ChangeClass {
  for (let end = field.length; end > 0; end = field.lastIndexOf('.', end - 1)) {
    const found = changeClassOf(field.slice(0, end))
    if (found !== null) return found
  }
  return 'recreate'
}

/**
 * Whether a process started from one spec has to be replaced to become the other. `priority`, restart policy, log sizes
 * and the like do not.
 */
export function needsRestart(from: ProcessSpec, to: ProcessSpec): boolean {
  return changedFields(from, to).some((field) => {
    const disturbs = changeClassOfField(field)
    return disturbs === 'restart' || disturbs === 'recreate'
  })
}

/**
 * The fields in which two specs differ, sorted.
 *
 * @returns dotted paths, streams and sockets taken apart, lists, environments and log targets whole
 */
export function changedFields(from: ProcessSpec, to: ProcessSpec): readonly string[] {
  const [before, after] = [leaves(from), leaves(to)]
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  return names.filter((name) => before.get(name) !== after.get(name))
}

/** Specs are plain JSON, so equal text is equal value once keys are in order. */
function leaves(spec: ProcessSpec): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const [field, value] of Object.entries(spec)) {
    if (field === 'stdout' || field === 'stderr') {
      for (const [part, inner] of Object.entries(value)) found.set(`${field}.${part}`, canonical(inner))
    } else found.set(field, canonical(value))
  }
  return found
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
