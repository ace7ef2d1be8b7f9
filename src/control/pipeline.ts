import { compareStates, daemonChanges } from '../desired/comparison.js'
import type { Locate } from '../desired/origins.js'
import { release } from '../desired/overrides.js'
import type { Config } from '../model/config.js'
import type { ProcessKey } from '../model/names.js'
import type {
  ApplyResult,
  Condition,
  DiffOptions,
  DiffReport,
  DiffResult,
  Expectation,
  GuardRefusal,
} from '../model/operator.js'
import type { Clock, Log } from '../model/ports.js'
import type { Cause } from '../model/revision.js'
import type { ChangeClass } from '../model/spec.js'
import { massRemoval } from '../reconcile/guards.js'
import type { World } from '../reconcile/reconcile.js'
import type { Unsafe } from '../reconcile/unsafe.js'
import { type Acceptance, classicText } from './acceptance.js'
import type { Claims } from './claims.js'
import type { Pin } from './pin.js'
import type { Runtime } from './runtime.js'

/** What accepting is limited to, and what it may do. */
export interface ApplyOptions {
  /** Groups to accept; `null` for all. */
  readonly groups: readonly string[] | null
  readonly allowRemovals: boolean
  /** Ends the holds of processes whose own declaration changes: the last word was the person's who updates. */
  readonly releaseChanged: boolean
  /** Replaces all processes of a program at the same time, as Supervisor does it. */
  readonly atOnce?: boolean
  /** Accepts only if this is what a person has seen. */
  readonly expect?: Expectation | null
  readonly cause: Cause
}

/** Which part of a read file is meant, and what that does to holds. */
type Scope = Pick<ApplyOptions, 'groups' | 'releaseChanged' | 'atOnce'> & {
  /** One step of many; see `Revisions.add`. */
  readonly partial?: boolean
}

const EVERYTHING: Scope = { groups: null, releaseChanged: false }

/** From an edited file to what is wanted: the one way in which a revision is accepted. */
export interface Pipeline {
  /** Reads the file and says what accepting it would do. */
  diff(options?: DiffOptions): DiffResult
  /** The same for a main file that is not in place. @param path - absolute */
  diffFile(path: string, options?: DiffOptions): DiffResult
  /** Reads the file and accepts it if it is good and no guard objects. */
  apply(options: ApplyOptions): ApplyResult
  /** What accepting these groups instead of the file's would do. */
  compare(from: Config, options?: DiffOptions): DiffReport
  /** Accepts the last read file, or what else is given, without reading again. */
  accept(options: Scope, cause: Cause, from?: Config): void
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
  readonly pin: Pin
  /** Paths through which others could have made a change. */
  unsafe(config: Config): readonly Unsafe[]
  classOf(field: string): ChangeClass
  locate(file: string): Locate
  /** `[supervisord]` and servers as this daemon was started. */
  readonly startedWith: Config
}

