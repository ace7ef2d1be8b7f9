import type { XmlStruct } from '../../api/value.js'
import { displayName } from '../../model/names.js'
import { asListOf } from './session.js'

/** One process as the server describes it; the members that commands use. */
export interface ProcessInfo {
  readonly group: string
  readonly name: string
  readonly state: number
  readonly stateName: string
  readonly description: string
  readonly pid: number
}

/** What came of one process of a verb on many. `status` is a fault code. */
export interface ProcessResult {
  readonly group: string
  readonly name: string
  readonly status: number
  readonly description: string
}

/** Reads a struct of `getProcessInfo`. */
export function readProcessInfo(struct: XmlStruct): ProcessInfo | undefined {
  const { group, name, state, statename, description, pid } = struct
  return typeof group === 'string' &&
    typeof name === 'string' &&
    typeof state === 'number' &&
    typeof statename === 'string' &&
    typeof description === 'string' &&
    typeof pid === 'number'
    ? { group, name, state, stateName: statename, description, pid }
    : undefined
}

export const asProcessInfos = asListOf(readProcessInfo)

export const asProcessResults = asListOf(({ group, name, status, description }): ProcessResult | undefined =>
  typeof group === 'string' && typeof name === 'string' && typeof status === 'number' && typeof description === 'string'
    ? { group, name, status, description }
    : undefined,
)

/** The name people see and type. */
export function nameOf(info: { readonly group: string; readonly name: string }): string {
  return displayName(info.group, info.name)
}
