import type { Config } from '../../src/model/config.js'
import { type ProcessKey, processKey } from '../../src/model/names.js'
import { NEVER_SEEN, type ProcessObserved } from '../../src/model/observed.js'
import type { EventJournal } from '../../src/model/occurrence.js'
import type {
  ApplyResult,
  Condition,
  DiffReport,
  DiffResult,
  DriftReport,
  GroupView,
  Inspection,
  Operator,
  ProcessView,
  ScaleResult,
} from '../../src/model/operator.js'
import type { SupervisorState } from '../../src/model/phase.js'
import type { Usage } from '../../src/model/ports.js'
import { NO_OVERRIDE, type Scales } from '../../src/model/spec.js'
import { NO_UPGRADER } from '../../src/model/upgrade.js'
import { QUIET_JOURNAL } from '../support/quiet-journal.js'
import { configOf, groupOf, specOf } from '../support/specs.js'

/** 2026-01-02 03:04:05 UTC. */
export const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5)

export const NO_CHANGES: DiffReport = {
  acceptedRevision: 3,
  file: '/etc/supervisord.conf',
  candidate: { fingerprint: '0123456789abcdef' },
  changes: { added: [], changed: [], removed: [] },
  processes: [],
  groupFields: [],
  plan: [],
  patch: null,
  untouched: 2,
  guard: null,
  daemonFields: [],
}

/** What a test sets of the daemon it talks to, and what it then looks at. */
export interface FakeDaemon {
  views: readonly ProcessView[]
  /** Rows of the second look at the table, the third, and so on: time passes between looks. */
  later: (readonly ProcessView[])[]
  state: SupervisorState
  diff: DiffResult
  apply: ApplyResult
  drift: DriftReport
  conditions: readonly Condition[]
  scales: Scales
  scaled: ScaleResult
  inspection: Inspection
  /** Of every live process. */
  usage: Usage | null
  journal: EventJournal
  /** Calls that would change something, in order. */
  readonly calls: (readonly unknown[])[]
}

/** A daemon whose world is what the test says, with the operator port to it. */
export function fakeDaemon(fields: Partial<FakeDaemon> = {}): FakeDaemon & { readonly operator: Operator } {
  const daemon: FakeDaemon = {
    views: [],
    later: [],
    state: 'RUNNING',
    diff: { ok: true, report: NO_CHANGES },
    apply: { ok: true, revision: 3, report: NO_CHANGES },
    drift: { revision: 3, items: [], held: [] },
    conditions: [],
    scales: {},
    scaled: { ok: true, revision: 4, programs: [], started: [], stopped: [], restarted: [] },
    inspection: { differences: [], leftovers: [], unreadable: [] },
    usage: null,
    journal: QUIET_JOURNAL,
    calls: [],
    ...fields,
  }
  return Object.assign(daemon, { operator: operatorOf(daemon) })
}

/** A row of the process table. */
export function viewOf(
  group: string,
  name: string,
  seen: Partial<ProcessObserved>,
  more: Partial<Omit<ProcessView, 'seen' | 'spec'>> & { readonly spec?: Parameters<typeof specOf>[0] } = {},
): ProcessView {
  const { spec, ...rest } = more
  return {
    key: processKey(group, name),
    declared: true,
    generation: 1,
    override: NO_OVERRIDE,
    stdoutLog: '',
    stderrLog: '',
    ...rest,
    spec: specOf({ name, group, ...spec }),
    seen: { ...NEVER_SEEN, ...seen } as ProcessObserved,
  }
}

/** What is seen of a process that runs for a minute and a second. */
export const RUNNING: Partial<ProcessObserved> = {
  phase: 'RUNNING',
  pid: 42,
  attempt: 0,
  observedGeneration: 1,
  startedWallMs: NOW_MS - 61_000,
  starts: 1,
}

function operatorOf(daemon: FakeDaemon): Operator {
  const groups = (): readonly GroupView[] => {
    const names = [...new Set(daemon.views.map(({ spec }) => spec.group))]
    return names.map((name) => {
      const processes = daemon.views.filter(({ spec }) => spec.group === name)
      const specs = processes.map(({ spec }) => spec)
      return { spec: groupOf(name, specs), processes }
    })
  }
  const config: Config = configOf([])
  const called = (...call: readonly unknown[]) => void daemon.calls.push(call)
  const notUsed = (): never => {
    throw new Error('the JSON interface has no business here')
  }
  return {
    pid: 4711,
    state: () => daemon.state,
    identifier: () => 'supervisor',
    config: () => config,
    wallMs: () => {
      // Asked once per look at the table, after it was taken.
      const next = daemon.later.shift()
      if (next) daemon.views = next
      return NOW_MS
    },
    groups,
    group: (name) => groups().find(({ spec }) => spec.name === name) ?? null,
    process: (key) => daemon.views.find((view) => view.key === key) ?? null,
    lookup: (key: ProcessKey) =>
      key.includes('nofile')
        ? { ok: false, fault: 'NO_FILE', text: "can't find command '/nofile'" }
        : { ok: true, filename: '/bin/true', argv: ['true'] },
    start: (keys) => called('start', ...keys),
    stop: (keys, _waiting, wish) => called('stop', ...keys, ...(wish?.by.startsWith('svctl hold') ? [wish] : [])),
    restart: (keys) => called('restart', ...keys),
    release: (keys) => called('release', ...keys),
    scale: (programs, by) => {
      called('scale', programs, by)
      return daemon.scaled
    },
    scales: () => daemon.scales,
    inspect: async () => daemon.inspection,
    usage: () => daemon.usage,
    signal: notUsed,
    writeStdin: notUsed,
    clearLogs: notUsed,
    mainLog: notUsed,
    clearMainLog: notUsed,
    sendRemoteEvent: notUsed,
    reread: notUsed,
    addGroup: notUsed,
    removeGroup: notUsed,
    diff: () => daemon.diff,
    diffFile: (path) => {
      if (!daemon.diff.ok) return daemon.diff
      return { ok: true, report: { ...daemon.diff.report, file: path } }
    },
    apply: (options) => {
      called('apply', options)
      return daemon.apply
    },
    drift: () => daemon.drift,
    revision: () => 3,
    revisions: notUsed,
    revisionContent: notUsed,
    diffRevision: notUsed,
    rollback: notUsed,
    conditions: () => daemon.conditions,
    converged: () => true,
    shutdown: notUsed,
    reload: notUsed,
    journal: daemon.journal,
    upgrader: NO_UPGRADER,
    subscribe: notUsed,
  }
}
