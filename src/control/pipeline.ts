import { release } from '../desired/overrides.js'
import type { Config, DaemonSpec } from '../model/config.js'
import type { ProcessKey } from '../model/names.js'
import type { ApplyResult, Condition, DiffReport, DiffResult, GuardRefusal } from '../model/operator.js'
import type { Clock, Log } from '../model/ports.js'
import type { ChangeClass, ProcessSpec } from '../model/spec.js'
import { changedGroups, changedProcesses } from '../reconcile/changes.js'
import { diffFields } from '../reconcile/diff.js'
import { massRemoval } from '../reconcile/guards.js'
import type { World } from '../reconcile/reconcile.js'
import { type Acceptance, classicText } from './acceptance.js'
import type { Claims } from './claims.js'
import type { Runtime } from './runtime.js'

/** What accepting is limited to, and what it may do. */
export interface ApplyOptions {
  /** Groups to accept; `null` for all. */
  readonly groups: readonly string[] | null
  readonly allowRemovals: boolean
  /** Ends the holds of processes whose own declaration changes: the last word was the person's who updates. */
  readonly releaseChanged: boolean
}

/** Which part of a read file is meant, and what that does to holds. */
type Scope = Pick<ApplyOptions, 'groups' | 'releaseChanged'>

const EVERYTHING: Scope = { groups: null, releaseChanged: false }

/** From an edited file to what is wanted: the one way in which a revision is accepted. */
export interface Pipeline {
  /** Reads the file and says what accepting it would do. */
  diff(): DiffResult
  /** The same for a main file that is not in place. @param path - absolute */
  diffFile(path: string): DiffResult
  /** Reads the file and accepts it if it is good and no guard objects. */
  apply(options: ApplyOptions): ApplyResult
  /** Accepts the last read file without reading again (`addGroup`). */
  accept(options: Scope): void
  /** What to do when the watcher says that something changed: as `converge` says, and never twice for one content. */
  converge(): void
}

/** What the pipeline needs. */
export interface PipelineDeps {
  readonly acceptance: Acceptance
  readonly runtime: Runtime
  readonly clock: Clock
  readonly log: Log
  readonly claims: Pick<Claims, 'added' | 'removed'>
  classOf(field: string): ChangeClass
}

