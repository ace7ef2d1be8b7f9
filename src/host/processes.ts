import type { ExitStatus } from '../model/event.js'
import type { ProcessKey } from '../model/names.js'
import type { CommandLookup, Host, SharedSocket, SignalResult, SpawnRequest, SpawnResult } from '../model/ports.js'
import { attributesOf } from './attributes.js'
import { adoptChild, type Child, stateOf } from './child.js'
import { environmentOf } from './environment.js'
import { createEventQueue } from './event-queue.js'
import { changeOfUser, failureReason, forkError, isPassing, plumbingError } from './failure.js'
import { createForeignWatch } from './foreign-watch.js'
import { createGuard } from './guard.js'
import { markFor } from './guard-table.js'
import { type HelperRequest, type HelperResult, runHelper } from './helper.js'
import type { ChildState, HostState } from './host-state.js'
import { createLingering } from './lingering.js'
import { createAutoLogFile } from './logs/auto.js'
import { dropUnclaimedLogs } from './logs/handed-on.js'
import { openLogs, removeLogs } from './logs/logfile.js'
import { lossStates } from './logs/losses.js'
import type { SinkDeps } from './logs/sink.js'
import { lookUpCommand } from './lookup.js'
import { becomeSubreaper, failureOf, spawn } from './native/posix.js'
import { adoptStreams, createPlumbing, type OutputEvents, type Stream, writeFailure } from './plumbing.js'
import { createProgramSockets } from './program-sockets.js'
import { createPump, type Pump } from './pump.js'
import { createReaper } from './reaper.js'
import { type SocketOwner, socketKey } from './shared-sockets.js'
import { createStdin } from './stdin.js'
import type { SendSyslog } from './syslog.js'
import type { HostUsers } from './users.js'

/** What the host is made from. */
export interface HostOptions {
  readonly users: HostUsers
  readonly syslog: SendSyslog
  /** Soft limit of open files in children, -1 for our own; Node has raised ours. See `childFileLimit`. */
  readonly childFileLimit: number
  /** Signal that children get when the daemon dies, 0 for none. */
  readonly deathSignal: number
  /** Takes a line about a socket that is opened or closed at once; without it they come as events, later. */
  readonly tell?: (text: string) => void
  /** An open file, the program of the guard; `null` goes without. */
  readonly guard?: number | null
  /** What children carry whose environment names no server of ours; absent for nothing. See `markFor`. */
  readonly mark?: string | null
  /** Where AUTO logs are made and what names them; asked each time. */
  readonly autoLogs: () => { readonly directory: string; readonly identifier: string }
}

/** The host of a daemon. There can be one per process: it takes the status of every child. */
export interface ProcessHost extends Host {
  /**
   * Opens and closes the socket of an fcgi-program, to find out early that it cannot be had.
   *
   * @param uid - of the programs, `null` for ours
   * @returns why not, in the original's words
   */
  checkSocket(socket: SharedSocket, uid: number | null): string | null
  /** Runs a program of ours, which is no process of the table, to its end. */
  run(request: HelperRequest): Promise<HelperResult>
  /** Every live process with its pipes, for a program that takes our place. Not in a turn that wrote to one. */
  state(): HostState
  /** Whether this child of ours is no program and stays for as long as we do. */
  isGuard(pid: number): boolean
  /** Reads no output and reaps nobody until `resume`; pipes and the kernel keep it. */
  pause(): void
  resume(): void
  /** Whether everything that was seen has been told. */
  idle(): boolean
  /** Begins to read the output and hear of the ends of the processes that were handed over; else done from the start. */
  begin(): void
  /** Stops listening for children that end, and lets the guard go. Processes and their logs stay as they are. */
  close(): void
}

/**
 * Runs processes on this machine.
 *
 * A status is reported after all output of the process, as one `exited` event. Orphans of our processes come to us and
 * are reaped. Nothing else in this process may wait for children: `node:child_process` must not be used beside it.
 *
 * @param before - what the program had whose place we take (its logs are taken on already, see `takeOnLogs`); nothing is
 *   read or reaped before `begin`
 */
