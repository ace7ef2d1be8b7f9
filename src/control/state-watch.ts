import type { Clock, StateStore } from '../model/ports.js'
import type { Trouble } from './trouble.js'

/** Sees to it that what outlives the daemon is there: folders are removed, and disks are full or read-only for a while. */
export interface StateWatch {
  /** The store, of whose failures people are told. */
  readonly state: StateStore
  /** Begins to look now and then. @param restore - writes again what is missing @param looked - called each time */
  begin(restore: () => void, looked?: () => void): void
  close(): void
}

const LOOK_MS = 10_000

/**
 * @param trouble - is set as long as something cannot be written
 * @param named - somebody chose the place, and counts on it; else it is no trouble that there never was one
 */
export function createStateWatch(
  store: StateStore,
  clock: Pick<Clock, 'monotonicMs' | 'wakeAt'>,
  trouble: () => Trouble,
  named: boolean,
): StateWatch {
  /** Names that were written and not removed. */
  const written = new Set<string>()
  let cancel = () => {}

  function tell(): void {
    const never = written.size === 0 && store.list().length === 0
    const problem = never && !named ? null : store.problem()
    trouble().set(problem === null ? null : `history and holds would not outlive the daemon: ${problem}`)
  }

  function look(restore: () => void, looked: () => void): void {
    const there = new Set(store.list())
    const complete = [...written].every((name) => there.has(name))
    if (!complete || store.problem() !== null) restore()
    looked()
    cancel = clock.wakeAt(clock.monotonicMs() + LOOK_MS, () => look(restore, looked))
  }

  return {
    state: {
      ...store,
      write(name, bytes) {
        const done = store.write(name, bytes)
        if (done) written.add(name)
        if (store.directory !== null) tell()
        return done
      },
      remove(name) {
        written.delete(name)
        store.remove(name)
      },
    },
    begin(restore, looked = () => {}) {
      if (store.directory === null) return
      looked()
      cancel = clock.wakeAt(clock.monotonicMs() + LOOK_MS, () => look(restore, looked))
    },
    close: () => cancel(),
  }
}
