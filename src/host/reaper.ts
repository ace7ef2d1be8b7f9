import type { ExitStatus } from '../model/event.js'
import { exitOf } from './foreign.js'
import { reap } from './native/posix.js'

/** Takes the status of every child of this process, and of every orphan that comes to us. */
export interface Reaper {
  /** From now on, and of those that have ended already. */
  listen(): void
  /** Leaves them to the kernel until `listen`. */
  stop(): void
  /** This one is no program: `ended` hears of its end instead. */
  onEnd(pid: number, ended: (status: ExitStatus) => void): void
}

/** @param ended - of all for which nobody asked with `onEnd` */
export function createReaper(ended: (pid: number, status: ExitStatus) => void): Reaper {
  const helpers = new Map<number, (status: ExitStatus) => void>()
  let firstSweep: NodeJS.Immediate | null = null

  const sweep = () => {
    for (let next = reap(); next !== null; next = reap()) {
      const helper = helpers.get(next.pid)
      helpers.delete(next.pid)
      if (helper === undefined) ended(next.pid, exitOf(next))
      else helper(exitOf(next))
    }
  }

  return {
    listen() {
      process.on('SIGCHLD', sweep)
      firstSweep = setImmediate(sweep) // children that ended before we listened
    },
    stop() {
      process.off('SIGCHLD', sweep)
      if (firstSweep !== null) clearImmediate(firstSweep)
    },
    onEnd: (pid, helper) => void helpers.set(pid, helper),
  }
}
