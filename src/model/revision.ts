import type { Diagnostic } from './diagnostic.js'
import type { DiffReport, GuardRefusal } from './operator.js'
import type { GroupSpec } from './spec.js'

/** Where a revision came from. */
export interface Cause {
  /** `start`, `file changed`, `SIGHUP`, `svctl apply`, `rollback to 3` and the like. */
  readonly what: string
  /** Who asked for it: the name somebody logged in with, or what the client calls its user; `null` when unknown. */
  readonly by: string | null
}

/** One accepted revision as it is listed. */
export interface Revision {
  readonly number: number
  /** When it was accepted. */
  readonly wallMs: number
  readonly cause: Cause
  /** What it changed, shortened: `2 changed (api, web), 1 removed (old)`. */
  readonly summary: string
  /** Of its groups. @see reconcile/fingerprint.ts */
  readonly fingerprint: string
}

/** The revisions that are kept. */
export interface RevisionList {
  /** Number of the one in force. */
  readonly current: number
  /** The file that is not in force because its content was rolled away from; `null` without a rollback. */
  readonly rollback: { readonly to: number; readonly file: string } | null
  /** Newest first; the current one is among them. */
  readonly revisions: readonly Revision[]
  /** Why they end with the daemon; `null` when they outlive it. */
  readonly volatile: string | null
  /** What could not be read and is kept aside; `null` for nothing. */
  readonly damaged: string | null
}

/** Why a revision cannot be had: never known or no longer kept, or its content cannot be read. */
export type RevisionMissing = { readonly ok: false; readonly reason: 'unknown-revision'; readonly message: string }

/** The groups of one revision. */
export type RevisionContent =
  | { readonly ok: true; readonly revision: Revision; readonly groups: readonly GroupSpec[] }
  | RevisionMissing

/** How going back came out. */
export type RollbackResult =
  /** `revision` is the new one, or the current one when it says the same as `to`. */
  | { readonly ok: true; readonly revision: number; readonly to: number; readonly report: DiffReport }
  | {
      readonly ok: false
      readonly reason: 'guard'
      readonly to: number
      readonly refusal: GuardRefusal
      readonly report: DiffReport
    }
  | RevisionMissing

/** What going back to a revision would do. */
export type RevisionDiff = { readonly ok: true; readonly to: number; readonly report: DiffReport } | RevisionMissing

/** Started from the last good revision because the file cannot be used. */
export interface LastGoodBoot {
  readonly revision: number
  readonly diagnostics: readonly Diagnostic[]
}
