import type { LogLevel } from '../../src/model/config.js'
import { type ProcessKey, processKey } from '../../src/model/names.js'
import { NEVER_SEEN, type ProcessObserved, pidOf } from '../../src/model/observed.js'
import type { ApplyResult, Operator, ProcessView, RereadResult } from '../../src/model/operator.js'
import { isSignallable, isStopped, isUp, type SupervisorState } from '../../src/model/phase.js'
import type { Log, StdinResult } from '../../src/model/ports.js'
import type { GroupSpec, Override, ProcessSpec } from '../../src/model/spec.js'
import { NO_UPGRADER } from '../../src/model/upgrade.js'
import { QUIET_JOURNAL } from '../support/quiet-journal.js'
import { configOf, groupOf, HOLD, specOf } from '../support/specs.js'

/** 2026-01-02 03:04:05 UTC. */
export const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5)

interface Row {
  readonly spec: ProcessSpec
  override: Override
  seen: ProcessObserved
  stdoutLog: string
  stderrLog: string
}

/**
 * A daemon in memory whose processes start and stop when a test says so: `started` and `ended` are what a host would
 * report. A command that holds `nofile` cannot be found, one that holds `spawnfail` fails at once.
 */
export interface LiveDaemon {
  readonly operator: Operator
  readonly calls: (readonly unknown[])[]
  /** Time since the daemon was made. */
  passedMs: number
  state: SupervisorState
  mainLog: string | null
  stdin: StdinResult
  reread: RereadResult
  apply: ApplyResult
  row(name: string): Row
  /** STARTING becomes RUNNING. */
  started(name: string): void
  /** What lives ends: STOPPING to STOPPED, STARTING to BACKOFF, RUNNING to EXITED. A start that waited is carried out. */
  ended(name: string): void
  giveUp(name: string): void
  refuseSignals(name: string): void
  forget(name: string): void
  setState(state: SupervisorState): void
  /** How many listen for changes. */
  listeners(): number
}

