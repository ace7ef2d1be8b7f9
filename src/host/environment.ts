import type { SpawnRequest } from '../model/ports.js'
import { MARK_VARIABLE } from './guard-table.js'

/**
 * What a process finds in its environment: `NAME=value`.
 *
 * Variables of our prefix are how parts of svctl talk to each other: no business of a program. A `LISTEN_PID` of others
 * would hide the one that is added for sockets.
 *
 * @param mark - see `markFor`
 */
export function environmentOf({ environment, listen }: SpawnRequest, mark: string | null): readonly string[] {
  const variables: string[] = mark === null ? [] : [`${MARK_VARIABLE}=${mark}`]
  // Pairs of names and values were a tenth of all memory that a boot of 1,000 programs went through.
  for (const name of Object.keys(environment)) {
    if (name.startsWith('SVCTL_') || (name === 'LISTEN_PID' && listen.length > 0)) continue
    variables.push(`${name}=${environment[name]}`)
  }
  return variables
}
