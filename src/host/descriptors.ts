import { closeSync, openSync } from 'node:fs'
import { errnoOf } from './native/errno.js'

/**
 * Whether a file can be opened at all. Without a free descriptor connections are closed unanswered, of which nobody
 * tells us.
 *
 * @returns what is lacking, in a sentence; `null` when nothing is
 */
export function lackOfDescriptors(): string | null {
  try {
    closeSync(openSync('/dev/null', 'r'))
    return null
  } catch (error) {
    const errno = errnoOf(error)
    if (errno !== 'EMFILE' && errno !== 'ENFILE') return null
    const whose = errno === 'EMFILE' ? 'this daemon' : 'the whole machine'
    return `no file descriptor is left for ${whose} (${errno}): clients are turned away and nothing can be started`
  }
}