/** Makes a daemon with these groups, all processes stopped. */
export function liveDaemon(groups: readonly GroupSpec[]): LiveDaemon {
  const rows = new Map<ProcessKey, Row>()
  const active = [...groups]
  const listeners = new Set<(key: ProcessKey | null) => void>()
  let serial = 0
  let nextPid = 1000
  for (const group of groups)
    for (const spec of group.processes) rows.set(processKey(group.name, spec.name), rowOf(spec))

  const changed = (key: ProcessKey | null) => {
    for (const listener of [...listeners]) listener(key)
  }
  const rowAt = (key: ProcessKey): Row => {
    const row = rows.get(key)
    if (row === undefined) throw new Error(`no process ${key}`)
    return row
  }
  const keyOf = (name: string): ProcessKey => (name.includes(':') ? (name as ProcessKey) : `${name}:${name}`)
  const set = (key: ProcessKey, seen: Partial<ProcessObserved>) => {
    const row = rowAt(key)
    const { observedGeneration, observedRunRequest, startedAtMs, startedWallMs, stoppedWallMs } = row.seen
    const { exitStatus, lastExit, spawnError, starts } = row.seen
    const history = { observedGeneration, observedRunRequest, startedAtMs, startedWallMs, stoppedWallMs }
    row.seen = { ...history, exitStatus, lastExit, spawnError, starts, ...seen } as ProcessObserved
    changed(key)
  }
  const spawn = (key: ProcessKey) => {
    const { spec, override } = rowAt(key)
    const begun = {
      observedRunRequest: override.runRequest,
      startedAtMs: ++serial,
      startedWallMs: NOW_MS,
      spawnError: '',
    }
    if (spec.command.includes('spawnfail')) {
      set(key, { ...begun, phase: 'BACKOFF', attempt: 1, retryAtMs: 0, spawnError: 'cannot spawn' })
    } else {
      const phase = spec.startSecs === 0 ? 'RUNNING' : 'STARTING'
      set(key, { ...begun, phase, pid: ++nextPid, attempt: 0 })
    }
  }
  const stop = (key: ProcessKey) => {
    const { seen, override } = rowAt(key)
    rowAt(key).override = { ...override, hold: HOLD }
    if (seen.phase === 'BACKOFF') set(key, { phase: 'STOPPED', stoppedBy: 'Operator' })
    else if (isUp(seen.phase)) set(key, { phase: 'STOPPING', pid: pidOf(seen), killAtMs: 0, stoppedBy: 'Operator' })
  }
  const start = (key: ProcessKey) => {
    rowAt(key).override = { hold: null, runRequest: ++serial, stopRequest: 0 }
    if (isStopped(rowAt(key).seen.phase)) spawn(key)
  }
  const view = (key: ProcessKey): ProcessView | null => {
    const row = rows.get(key)
    return row === undefined ? null : { key, generation: 1, declared: true, ...row }
  }
  const groupView = (spec: GroupSpec) => ({
    spec,
    processes: spec.processes.flatMap(({ name }) => view(processKey(spec.name, name)) ?? []),
  })
  const calls: (readonly unknown[])[] = []

  const daemon: LiveDaemon = {
    calls,
    passedMs: 0,
    state: 'RUNNING',
    mainLog: null,
    stdin: 'ok',
    reread: { ok: true, changes: { added: [], changed: [], removed: [] } },
    apply: { ok: false, reason: 'unknown-name', names: ['nothing'] },
    row: (name) => rowAt(keyOf(name)),
    started: (name) => {
      const { seen } = rowAt(keyOf(name))
      set(keyOf(name), { phase: 'RUNNING', pid: pidOf(seen), attempt: 0 })
    },
    ended: (name) => {
      const key = keyOf(name)
      const { seen, override } = rowAt(key)
      const stoppedWallMs = NOW_MS
      if (seen.phase === 'STARTING') {
        set(key, { phase: 'BACKOFF', attempt: 1, retryAtMs: 0, stoppedWallMs, spawnError: 'Exited too quickly' })
      } else if (seen.phase === 'RUNNING') set(key, { phase: 'EXITED', expected: true, stoppedWallMs, exitStatus: 0 })
      else set(key, { phase: 'STOPPED', stoppedBy: 'Operator', stoppedWallMs })
      if (!override.hold && override.runRequest > seen.observedRunRequest) spawn(key)
    },
    giveUp: (name) => set(keyOf(name), { phase: 'FATAL' }),
    refuseSignals: (name) => {
      const { seen } = rowAt(keyOf(name))
      set(keyOf(name), { phase: 'UNKNOWN', pid: pidOf(seen), killAtMs: 0, spawnError: 'not permitted' } as never)
    },
    forget: (name) => {
      rows.delete(keyOf(name))
      changed(null)
    },
    setState: (state) => {
      daemon.state = state
      changed(null)
    },
    listeners: () => listeners.size,
    operator: {
      pid: 4711,
      state: () => daemon.state,
      identifier: () => 'supervisor',
      config: () => ({
        ...configOf(groups),
        rpcInterfaces: [{ name: 'supervisor', factory: 'supervisor.rpcinterface:make_main_rpcinterface', options: {} }],
      }),
      wallMs: () => NOW_MS + daemon.passedMs,
      groups: () => active.map(groupView),
      group: (name) => active.filter((spec) => spec.name === name).map(groupView)[0] ?? null,
      process: view,
      lookup: (key) =>
        rowAt(key).spec.command.includes('nofile')
          ? { ok: false, fault: 'NO_FILE', text: "can't find command '/nofile'" }
          : { ok: true, filename: '/bin/true', argv: ['true'] },
      start: (keys) => keys.forEach(start),
      stop: (keys) => keys.forEach(stop),
      restart: (keys) => keys.forEach(start),
      release: () => undefined,
      scale: (programs) => {
        calls.push(['scale', programs])
        return { ok: false, reason: 'rolled-back' }
      },
      scales: () => ({}),
      inspect: async () => ({ differences: [], leftovers: [], unreadable: [] }),
      usage: () => null,
      signal: (key, signal) => {
        calls.push(['signal', key, signal])
        return isSignallable(rowAt(key).seen.phase) ? { ok: true } : { ok: false, gone: true, error: 'gone' }
      },
      writeStdin: (key, data) => {
        calls.push(['stdin', key, Buffer.from(data).toString()])
        return daemon.stdin
      },
      clearLogs: (key) => {
        calls.push(['clear', key])
        return key.includes('stuck') ? { ok: false, error: 'read-only' } : { ok: true }
      },
      mainLog: () => daemon.mainLog,
      clearMainLog: () => 'ok',
      sendRemoteEvent: (type, data) => void calls.push(['event', type, data]),
      reread: () => daemon.reread,
      addGroup: (name) => (active.some((group) => group.name === name) ? 'already-added' : 'bad-name'),
      removeGroup: (name) => {
        const group = daemon.operator.group(name)
        if (group === null) return 'bad-name'
        if (group.processes.some(({ seen }) => !isStopped(seen.phase))) return 'still-running'
        active.splice(active.indexOf(group.spec), 1)
        return 'removed'
      },
      diff: () => ({ ok: false, classic: '', errors: [] }),
      diffFile: () => ({ ok: false, classic: '', errors: [] }),
      apply: (options) => {
        calls.push(['apply', options])
        return daemon.apply
      },
      drift: () => ({ revision: 1, items: [], held: [] }),
      revision: () => 1,
      revisions: () => ({ current: 1, rollback: null, revisions: [], volatile: null, damaged: null }),
      revisionContent: () => NOT_KEPT,
      diffRevision: () => NOT_KEPT,
      rollback: () => NOT_KEPT,
      conditions: () => [],
      converged: () => true,
      shutdown: () => daemon.setState('SHUTDOWN'),
      reload: () => void calls.push(['reload']),
      journal: QUIET_JOURNAL,
      upgrader: NO_UPGRADER,
      subscribe: (listener) => {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    },
  }
  return daemon
}

const NOT_KEPT = { ok: false, reason: 'unknown-revision', message: 'not kept' } as const

function rowOf(spec: ProcessSpec): Row {
  return {
    spec,
    override: { hold: null, runRequest: 0, stopRequest: 0 },
    seen: NEVER_SEEN,
    stdoutLog: '',
    stderrLog: '',
  }
}

/** One group for each name with the process of that name; `g:a` puts it into group g. */
export function groupsOf(
  ...names: readonly (string | (Partial<ProcessSpec> & { readonly name: string }))[]
): GroupSpec[] {
  const groups = new Map<string, ProcessSpec[]>()
  for (const each of names) {
    const fields = typeof each === 'string' ? { name: each } : each
    const [group = '', name = group] = fields.name.split(':')
    groups.set(group, [...(groups.get(group) ?? []), specOf({ ...fields, name, group })])
  }
  return [...groups].map(([group, specs]) => groupOf(group, specs))
}

/** An activity log that is kept. */
export function keptLog(level: LogLevel = 'trace'): Log & { readonly lines: string[] } {
  const order: readonly LogLevel[] = ['critical', 'error', 'warn', 'info', 'debug', 'trace', 'blather']
  const enabled = (asked: LogLevel) => order.indexOf(asked) <= order.indexOf(level)
  const lines: string[] = []
  return {
    lines,
    enabled,
    write: (at, text) => {
      if (enabled(at)) lines.push(`${at}: ${text}`)
    },
  }
}
