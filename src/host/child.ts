import type { ProcessKey } from '../model/names.js'
import type { SharedSocket } from '../model/ports.js'
import { type Foreign, watchForeign } from './foreign.js'
import type { ChildState } from './host-state.js'
import type { Stream } from './plumbing.js'
import type { Pump } from './pump.js'
import { createStdin, type StdinPipe } from './stdin.js'

/** One live process with our ends of its pipes. */
export interface Child {
  readonly key: ProcessKey
  readonly pid: number
  readonly uid: number | null
  readonly streams: readonly Stream[]
  /** One for each stream, `null` for one that is over; none before they are read. */
  pumps: readonly (Pump | null)[]
  readonly stdin: StdinPipe | null
  readonly sockets: readonly SharedSocket[]
  readonly withheld: readonly SharedSocket[]
  /** Set for one that is not our child. */
  readonly foreign: Foreign | null
}

/** One as it was handed over; nothing is read or written yet. */
export function adoptChild(handed: ChildState, streams: readonly Stream[]): Child {
  const { key, pid, uid, stdin, sockets, withheld, startedAt } = handed
  return {
    key,
    pid,
    uid,
    streams,
    pumps: [],
    stdin: stdin && createStdin(stdin.fd),
    sockets,
    withheld: withheld ?? [],
    foreign: startedAt === undefined ? null : watchForeign(pid, startedAt),
  }
}

/** One to hand over. Not in a turn that wrote to it. */
export function stateOf({ key, pid, uid, streams, pumps, stdin, sockets, withheld, foreign }: Child): ChildState {
  const input = stdin?.state() ?? null
  return {
    key,
    pid,
    uid,
    streams: streams.map(({ channel, log }, i) => ({
      channel,
      read: pumps[i]?.state()?.fd ?? null,
      log: log.state(),
    })),
    stdin: input && { fd: input.fd, waiting: Buffer.from(input.waiting).toString('base64') },
    sockets,
    ...(withheld.length > 0 ? { withheld } : {}),
    ...(foreign ? { startedAt: foreign.startedAt } : {}),
  }
}
