import { changeClassOf } from '../config/fields.js'
import type { ChangeClass } from '../model/spec.js'

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
