import type { Control } from '../control/control.js'
import type { LogPathState } from '../control/log-paths.js'
import type { RuntimeState } from '../control/runtime.js'
import { NO_OVERRIDES } from '../desired/overrides.js'
import { bootId, pipeOf, reopenPipe, startedAt } from '../host/foreign.js'
import type { ChildState, HostState } from '../host/host-state.js'
import { identify, type LeftSocket, takeBack } from '../host/left-sockets.js'
import type { ChannelState } from '../host/logs/channel.js'
import type { ProcessHost } from '../host/processes.js'
import { type OpenedSocket, socketKey } from '../host/shared-sockets.js'
import type { Channel } from '../model/event.js'
import type { ProcessKey } from '../model/names.js'
import type { ProcessObserved } from '../model/observed.js'
import type { Clock, StateStore } from '../model/ports.js'
import type { ProcessSpec } from '../model/spec.js'

/*
 * What a daemon that is killed leaves behind: a small file says that it was there, and which processes outlive it
 * (`on_daemon_death=keep`). The next daemon goes on with these: it opens the pipes they hold by /proc and watches them.
 */

const FILE = 'daemon.json'
const FORMAT = 1

interface DaemonFile {
  readonly format: typeof FORMAT
  /** Numbers and times of processes mean nothing after a boot. */
  readonly boot: string
  readonly daemon: { readonly pid: number; readonly startedAt: string }
  readonly processes: readonly LeftProcess[]
}

interface LeftProcess {
  readonly key: ProcessKey
  readonly pid: number
  readonly startedAt: string
  readonly uid: number | null
  /** `pipe` says which one was in the process's descriptor of that stream. */
  readonly streams: readonly { readonly channel: Channel; readonly pipe: string; readonly log: ChannelState }[]
  readonly stdin: string | null
  /** Absent where an older version wrote it. */
  readonly sockets?: readonly LeftSocket[]
  readonly seen: ProcessObserved
  /** What it was started from. */
  readonly spec: ProcessSpec
}

/** A daemon that did not end in order. */
export interface Died {
  readonly pid: number
  /** As `Relative` has it. */
  readonly startedAt: number
}

/** What the daemon before this one has left. */
export interface Left {
  /** `null` when it ended in order, or is still there. */
  readonly died: Died | null
  /** Programs that it meant to outlive it, whether they did or not. */
  readonly kept: ReadonlySet<ProcessKey>
  /** Processes that go on; `null` for none. */
  readonly processes: { readonly host: HostState; readonly runtime: RuntimeState } | null
  /** For the activity log. */
  readonly notes: readonly string[]
  /** Log files that are in use. */
  readonly logs: ReadonlySet<string>
}

const NOTHING: Left = { died: null, kept: new Set(), processes: null, notes: [], logs: new Set() }

/** Finds what is left, and opens our ends of its pipes; nothing is read from them yet. */
export function findLeft(state: Pick<StateStore, 'read'>): Left {
  const file = readFile(state.read(FILE))
  if (file === null || file.boot !== bootId()) return NOTHING
  const { daemon } = file
  // Another daemon with our state directory: whether there may be two is found out elsewhere, but these are its.
  if (startedAt(daemon.pid) === daemon.startedAt) return NOTHING
  const died = { pid: daemon.pid, startedAt: Number(daemon.startedAt) }
  const kept = new Set(file.processes.map(({ key }) => key))
  const alive = file.processes.filter((one) => startedAt(one.pid) === one.startedAt)
  const gone = file.processes.filter((one) => !alive.includes(one))
  const notes = [
    ...gone.map(({ spec, pid }) => `'${spec.name}' (pid ${pid}) ended while no daemon was there`),
    ...alive.map(({ spec, pid }) => `going on with '${spec.name}' (pid ${pid}), which the daemon before has left`),
  ]
  const logs = new Set(alive.flatMap(({ streams }) => streams.flatMap(({ log }) => log.request.path ?? [])))
  if (alive.length === 0) return { died, kept, processes: null, notes, logs }
  const { opened, missed } = takeBack(alive.map(({ pid, sockets = [] }) => ({ pid, sockets })))
  const unshared = missed.map(
    ({ pid, socket, why }) =>
      `cannot have ${socket.url} back from pid ${pid}: ${why}; it is opened anew once the address is free`,
  )
  const processes = { host: hostState(alive, opened), runtime: runtimeState(alive) }
  return { died, kept, processes, notes: [...notes, ...unshared], logs }
}