export function createHost(options: HostOptions, before?: HostState): ProcessHost {
  const byKey = new Map<ProcessKey, Child>()
  const byPid = new Map<number, Child>()
  const lingering = createLingering()
  const events = createEventQueue()
  const notice = (level: 'error' | 'warn' | 'info' | 'debug', text: string) =>
    events.emit({ type: 'notice', level, text })
  const sinkDeps: SinkDeps = { syslog: options.syslog, notice }
  const sockets = createProgramSockets(options.tell ?? ((text) => notice('info', text)))

  const subreaper = process.pid === 1 ? null : becomeSubreaper()
  if (subreaper?.ok === false) notice('warn', `orphans of programs will not be reaped: ${subreaper.text}`)

  const reaper = createReaper((pid, status) => {
    const child = byPid.get(pid)
    if (child === undefined) events.emit({ type: 'reaped-unknown', pid, status })
    else finish(child, status)
  })
  const handedOn = new Set(before?.children.map(({ key }) => key))
  const guard =
    options.guard == null
      ? null
      : createGuard({ executable: options.guard, notice, onEnd: reaper.onEnd }, before?.guard, handedOn)

  const finish = (child: Child, status: ExitStatus) => {
    byPid.delete(child.pid)
    byKey.delete(child.key)
    guard?.ended(child.key)
    child.foreign?.close()
    for (const pump of child.pumps) if (pump !== null && !pump.finish()) lingering.add(pump)
    for (const { log } of child.streams) {
      log.end()
      log.sink.close()
    }
    child.stdin?.close()
    // Closed before anybody hears of the end, but told after it, and before anything is started again.
    sockets.releaseQuietly(child.sockets)
    events.emit({ type: 'exited', key: child.key, pid: child.pid, status })
    sockets.tellSoon()
  }
  const foreigners = createForeignWatch(() => byKey.values(), finish)

  /** Who gets the socket files of programs that run as `uid`. */
  const ownerFor = (uid: number | null): SocketOwner => {
    const user = changeOfUser(uid, options.users)
    return user.kind === 'become' ? user : null
  }

  /** Whether a process that outlived its daemon has it, so that it comes free. */
  const isWithheld = (wanted: SharedSocket): boolean =>
    [...byKey.values()].some((child) => child.withheld.some((one) => socketKey(one) === socketKey(wanted)))

  const report = (key: ProcessKey, pid: () => number): OutputEvents => ({
    output: (channel, data) => events.emit({ type: 'output', key, pid: pid(), channel, data }),
    captured: (channel, data) => events.emit({ type: 'captured', key, pid: pid(), channel, data }),
  })

  const pumpOf = ({ read, log }: Stream): Pump | null => {
    if (read === null) return null
    const pump: Pump = createPump(read, log.push, () => {
      lingering.drop(pump)
      foreigners.lookSoon() // the end of its output mostly is that of the process
    })
    return pump
  }

  const allPumps = (): readonly Pump[] =>
    [...byKey.values()].flatMap(({ pumps }) => pumps.flatMap((pump) => pump ?? []))

  /** Takes one process on as it was handed over. */
  const adopt = (handed: ChildState) => {
    const { key, pid, uid } = handed
    for (const socket of handed.sockets) sockets.acquire(socket, ownerFor(uid))
    const output = report(key, () => pid)
    const child = adoptChild(handed, adoptStreams(handed.streams, sinkDeps, output))
    byKey.set(key, child)
    byPid.set(pid, child)
    if (child.foreign === null || before?.guard !== undefined) return
    // Left by a daemon before us, so it outlives us, too.
    guard?.announce(key, { keep: true, environment: {}, mark: null, pipes: readEnds(child.streams) })
    guard?.started(key, pid)
  }

  const start = (request: SpawnRequest): SpawnResult => {
    if (byKey.has(request.key)) return { ok: false, error: `process '${request.name}' already running` }
    const mark = markFor(request.environment, options.mark ?? null)
    const variables = environmentOf(request, mark)
    const others = [request.filename, ...request.argv, request.directory ?? '']
    if (others.some(holdsNul) || variables.some(holdsNul))
      return { ok: false, error: `NUL byte in what '${request.name}' is given` }

    const user = changeOfUser(request.uid, options.users)
    const owner = user.kind === 'become' ? user : null
    const wanted = [...(request.socket === null ? [] : [request.socket]), ...request.listen]
    const acquired = sockets.acquireAll(wanted, owner)
    if (!acquired.ok) return { ...acquired, passing: wanted.some(isWithheld) }
    const stdin = request.socket === null ? null : (acquired.fds[0] ?? null)

    let pid = 0
    const made = createPlumbing(
      request,
      stdin,
      owner,
      sinkDeps,
      report(request.key, () => pid),
    )
    if (!made.ok) {
      sockets.giveBack(wanted)
      return { ok: false, error: plumbingError(request.name, made.errno), passing: isPassing(made.errno) }
    }
    const { plumbing } = made
    const keep = request.isolation?.onDaemonDeath === 'keep'
    guard?.announce(request.key, { keep, environment: request.environment, mark, pipes: readEnds(plumbing.streams) })

    const spawned = spawn({
      file: request.filename,
      argv: request.argv,
      environment: variables,
      directory: request.directory,
      fds: [...plumbing.fds, ...acquired.fds.slice(stdin === null ? 0 : 1)],
      user: user.kind === 'become' ? user : null,
      umask: request.umask ?? -1,
      nofile: request.isolation?.limitNofile === undefined ? options.childFileLimit : -1,
      deathSignal: keep ? 0 : options.deathSignal,
      session: request.isolation?.session === true,
      ...attributesOf(request),
      refuse: user.kind === 'refuse',
      listenPid: request.listen.length > 0,
    })
    if (spawned.stage === 'clone') {
      plumbing.discard()
      sockets.giveBack(wanted)
      return { ok: false, error: forkError(request.name, spawned.errno), passing: isPassing(spawned.errno) }
    }
    if (spawned.stage !== 'none') writeFailure(plumbing.fds[2], failureReason(request, spawned, user))
    plumbing.closeChildEnds()
    pid = spawned.pid
    guard?.started(request.key, pid)

    const child: Child = {
      key: request.key,
      pid,
      uid: request.uid,
      streams: plumbing.streams,
      pumps: plumbing.streams.map(pumpOf),
      stdin: plumbing.stdin === null ? null : createStdin(plumbing.stdin),
      sockets: wanted,
      withheld: [],
      foreign: null,
    }
    byKey.set(child.key, child)
    byPid.set(pid, child)
    return { ok: true, pid }
  }

  if (before === undefined) reaper.listen()
  else {
    sockets.adopt(before.sockets)
    for (const child of before.children) adopt(child)
  }

  return {
    lookup: (command, searchPath, directory): CommandLookup => lookUpCommand(command, searchPath, directory),
    spawn: start,
    keepSockets(wanted) {
      const owned = wanted.map(({ socket, uid }) => ({ socket, owner: ownerFor(uid) }))
      for (const problem of sockets.keep(owned)) notice('warn', problem)
    },
    signal(pid, signal, target): SignalResult {
      const foreign = byPid.get(pid)?.foreign
      // Only a child that was not waited for: its number cannot belong to anyone else.
      if (!byPid.has(pid) || foreign?.alive() === false)
        return { ok: false, gone: true, error: '[Errno 3] No such process' }
      try {
        process.kill(target === 'group' ? -pid : pid, signal)
        return { ok: true }
      } catch (error) {
        const { errno, text } = failureOf(error)
        return { ok: false, gone: errno === 'ESRCH', error: text }
      }
    },
    writeStdin: (key, data) => byKey.get(key)?.stdin?.write(data) ?? 'no-pipe',
    configure(key, streams) {
      for (const { channel, log } of byKey.get(key)?.streams ?? []) log.configure(streams[channel])
    },
    reopenLogs(key) {
      for (const { log } of byKey.get(key)?.streams ?? []) log.sink.reopen()
    },
    clearLogs(key) {
      const results = (byKey.get(key)?.streams ?? []).map(({ log }) => log.clear())
      return results.find((result) => !result.ok) ?? { ok: true }
    },
    removeLogs,
    createAutoLog(processName, channel) {
      const { directory, identifier } = options.autoLogs()
      const made = createAutoLogFile(directory, identifier, processName, channel)
      if (made.ok) return made.path
      notice('warn', `no log for ${channel} of '${processName}': cannot make a file in '${directory}' (${made.errno})`)
      return null
    },
    onEvent: events.listen,
    checkSocket: (socket, uid) => sockets.check(socket, ownerFor(uid)),
    run: (request) => runHelper(request, reaper.onEnd),
    state: () => ({
      children: [...byKey.values()].map(stateOf),
      lingering: lingering.fds(),
      sockets: sockets.opened(),
      logs: openLogs(),
      losses: lossStates(),
      ...(guard ? { guard: guard.state() } : {}),
    }),
    isGuard: (pid) => guard?.pid() === pid,
    pause() {
      reaper.stop()
      foreigners.stop()
      for (const pump of allPumps()) pump.pause()
    },
    resume() {
      for (const pump of allPumps()) pump.resume()
      reaper.listen()
      foreigners.look()
    },
    idle: () => events.empty() && sockets.told(),
    begin() {
      dropUnclaimedLogs()
      for (const child of byKey.values()) child.pumps = child.streams.map(pumpOf)
      for (const { key, stdin } of before?.children ?? [])
        if (stdin) byKey.get(key)?.stdin?.write(Buffer.from(stdin.waiting, 'base64'))
      lingering.adopt(before?.lingering ?? [])
      guard?.begin()
      reaper.listen()
      foreigners.look()
    },
    close() {
      guard?.close()
      sockets.close()
      reaper.stop()
      foreigners.stop()
    },
  }
}

function readEnds(streams: readonly Stream[]): readonly number[] {
  return streams.flatMap(({ read }) => read ?? [])
}

function holdsNul(text: string): boolean {
  return text.includes('\0')
}