/** @see architecture.md, "Convergence and its guards" and "The plan never lies" */
export function createPipeline({ acceptance, runtime, clock, log, claims, classOf }: PipelineDeps): Pipeline {
  let lastProblem = ''
  /** `[supervisord]` and servers as this daemon was started. */
  const startedWith = acceptance.candidate()

  function worldAfter(options: Scope, from: Config): World {
    const desired = runtime.preview(acceptance.merged(options.groups, from), acceptance.revision() + 1)
    const changed = changedKeys(runtime.world.desired, desired)
    const overrides = options.releaseChanged ? release(runtime.overrides(), changed) : runtime.overrides()
    return { desired, overrides: overrides.byKey, observed: runtime.world.observed, gate: runtime.world.gate }
  }

  function report(options: Scope, from: Config): DiffReport {
    const after = worldAfter(options, from)
    const processes = changedProcesses(runtime.world, after, classOf, clock.monotonicMs())
    return {
      acceptedRevision: acceptance.revision(),
      file: from.file,
      changes: changedGroups(acceptance.accepted(), acceptance.merged(options.groups, from)),
      processes,
      untouched: Object.keys(after.desired).length - processes.filter((row) => row.change !== 'removed').length,
      guard: guard(options.groups, from),
      daemonFields: daemonChanges(startedWith, from),
    }
  }

  function guard(groups: Scope['groups'], from: Config): GuardRefusal | null {
    return massRemoval(acceptance.accepted(), acceptance.merged(groups, from), from.daemon.converge.maxRemovePercent)
  }

  function accept(options: Scope): void {
    const groups = acceptance.merged(options.groups, acceptance.candidate())
    const before = runtime.desired()
    const revision = acceptance.accept(groups)
    runtime.setDesired(groups, revision)
    if (options.releaseChanged) {
      runtime.setOverrides(release(runtime.overrides(), changedKeys(before, runtime.desired())))
    }
    runtime.loop.turn()
  }

  function isKnown(type: Condition['type'], message: string): boolean {
    return acceptance.conditions().some((condition) => condition.type === type && condition.message === message)
  }

  /** What stays is left as it is, with the time since when. */
  function setMessage(type: Condition['type'], message: string | null): void {
    acceptance.setCondition(type, message === null ? null : { message, diagnostics: [] })
  }

  const pipeline: Pipeline = {
    diff() {
      const read = acceptance.reread()
      if (!read.ok) return { ok: false, classic: read.classic, errors: read.errors }
      return { ok: true, report: report(EVERYTHING, acceptance.candidate()) }
    },
    diffFile(path) {
      const parsed = acceptance.readOther(path)
      if (!parsed.ok) return { ok: false, classic: classicText(parsed.errors), errors: parsed.errors }
      return { ok: true, report: report(EVERYTHING, parsed.value) }
    },
    apply(options) {
      const read = acceptance.reread()
      if (!read.ok) return { ok: false, reason: 'invalid', errors: read.errors, classic: read.classic }
      const unknown = unknownNames(options.groups ?? [], acceptance)
      if (unknown.length > 0) return { ok: false, reason: 'unknown-name', names: unknown }
      const planned = report(options, acceptance.candidate())
      if (planned.guard && !options.allowRemovals) {
        return { ok: false, reason: 'guard', refusal: planned.guard, report: planned }
      }
      const { added, changed, removed } = planned.changes
      if (added.length + changed.length + removed.length > 0) accept(options)
      acceptance.setCondition('RevisionHeldBack', null)
      acceptance.setCondition('PendingChange', null)
      return { ok: true, revision: acceptance.revision(), report: planned }
    },
    accept,
    converge() {
      const read = acceptance.reread()
      if (!read.ok) {
        // In manual mode a person will ask, and is told then.
        if (lastProblem !== read.classic && acceptance.candidate().daemon.converge.mode === 'auto') {
          const at = read.errors[0]?.at
          const where = at ? `${at.file}:${at.line}:${at.column}: ` : ''
          log.write('error', `configuration not accepted: ${where}${read.errors[0]?.message ?? read.classic}`)
        }
        lastProblem = read.classic
        return
      }
      lastProblem = ''
      const groups = groupsToAccept(read.changes, acceptance)
      const some = groups.length > 0
      const manual = acceptance.candidate().daemon.converge.mode === 'manual'
      const refusal = some && !manual ? guard(groups, acceptance.candidate()) : null
      const heldBack = refusal ? `${refusal.message}; to go on: ${refusal.command}` : null
      if (heldBack !== null && !isKnown('RevisionHeldBack', heldBack))
        log.write('warn', `revision held back: ${heldBack}`)
      setMessage('RevisionHeldBack', heldBack)
      const pending = `the file has changes that wait for update or apply (${groups.join(', ')})`
      setMessage('PendingChange', some && manual ? pending : null)
      if (!some || manual || refusal) return
      accept({ groups, releaseChanged: false })
      const { added, changed, removed } = read.changes
      for (const name of added) claims.added(name)
      for (const name of removed) claims.removed(name)
      const counts = `${added.length} added, ${changed.length} changed, ${removed.length} removed`
      log.write('info', `accepted revision ${acceptance.revision()}: ${counts}`)
    },
  }
  return pipeline
}

/** All changed groups but those that a person removed and that the file merely still has. */
function groupsToAccept(
  changes: {
    readonly added: readonly string[]
    readonly changed: readonly string[]
    readonly removed: readonly string[]
  },
  acceptance: Acceptance,
): readonly string[] {
  const added = changes.added.filter((name) => !acceptance.withdrawn().has(name))
  return [...added, ...changes.changed, ...changes.removed]
}

function unknownNames(names: readonly string[], acceptance: Acceptance): readonly string[] {
  const known = new Set([...acceptance.accepted(), ...acceptance.candidate().groups].map((group) => group.name))
  return names.filter((name) => !known.has(name))
}

function changedKeys(before: World['desired'], after: World['desired']): readonly ProcessKey[] {
  const keys = Object.keys(after) as ProcessKey[]
  return keys.filter((key) => before[key] !== undefined && before[key]?.spec !== after[key]?.spec)
}

/** What a running daemon cannot take on: options of its own that are read once, at start. */
function daemonChanges(started: Config, now: Config): DiffReport['daemonFields'] {
  const view = (config: Config) => ({ supervisord: withoutConverge(config.daemon), servers: config.servers })
  return diffFields(view(started), view(now), () => 'recreate')
}

function withoutConverge(daemon: DaemonSpec): Omit<DaemonSpec, 'converge' | 'environment'> {
  const { converge: _converge, environment: _environment, ...rest } = daemon
  return rest
}

/** Whether a process must be replaced for a spec to take effect. */
export function needsRestart(from: ProcessSpec, to: ProcessSpec, classOf: (field: string) => ChangeClass): boolean {
  if (from === to) return false
  return diffFields(from, to, classOf).some(
    ({ changeClass }) => changeClass === 'restart' || changeClass === 'recreate',
  )
}
