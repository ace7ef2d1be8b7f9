import type { ExitStatus } from '../model/event.js'
import type { Foreign } from './foreign.js'

/** How often they are looked at, ms; most ends are seen by that of their output. */
const LOOK_MS = 100

/** Looks out for the ends of processes that are not our children: nobody tells us of them. */
export interface ForeignWatch {
  /** Now, and from then on as long as there are any. */
  look(): void
  /** One may have ended. */
  lookSoon(): void
  stop(): void
}

/**
 * @param processes - all there are, those of our own with `null`
 * @param ended - of each that has ended; it must be none of `processes` from then on
 */
export function createForeignWatch<P extends { readonly foreign: Foreign | null }>(
  processes: () => Iterable<P>,
  ended: (process: P, status: ExitStatus) => void,
): ForeignWatch {
  let timer: NodeJS.Timeout | null = null

  const stop = () => {
    if (timer !== null) clearTimeout(timer)
    timer = null
  }

  const look = () => {
    stop()
    let left = false
    for (const one of [...processes()]) {
      const status = one.foreign?.ended()
      if (status) ended(one, status)
      else if (one.foreign) left = true
    }
    if (left) timer = setTimeout(look, LOOK_MS)
  }

  return {
    look,
    lookSoon() {
      if (timer !== null) setImmediate(look)
    },
    stop,
  }
}
