import type { Config } from '../model/config.js'
import type { Clock, Packing, StateStore } from '../model/ports.js'
import type { Cause, Revision, RevisionContent } from '../model/revision.js'
import type { GroupSpec } from '../model/spec.js'
import { fingerprintOf } from '../reconcile/fingerprint.js'
import type { Damage } from './damage.js'
import type { Pinned } from './pin.js'
import { contentText, readGroups, readSettings, settingsOf } from './revision-content.js'
import { type IndexEntry, readIndex, summaryOf, writeIndex } from './revision-index.js'

/** The accepted revisions: numbered, listed in memory, their content in the state directory. */
export interface Revisions {
  /** What generations count from: the number of the start, or of the last revision before it. */
  readonly base: number
  /** Number of the one in force. */
  current(): number
  /** Newest first; the current one is among them. */
  list(): readonly Revision[]
  content(revision: number): RevisionContent
  /** The newest one before the current that says something else; `null` when there is none. */
  previous(): number | null
  /**
   * Notes that `groups` are accepted instead of `before`.
   *
   * @param partial - one step of many: clients of the original remove and add groups one at a time. Such steps close
   *   together are kept as one, under the number of the last.
   * @returns the new number
   */
  add(before: readonly GroupSpec[], groups: readonly GroupSpec[], cause: Cause, partial?: boolean): number
  /** Keeps what a start needs beside groups, if it is news. */
  keepSettings(config: Config): void
  /** Takes care of what has not been needed so far: fingerprints and files have to wait until everything is up. */
  settle(): void
  /** Writes again what is missing from the state directory, which was removed or could not be written. */
  restore(groups: readonly GroupSpec[], config: Config): void
  /** Resolves once everything is written. */
  stored(): Promise<void>
  /** Why the history ends with the daemon; `null` when it does not. */
  volatile(): string | null
  state(): RevisionsState
}

/** The history as it is handed to the program that takes our place; `unwritten` is base64 by number. */
export interface RevisionsState {
  readonly base: number
  readonly current: number
  readonly entries: readonly IndexEntry[]
  readonly unwritten: readonly (readonly [number, string])[]
  /** What was on its way to the disk. */
  readonly packed: readonly (readonly [number, readonly GroupSpec[]])[]
}

/** What keeping revisions needs. */
export interface RevisionsDeps {
  readonly state: StateStore
  readonly packing: Packing
  /** What the daemon starts with. */
  readonly initial: Config
  readonly clock: Clock
  /** Revisions kept, as the file last said. */
  keep(): number
  /** What another program had when we took its place. */
  readonly before?: RevisionsState
  /** Hears of files that cannot be read. */
  readonly damage?: Pick<Damage, 'found'>
}

const INDEX = 'revisions.json'
const SETTINGS = 'settings.json'
const contentName = (revision: number) => `revision-${revision}.gz`
const numberOf = (name: string) => Number(/^revision-(\d{1,9})\.gz/.exec(name)?.[1] ?? 0)

/** All packed contents together; the oldest go first. */
const BYTES_MAX = 16 * 1024 * 1024
/** Contents kept in memory because they cannot be written. */
const UNWRITTEN_MAX = 10

/** How long a revision waits to be looked at closely, ms. */
const SETTLE_MS = 1_000

/** A revision before it is looked at closely. */
interface Draft {
  readonly number: number
  readonly before: readonly GroupSpec[]
  readonly groups: readonly GroupSpec[]
  readonly cause: Cause
  readonly wallMs: number
  readonly partial: boolean
}

/**
 * Takes up the history where the last daemon left it: one small file is read, nothing is written.
 *
 * A start whose groups are those of the last revision is that revision; any other start is the next one.
 */
