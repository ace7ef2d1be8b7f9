import { someOf } from '../model/listing.js'
import { createTrouble, type Trouble, type TroubleDeps } from './trouble.js'

/** Everything that may be wrong with the machine for a while. */
export interface Troubles {
  /** Processes cannot be started. */
  readonly starts: Trouble
  /** Files can be watched only by looking now and then. */
  readonly watch: Trouble
  /** No file can be opened any more. */
  readonly descriptors: Trouble
  /** What outlives the daemon cannot be written. */
  readonly state: Trouble
  /** These logs lose output now. */
  losing(losses: readonly { readonly log: string; readonly errno: string }[]): void
  close(): void
}

/** Makes them all, as they were told of by the program whose place we have taken. */
export function createTroubles(deps: TroubleDeps): Troubles {
  const starts = createTrouble('StartsFailing', 'all processes can be started again', deps)
  const logs = createTrouble('LogsLosing', null, deps)
  const watch = createTrouble('WatchDegraded', 'configuration files are watched again', deps)
  const descriptors = createTrouble('DescriptorsLacking', 'file descriptors are free again', deps)
  const state = createTrouble('StateUnwritable', 'the state directory can be written again', deps)
  return {
    starts,
    watch,
    descriptors,
    state,
    losing(losses) {
      const what = someOf(losses.map(({ log, errno }) => `${log} (${errno})`))
      logs.set(losses.length === 0 ? null : `output is being lost, logs cannot be written: ${what}`)
    },
    close() {
      for (const trouble of [starts, logs, watch, descriptors, state]) trouble.close()
    },
  }
}
