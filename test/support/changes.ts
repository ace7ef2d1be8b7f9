import { splitKey } from '../../src/model/names.js'
import type { FieldChange, ProcessChange } from '../../src/model/operator.js'

/** A row of a diff with every field, for tests that care about a few; its program is named like the process. */
export function changeOf(
  fields: Pick<ProcessChange, 'key' | 'effect' | 'change'> & Partial<ProcessChange>,
): ProcessChange {
  return { program: splitKey(fields.key).name, fields: [], at: null, steps: [], worstMs: 0, hold: null, ...fields }
}

/** A changed field whose place is not known. */
export function fieldChange(
  field: string,
  from: unknown,
  to: unknown,
  changeClass: FieldChange['changeClass'] = 'restart',
): FieldChange {
  return { field, from, to, changeClass, at: null }
}
