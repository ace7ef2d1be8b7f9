import type { ProcessHost } from '../host/processes.js'
import type { GroupSpec } from '../model/spec.js'

/**
 * Opens and closes the socket of a group once, as the original does when it makes a group.
 *
 * Only an fcgi-program that is its own group counts: in a `[group:x]` the original has no socket, so a file that works
 * there must not end a start here.
 *
 * @returns why the socket cannot be had; `null` when it can, or there is none
 * @see spec/events.md section 6, start-up check
 */
export function checkSocketOf(host: Pick<ProcessHost, 'checkSocket'>, group: GroupSpec | undefined): string | null {
  const [first] = group?.processes ?? []
  if (!group?.socket || !first) return null
  return host.checkSocket(
    { ...group.socket, purpose: 'fastcgi', sharedBy: `${first.group}:${first.program}` },
    first.uid,
  )
}
