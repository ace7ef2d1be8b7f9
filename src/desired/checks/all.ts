import { type Checked, type Finding, onceEach } from './finding.js'
import { checkListeners } from './listeners.js'
import { checkGroups, checkPrograms } from './programs.js'
import { checkIncludes, checkRepeats } from './repeats.js'
import { checkServers } from './servers.js'
import { checkAddresses, checkLogs } from './sharing.js'

/**
 * Everything that can be said about a configuration that the daemon accepts, without a look at the machine: what is
 * hardly meant, and what cannot work.
 */
export function checkMeaning(checked: Checked): readonly Finding[] {
  return onceEach([
    ...checkIncludes(checked.written, checked.files),
    ...checkRepeats(checked.written),
    ...checkServers(checked),
    ...checkAddresses(checked),
    ...checkGroups(checked),
    ...checkPrograms(checked),
    ...checkListeners(checked),
    ...checkLogs(checked),
  ])
}
