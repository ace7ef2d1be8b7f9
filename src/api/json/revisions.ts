import type { Config } from '../../model/config.js'
import type { Revision, RevisionContent, RevisionList } from '../../model/revision.js'
import type { GroupSpec } from '../../model/spec.js'
import type { DiffDocument } from './diff-document.js'
import { hideNested } from './secrets.js'

/** One accepted revision in `svctl.history/v1`. */
export interface RevisionRow {
  readonly revision: number
  readonly current: boolean
  /** When it was accepted, ms since 1970. */
  readonly acceptedWallMs: number
  /** `start`, `file changed`, `SIGHUP`, `svctl apply`, `rollback to 3` and the like. */
  readonly cause: string
  /** Who asked: the name somebody logged in with, or what the client calls its user; `null` when unknown. */
  readonly by: string | null
  /** What it changed, shortened. */
  readonly summary: string
  readonly fingerprint: string
}

export interface HistoryDocument {
  readonly schema: 'svctl.history/v1'
  /** The daemon's main file. */
  readonly file: string
  readonly current: number
  /** Set while a rollback keeps the file from being taken on. */
  readonly rollback: { readonly to: number; readonly file: string } | null
  /** Why these revisions end with the daemon; `null` when they outlive it. */
  readonly volatile: string | null
  /** Files of the history that could not be read, and where they are kept; `null` for none. */
  readonly damaged: string | null
  /** Newest first. */
  readonly revisions: readonly RevisionRow[]
}

/** The groups of one revision, every default filled in, values that may be secret hidden. */
export interface RevisionDocument {
  readonly schema: 'svctl.revision/v1'
  readonly revision: RevisionRow
  readonly groups: readonly GroupSpec[]
}

/** The content of a former revision is the newest one now; processes follow. */
export interface RolledBackDocument {
  readonly schema: 'svctl.rolledback/v1'
  readonly revision: number
  /** Whose content it has. */
  readonly to: number
  readonly diff: DiffDocument
}

export function historyDocument(
  { current, rollback, volatile, damaged, revisions }: RevisionList,
  { file }: Config,
): HistoryDocument {
  return {
    schema: 'svctl.history/v1',
    file,
    current,
    rollback,
    volatile,
    damaged,
    revisions: revisions.map((revision) => revisionRow(revision, current)),
  }
}

export function revisionDocument(
  { revision, groups }: Extract<RevisionContent, { readonly ok: true }>,
  current: number,
): RevisionDocument {
  return {
    schema: 'svctl.revision/v1',
    revision: revisionRow(revision, current),
    groups: hideNested(groups) as readonly GroupSpec[],
  }
}

function revisionRow({ number, wallMs, cause, summary, fingerprint }: Revision, current: number): RevisionRow {
  return {
    revision: number,
    current: number === current,
    acceptedWallMs: wallMs,
    cause: cause.what,
    by: cause.by,
    summary,
    fingerprint,
  }
}
