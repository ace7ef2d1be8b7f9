import type { Config } from '../model/config.js'
import type { Diagnostic, Parsed } from '../model/diagnostic.js'
import { sameJson } from '../model/equal.js'
import type { Occurrence } from '../model/occurrence.js'
import type { Condition, GroupChanges, RereadResult } from '../model/operator.js'
import type { Cause } from '../model/revision.js'
import type { GroupSpec } from '../model/spec.js'
import { changedGroups } from '../reconcile/changes.js'
import type { Revisions } from './revisions.js'

/** The configuration last read without error, the groups accepted from it so far, and what is wrong with the file. */
export interface Acceptance {
  /** The last good read. */
  candidate(): Config
  /** Accepted groups in the order they became active. */
  accepted(): readonly GroupSpec[]
  /** Counts the acceptances, over all starts that the history knows. */
  revision(): number
  /** Groups a person removed although the file still has them: not taken back by an edit of something else. */
  withdrawn(): ReadonlySet<string>
  /** Reads the file again; a bad one changes nothing but the condition. */
  reread(): RereadResult
  /** The same when nobody asked: with `converge=manual`, before the edit and after it, the last good read stays. */
  notice(): RereadResult
  changes(): GroupChanges
  /** Reads another main file; nothing is kept. @param file - absolute */
  readOther(file: string): Parsed<Config>
  /**
   * The groups that accepting `names` (`null`: everything) of `from` would leave active.
   *
   * @param anew - changed groups come last, like ones that were removed and added
   */
  merged(names: readonly string[] | null, from: Config, anew?: boolean): readonly GroupSpec[]
  /** Makes `groups` the accepted ones. @param partial - see `Revisions.add` @returns the new revision */
  accept(groups: readonly GroupSpec[], cause: Cause, partial?: boolean): number
  /** Takes one group out although the file may have it. */
  withdraw(name: string, cause: Cause): void
  conditions(): readonly Condition[]
  setCondition(type: Condition['type'], condition: Omit<Condition, 'type' | 'sinceWallMs'> | null): void
  state(): AcceptanceState
}

/** What was accepted, as it is handed to the program that takes our place. */
export interface AcceptanceState {
  readonly candidate: Config
  readonly accepted: readonly GroupSpec[]
  readonly withdrawn: readonly string[]
  readonly conditions: readonly Condition[]
}

/** What reading the configuration needs from outside. */
export interface AcceptanceDeps {
  readonly initial: Config
  /** Reads the configuration again, or another main file. */
  load(file?: string): Parsed<Config>
  readonly revisions: Pick<Revisions, 'current' | 'add' | 'keepSettings'>
  wallMs(): number
  /** Hears of revisions and conditions. */
  record?(what: Pick<Occurrence, 'type' | 'from' | 'to' | 'text'>): void
  /** What was accepted before; absent: `initial`. */
  readonly before?: AcceptanceState
}