/** @see architecture.md, "Convergence and its guards" and "The plan never lies" */
export function createPipeline({
  acceptance,
  runtime,
  clock,
  log,
  claims,
  pin,
  unsafe,
  classOf,
  locate,
  startedWith,
}: PipelineDeps): Pipeline {
  let lastProblem = ''

  function worldAfter(options: Scope, from: Config): World {
    const desired = runtime.preview(acceptance.merged(options.groups, from), acceptance.revision() + 1)
    const changed = changedKeys(runtime.world.desired, desired)
    const overrides = options.releaseChanged ? release(runtime.overrides(), changed) : runtime.overrides()
    const { observed, gate } = runtime.world
    // A plan is about the whole way, so it is everybody's turn.
    return { desired, overrides: overrides.byKey, observed, gate, mayReplace: () => true }
  }

  function report(
    scope: Scope,
    from: Config,
    options: DiffOptions = {},
    find: () => Locate = () => locate(from.file),
  ): DiffReport {
    return {
      acceptedRevision: acceptance.revision(),
      file: from.file,
      ...compareStates({
        before: runtime.world,
        after: worldAfter(scope, from),
        accepted: acceptance.accepted(),
        next: acceptance.merged(scope.groups, from),
        candidate: from.groups,
        locate: find,
        classOf,
        nowMs: clock.monotonicMs(),
        atOnce: scope.atOnce ?? false,
        options,
      }),
      guard: guard(scope.groups, from),
      daemonFields: daemonChanges(startedWith, from, find, options),
    }
  }

  function guard(groups: Scope['groups'], from: Config): GuardRefusal | null {
    return massRemoval(acceptance.accepted(), acceptance.merged(groups, from), from.daemon.converge.maxRemovePercent)
  }

  function accept(options: Scope, cause: Cause, from = acceptance.candidate()): void {
    const anew = options.releaseChanged && isManual()
    const groups = acceptance.merged(options.groups, from, anew)
    const before = runtime.desired()
    pin.end()
    const revision = acceptance.accept(groups, cause, options.partial)
    runtime.setDesired(groups, revision, options.atOnce)
    if (options.releaseChanged) {
      const changed = changedKeys(before, runtime.desired())
      runtime.setOverrides(release(runtime.overrides(), changed))
      // To the letter, one that is not to start by itself is down afterwards, and nothing is left of its past.
      if (anew) runtime.renew(changed)
    }
    runtime.loop.turn()
  }

  function isManual(): boolean {
    return acceptance.candidate().daemon.converge.mode === 'manual'
  }

  function isKnown(type: Condition['type'], message: string): boolean {
    return acceptance.conditions().some((condition) => condition.type === type && condition.message === message)
  }

  /** What stays is left as it is, with the time since when. */
  function setMessage(type: Condition['type'], message: string | null): void {
    acceptance.setCondition(type, message === null ? null : { message, diagnostics: [] })
  }

  const pipeline: Pipeline = {
    diff(options) {
      const read = acceptance.reread()
      if (!read.ok) return { ok: false, classic: read.classic, errors: read.errors }
      return { ok: true, report: report(EVERYTHING, acceptance.candidate(), options) }
    },
    diffFile(path, options) {
      const parsed = acceptance.readOther(path)
      if (!parsed.ok) return { ok: false, classic: classicText(parsed.errors), errors: parsed.errors }
      return { ok: true, report: report(EVERYTHING, parsed.value, options) }
    },
    apply(options) {
      const read = acceptance.reread()
      if (!read.ok) return { ok: false, reason: 'invalid', errors: read.errors, classic: read.classic }
      const unknown = unknownNames(options.groups ?? [], acceptance)
      if (unknown.length > 0) return { ok: false, reason: 'unknown-name', names: unknown }
      const planned = report(options, acceptance.candidate())
      const { acceptedRevision: revision, candidate } = planned
      if (options.expect && !isExpected(options.expect, revision, candidate.fingerprint)) {
        return { ok: false, reason: 'moved', revision, fingerprint: candidate.fingerprint }
      }
      if (planned.guard && !options.allowRemovals) {
        return { ok: false, reason: 'guard', refusal: planned.guard, report: planned }
      }
      const { added, changed, removed } = planned.changes
      pin.end()
      if (added.length + changed.length + removed.length > 0) accept(options, options.cause)
      // What was not named goes on waiting.
      const left = groupsToAccept(acceptance.changes(), acceptance)
      if (left.length === 0) for (const type of ['RevisionHeldBack', 'ConfigUnsafe'] as const) setMessage(type, null)
      setMessage('PendingChange', left.length > 0 && isManual() ? pendingChange(left) : null)
      return { ok: true, revision: acceptance.revision(), report: planned }
    },
    compare: (from, options) => report(EVERYTHING, from, options, nowhere),
    accept,
    converge() {
      const read = acceptance.notice()
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
      const groups = pin.holds(acceptance.candidate()) ? [] : groupsToAccept(read.changes, acceptance)
      const some = groups.length > 0
      const manual = isManual()
      const refusal = some && !manual ? guard(groups, acceptance.candidate()) : null
      const heldBack = refusal ? `${refusal.message}; to go on: ${refusal.command}` : null
      if (heldBack !== null && !isKnown('RevisionHeldBack', heldBack))
        log.write('warn', `revision held back: ${heldBack}`)
      setMessage('RevisionHeldBack', heldBack)
      const open = some && !manual ? unsafe(acceptance.candidate()) : []
      const waiting = open.length > 0 ? waitsForSafety(open, groups) : null
      if (waiting !== null && !isKnown('ConfigUnsafe', waiting)) log.write('warn', `revision held back: ${waiting}`)
      setMessage('ConfigUnsafe', waiting)
      setMessage('PendingChange', some && manual ? pendingChange(groups) : null)
      if (!some || manual || refusal || waiting !== null) return
      accept({ groups, releaseChanged: false }, { what: 'file changed', by: null })
      const { added, changed, removed } = read.changes
      for (const name of added) claims.added(name)
      for (const name of removed) claims.removed(name)
      const counts = `${added.length} added, ${changed.length} changed, ${removed.length} removed`
      log.write('info', `accepted revision ${acceptance.revision()}: ${counts}`)
    },
  }
  return pipeline
}

/** For what no file says by now. */
const nowhere = (): Locate => () => null

function waitsForSafety(open: readonly Unsafe[], groups: readonly string[]): string {
  const reasons = open.map(({ path, message }) => `${path} ${message}`).join(', ')
  const remedy = open.map(({ command }) => command).join(' && ')
  return `others could have made the change (${groups.join(', ')}): ${reasons}; run ${remedy}, or accept it with svctl apply`
}

function pendingChange(groups: readonly string[]): string {
  return `the file has changes that wait for update or apply (${groups.join(', ')})`
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

function isExpected({ revision, fingerprint }: Expectation, accepted: number, candidate: string): boolean {
  return revision === accepted && (fingerprint === null || candidate.startsWith(fingerprint))
}

function unknownNames(names: readonly string[], acceptance: Acceptance): readonly string[] {
  const known = new Set([...acceptance.accepted(), ...acceptance.candidate().groups].map((group) => group.name))
  return names.filter((name) => !known.has(name))
}

function changedKeys(before: World['desired'], after: World['desired']): readonly ProcessKey[] {
  const keys = Object.keys(after) as ProcessKey[]
  return keys.filter((key) => before[key] !== undefined && before[key]?.spec !== after[key]?.spec)
}