export function createRevisions({ state, packing, initial, clock, keep, before, damage }: RevisionsDeps): Revisions {
  const startedWallMs = clock.wallMs()
  const index = before ? null : readIndex(state.read(INDEX))
  let entries = before?.entries ?? index?.entries ?? []
  /** The highest number that anything tells of: none is given twice, even if the list was lost. */
  const highest = index === null ? 0 : Math.max(index.highest, ...state.list().map(numberOf))
  const base = before?.base ?? Math.max(1, highest)
  /** Number of the one in force; `null` until it is known what number the start has. */
  let current = before?.current ?? null
  let draft: Draft | null = null
  let settings = ''
  let waiting: (() => void)[] = []
  /** Contents on their way to the disk. */
  const packed = new Map<number, readonly GroupSpec[]>()
  /** Contents that the disk did not take. */
  const unwritten = new Map<number, Uint8Array>(
    before?.unwritten.map(([number, text]) => [number, Buffer.from(text, 'base64')]),
  )

  function groupsOf(revision: number): readonly GroupSpec[] | null {
    const pending = packed.get(revision)
    if (pending) return pending
    const bytes = unwritten.get(revision) ?? state.read(contentName(revision))
    const text = bytes && packing.unpack(bytes)
    const groups = text ? readGroups(text) : null
    if (bytes && groups === null) damage?.found(contentName(revision), `the content of revision ${revision} is lost`)
    return groups
  }

  function store(revision: number, groups: readonly GroupSpec[]): void {
    packed.set(revision, groups)
    packing.pack(contentText(groups), (bytes) => {
      // A revision can be dropped, or stored once more, while it is being packed.
      if (packed.get(revision) !== groups) return
      packed.delete(revision)
      unwritten.set(revision, bytes)
      writeContents()
      entries = entries.map((entry) => (entry.number === revision ? { ...entry, bytes: bytes.length } : entry))
      drop()
      writeList()
      if (packed.size > 0) return
      for (const resolve of waiting) resolve()
      waiting = []
    })
  }

  function writeContents(): void {
    for (const [number, content] of unwritten) {
      if (!state.write(contentName(number), content)) break
      unwritten.delete(number)
    }
  }

  function writeList(): void {
    state.write(INDEX, writeIndex(entries.filter(({ number }) => !unwritten.has(number) && !packed.has(number))))
  }

  /** Lets go of the oldest ones; never of the current one. */
  function drop(): void {
    const surplus = Math.max(0, unwritten.size - UNWRITTEN_MAX)
    const gone = new Set([...unwritten.keys()].sort((a, b) => a - b).slice(0, surplus))
    let count = entries.length - gone.size
    let bytes = entries.reduce((sum, entry) => sum + (gone.has(entry.number) ? 0 : entry.bytes), 0)
    for (const entry of entries.slice(0, -1)) {
      if (count <= keep() && bytes <= BYTES_MAX) break
      if (gone.has(entry.number)) continue
      gone.add(entry.number)
      count -= 1
      bytes -= entry.bytes
    }
    entries = entries.filter(({ number }) => !gone.has(number))
    for (const number of gone) {
      packed.delete(number)
      if (!unwritten.delete(number)) state.remove(contentName(number))
    }
  }

  function append(entry: Omit<IndexEntry, 'bytes'>, groups: readonly GroupSpec[]): void {
    entries = [...entries, { ...entry, bytes: 0 }]
    store(entry.number, groups)
  }

  /** @returns the number of the start */
  function noteStart(): number {
    if (current !== null) return current
    if (index?.damaged)
      damage?.found(INDEX, `revisions go on after ${highest} with ${entries.length} of the former ones`)
    const { groups } = initial
    const fingerprint = fingerprintOf(groups)
    const last = entries.at(-1)
    // Lost ones were in force after those that are left.
    const isLast = last?.number === highest
    current = base
    if (isLast && last.fingerprint === fingerprint) return current
    const before = last ? groupsOf(last.number) : null
    if (isLast && before && fingerprintOf(before) === fingerprint) {
      // Stored by a version that knew fewer fields.
      entries = entries.map((entry) => (entry === last ? { ...last, fingerprint } : entry))
      store(last.number, groups)
      return current
    }
    if (highest > 0) current += 1
    const unknown = highest > 0 && !(isLast && before)
    const summary = unknown ? 'the one before cannot be read' : summaryOf(before, groups)
    append({ number: current, wallMs: startedWallMs, cause: { what: 'start', by: null }, summary, fingerprint }, groups)
    return current
  }

  function settle(): void {
    noteStart()
    if (settings === '') self.keepSettings(initial)
    if (draft === null) return
    const { number, wallMs, cause, before, groups } = draft
    draft = null
    append({ number, wallMs, cause, summary: summaryOf(before, groups), fingerprint: fingerprintOf(groups) }, groups)
  }

  const self: Revisions = {
    base,
    current: noteStart,
    list() {
      settle()
      return entries.map(({ bytes: _bytes, ...revision }) => revision).toReversed()
    },
    content(revision) {
      settle()
      const entry = entries.find(({ number }) => number === revision)
      const groups = entry && groupsOf(revision)
      if (!entry) return missing(`No revision ${revision} is kept; svctl history shows those that are`)
      if (!groups) return missing(`The content of revision ${revision} cannot be read any more`)
      const { bytes: _bytes, ...listed } = entry
      return { ok: true, revision: listed, groups }
    },
    previous() {
      settle()
      const now = entries.at(-1)?.fingerprint
      return entries.findLast(({ fingerprint }) => fingerprint !== now)?.number ?? null
    },
    add(before, groups, cause, partial = false) {
      const number = noteStart() + 1
      const joins = partial && draft?.partial === true
      const from = joins && draft ? draft.before : before
      const what = joins && draft?.cause.what !== cause.what ? 'several groups' : cause.what
      if (!joins) settle()
      if (draft === null) clock.wakeAt(clock.monotonicMs() + SETTLE_MS, settle)
      draft = { number, before: from, groups, cause: { ...cause, what }, wallMs: clock.wallMs(), partial }
      current = number
      return number
    },
    keepSettings(config) {
      const text = contentText(settingsOf(config))
      if (text === settings) return
      settings = text
      const bytes = new TextEncoder().encode(text)
      const kept = state.read(SETTINGS)
      if (kept === null || new TextDecoder().decode(kept) !== text) state.write(SETTINGS, bytes)
    },
    settle,
    restore(groups, config) {
      settle()
      settings = ''
      self.keepSettings(config)
      const there = new Set(state.list())
      const isKept = ({ number }: IndexEntry) =>
        there.has(contentName(number)) || unwritten.has(number) || packed.has(number)
      const last = entries.at(-1)
      entries = entries.filter((entry) => entry === last || isKept(entry))
      if (last !== undefined && !isKept(last)) store(last.number, groups)
      else {
        writeContents()
        writeList()
      }
    },
    stored() {
      settle()
      return packed.size === 0 ? Promise.resolve() : new Promise((resolve) => void waiting.push(resolve))
    },
    state() {
      settle()
      return {
        base,
        current: noteStart(),
        entries,
        unwritten: [...unwritten].map(([number, bytes]) => [number, Buffer.from(bytes).toString('base64')]),
        packed: [...packed],
      }
    },
    volatile: () => (state.directory === null || unwritten.size > 0 ? state.problem() : null),
  }
  for (const [number, groups] of before?.packed ?? []) store(number, groups)
  return self
}