function hostState(left: readonly LeftProcess[], opened: readonly OpenedSocket[]): HostState {
  const had = new Set(opened.map(({ socket }) => socketKey(socket)))
  const children = left.map(({ key, pid, startedAt: started, uid, streams, stdin, sockets = [] }): ChildState => {
    const given = sockets.map(({ socket }) => socket)
    const withheld = given.filter((socket) => !had.has(socketKey(socket)))
    const input = stdin === null ? null : reopenPipe(pid, 0, stdin, 'write')
    return {
      key,
      pid,
      startedAt: started,
      uid,
      streams: streams.map(({ channel, pipe, log }) => ({
        channel,
        read: reopenPipe(pid, channel === 'stdout' ? 1 : 2, pipe, 'read'),
        log,
      })),
      stdin: input === null ? null : { fd: input, waiting: '' },
      sockets: given.filter((socket) => had.has(socketKey(socket))),
      ...(withheld.length > 0 ? { withheld } : {}),
    }
  })
  return { children, lingering: [], sockets: opened, logs: [] }
}

function runtimeState(left: readonly LeftProcess[]): RuntimeState {
  const byKey = <T>(value: (one: LeftProcess) => T): Readonly<Record<ProcessKey, T>> =>
    Object.fromEntries(left.map((one) => [one.key, value(one)]))
  const specs = byKey(({ spec }) => spec)
  return {
    desired: {},
    observed: byKey(({ seen }) => seen),
    specs,
    startedFrom: specs,
    overrides: NO_OVERRIDES,
    logPaths: { paths: {}, autoFiles: autoFiles(left) },
    departures: { processes: left.map(({ key }) => key), groups: [] },
    rollout: { failing: [], atOnce: null },
  }
}

function autoFiles(left: readonly LeftProcess[]): LogPathState['autoFiles'] {
  const named = left.flatMap(({ key, spec, streams }) =>
    streams
      .filter(({ channel }) => spec[channel].logfile.kind === 'auto')
      .map(({ channel, log }) => [`${channel} ${key}`, log.request.path] as const),
  )
  return Object.fromEntries(named)
}

/** Keeps the file up to date. */
export interface LeftWriter {
  /** The daemon ends in order: nothing is left. */
  close(): void
}

/** After a change others mostly follow, ms. */
const WRITE_MS = 20

/** Writes the file now and after each change of a process that would be left. */
export function writeLeft(deps: {
  readonly state: Pick<StateStore, 'write' | 'remove'>
  readonly control: Pick<Control, 'operator' | 'runtimeState'>
  readonly host: Pick<ProcessHost, 'state'>
  readonly clock: Clock
}): LeftWriter {
  const { state, control, host, clock } = deps
  const daemon = { pid: process.pid, startedAt: startedAt(process.pid) ?? '' }
  const boot = bootId()
  let written = ''
  /** Whether there is any process in it. */
  let some = false
  let cancel: (() => void) | null = null

  const write = () => {
    cancel = null
    const processes = leftOf(host.state(), control.runtimeState())
    const file: DaemonFile = { format: FORMAT, boot, daemon, processes }
    some = processes.length > 0
    const text = JSON.stringify(file)
    if (text === written) return
    written = text
    state.write(FILE, new TextEncoder().encode(`${text}\n`))
  }
  /** Few daemons have such a process: all others look at nothing, however much happens. */
  const keeps = (key: ProcessKey | null) => {
    if (key === null) return some
    if (some && written.includes(JSON.stringify(key))) return true
    return control.operator.process(key)?.spec.onDaemonDeath === 'keep'
  }
  const unsubscribe = control.operator.subscribe((key) => {
    if (keeps(key)) cancel ??= clock.wakeAt(clock.monotonicMs() + WRITE_MS, write)
  })
  write()
  return {
    close() {
      unsubscribe()
      cancel?.()
      state.remove(FILE)
    },
  }
}

function leftOf(
  { children, sockets: opened }: HostState,
  { observed, startedFrom }: RuntimeState,
): readonly LeftProcess[] {
  return children.flatMap((child): readonly LeftProcess[] => {
    const [spec, seen] = [startedFrom[child.key], observed[child.key]]
    if (spec?.onDaemonDeath !== 'keep' || seen === undefined) return []
    const started = child.startedAt ?? startedAt(child.pid)
    if (started === null) return []
    const streams = child.streams.flatMap(({ channel, read, log }) => {
      const pipe = read === null ? null : pipeOf(read)
      return pipe === null ? [] : [{ channel, pipe, log: { ...log, ansi: null, capture: null, line: '' } }]
    })
    const stdin = child.stdin === null ? null : pipeOf(child.stdin.fd)
    const sockets = identify(child.sockets, opened)
    const { key, pid, uid } = child
    return [{ key, pid, startedAt: started, uid, streams, stdin, sockets, seen, spec }]
  })
}

function readFile(bytes: Uint8Array | null): DaemonFile | null {
  if (bytes === null) return null
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes)) as DaemonFile
    return value.format === FORMAT ? value : null
  } catch {
    return null // cut off by a crash of the machine: then nothing is left of its processes either
  }
}