/** Starts with the initial configuration accepted. */
export function createAcceptance({ initial, load, revisions, wallMs, record, before }: AcceptanceDeps): Acceptance {
  let candidate = before?.candidate ?? initial
  let lastRead = initial
  let accepted = before?.accepted ?? initial.groups
  const withdrawn = new Set(before?.withdrawn)
  const conditions = new Map(before?.conditions.map((condition) => [condition.type, condition]))

  function read(asked: boolean): RereadResult {
    const parsed = complete(load(), candidate)
    if (!parsed.ok) {
      const classic = classicText(parsed.errors)
      self.setCondition('ConfigInvalid', {
        message: `the configuration cannot be used, revision ${revisions.current()} stays in force`,
        diagnostics: parsed.errors,
      })
      return { ok: false, classic, errors: parsed.errors }
    }
    self.setCondition('ConfigInvalid', null)
    // What `avail` lists and `add` takes is what was read when somebody last asked.
    if (!asked && isManual(candidate) && isManual(parsed.value)) {
      return { ok: true, changes: changedGroups(accepted, parsed.value.groups) }
    }
    // Unchanged surroundings give the very result of the last time.
    if (parsed.value !== lastRead) candidate = withKnownGroups(parsed.value, accepted)
    lastRead = parsed.value
    revisions.keepSettings(candidate)
    self.setCondition('BootedLastGood', null)
    return { ok: true, changes: self.changes() }
  }

  const self: Acceptance = {
    candidate: () => candidate,
    accepted: () => accepted,
    revision: revisions.current,
    withdrawn: () => withdrawn,
    reread: () => read(true),
    notice: () => read(false),
    changes: () => changedGroups(accepted, candidate.groups),
    readOther: (file) => complete(load(file), candidate),
    merged(names, from, anew = false) {
      const next = new Map(from.groups.map((group) => [group.name, group]))
      const chosen = (name: string) => names === null || names.includes(name)
      // What is the same stays the same object, so that later comparisons cost nothing.
      const kept = accepted.flatMap((old) => {
        if (!chosen(old.name)) return old
        const group = next.get(old.name)
        if (group && sameJson(old, group)) return old
        return group && !anew ? group : []
      })
      const [keptNames, known] = [namesOf(kept), namesOf(accepted)]
      const wanted = from.groups.filter(({ name }) => chosen(name) && !keptNames.has(name))
      const changed = wanted.filter(({ name }) => known.has(name))
      return [...kept, ...changed, ...wanted.filter(({ name }) => !known.has(name))]
    },
    accept(groups, cause, partial) {
      const revision = revisions.add(accepted, groups, cause, partial)
      accepted = groups
      for (const group of groups) withdrawn.delete(group.name)
      record?.({ type: 'revision', from: String(revision - 1), to: String(revision), text: cause.what })
      return revision
    },
    withdraw(name, cause) {
      const groups = accepted.filter((group) => group.name !== name)
      const revision = revisions.add(accepted, groups, cause, true)
      accepted = groups
      withdrawn.add(name)
      record?.({ type: 'revision', from: String(revision - 1), to: String(revision), text: `${name} was removed` })
    },
    conditions: () => [...conditions.values()],
    setCondition(type, condition) {
      const before = conditions.get(type)
      if (condition && condition.message !== before?.message) {
        record?.({ type: 'condition', from: before ? type : '', to: type, text: condition.message })
      }
      if (!condition && before) record?.({ type: 'condition', from: type, to: '', text: '' })
      if (!condition) conditions.delete(type)
      else conditions.set(type, { type, sinceWallMs: before?.sinceWallMs ?? wallMs(), ...condition })
    },
    state: () => ({ candidate, accepted, withdrawn: [...withdrawn], conditions: [...conditions.values()] }),
  }
  return self
}

function namesOf(groups: readonly GroupSpec[]): ReadonlySet<string> {
  return new Set(groups.map(({ name }) => name))
}

function isManual({ daemon }: Config): boolean {
  return daemon.converge.mode === 'manual'
}

/** What is the same as before stays the same object, so that later comparisons and fingerprints cost nothing. */
function withKnownGroups(config: Config, known: readonly GroupSpec[]): Config {
  const byName = new Map(known.map((group) => [group.name, group]))
  const groups = config.groups.map((group) => {
    const before = byName.get(group.name)
    return before !== undefined && sameJson(before, group) ? before : group
  })
  return { ...config, groups }
}

/**
 * An included file that cannot be read is passed over at start, as the original does it, and stays passed over. In a
 * running daemon one more of them would mean that the programs in it are gone, and nobody asked for that.
 *
 * @param last - the last good read
 */
function complete(parsed: Parsed<Config>, last: Config): Parsed<Config> {
  const passedOver = new Set(last.warnings.map((warning) => warning.message))
  const lost = parsed.warnings.filter(({ code, message }) => {
    if (code === 'CONFIG_INCLUDE_UNREADABLE') return !passedOver.has(message)
    return code === 'CONFIG_INCLUDE_FOLDER' && last.files.some((file) => message.includes(` ${file}:`))
  })
  if (!parsed.ok || lost.length === 0) return parsed
  const errors = lost.map((warning): Diagnostic => ({ ...warning, severity: 'error' }))
  return { ok: false, errors, warnings: parsed.warnings }
}

/** The text the original would report: that of the first error it would have met. */
export function classicText(errors: readonly Diagnostic[]): string {
  const [first] = errors
  return first?.classic ?? first?.message ?? 'unknown error'
}