/**
 * Puts together what a daemon needs to start although its file is bad.
 *
 * @returns `null` when the state directory has no revision that can be read
 */
export function readLastGood(
  state: Pick<StateStore, 'read'>,
  packing: Packing,
): { readonly config: Config; readonly revision: Revision } | null {
  const revision = readIndex(state.read(INDEX)).entries.at(-1)
  const settings = readSettings(new TextDecoder().decode(state.read(SETTINGS) ?? undefined))
  const bytes = revision && state.read(contentName(revision.number))
  const text = bytes && packing.unpack(bytes)
  const groups = text && readGroups(text)
  return revision && settings && groups ? { config: { ...settings, groups, notes: [], warnings: [] }, revision } : null
}

/**
 * The groups that a rollback left in force: those of the last revision, or of the one it went back to while that is not
 * written.
 *
 * @returns `null` when they cannot be read
 */
export function readGroupsOf(
  state: Pick<StateStore, 'read'>,
  packing: Packing,
  { revision, to }: Pinned,
): readonly GroupSpec[] | null {
  const last = readIndex(state.read(INDEX)).entries.at(-1)?.number ?? 0
  const bytes = state.read(contentName(last >= (revision ?? 0) ? last : to))
  const text = bytes && packing.unpack(bytes)
  return text ? readGroups(text) : null
}

function missing(message: string): Extract<RevisionContent, { readonly ok: false }> {
  return { ok: false, reason: 'unknown-revision', message }
}
