import type { Config } from '../model/config.js'
import type { RevisionList } from '../model/revision.js'
import { fingerprintOf } from '../reconcile/fingerprint.js'
import type { Acceptance } from './acceptance.js'

/**
 * What keeps a rollback in force: the content of the file that was rolled away from is not taken on by itself. Any
 * other content is, and ends it; so does a person who asks for the file.
 */
export interface Pin {
  /** @param revision - the new one, whose content is that of `to` */
  set(revision: number, to: number, away: Config): void
  end(): void
  /** Whether the file still says what was rolled away from; otherwise the pin is over. */
  holds(candidate: Config): boolean
  rollback(): RevisionList['rollback']
  state(): Pinned | null
}

/** A rollback in force: to which revision, and the content that is kept out. */
export interface Pinned {
  readonly to: number
  readonly file: string
  readonly fingerprint: string
}

/** @param before - what was in force already */
export function createPin(acceptance: Pick<Acceptance, 'setCondition'>, before: Pinned | null = null): Pin {
  let pinned = before

  function end(): void {
    if (pinned !== null) acceptance.setCondition('RolledBack', null)
    pinned = null
  }

  return {
    set(revision, to, { file, groups }) {
      end()
      pinned = { to, file, fingerprint: fingerprintOf(groups) }
      const what = revision === to ? `is kept by a rollback` : `is a rollback to ${to}`
      const message =
        `revision ${revision} ${what}; the file ${file} is not in force until it changes or someone ` +
        'asks for it with svctl apply'
      acceptance.setCondition('RolledBack', { message, diagnostics: [] })
    },
    end,
    holds(candidate) {
      if (pinned === null) return false
      if (pinned.fingerprint === fingerprintOf(candidate.groups)) return true
      end()
      return false
    },
    rollback: () => pinned && { to: pinned.to, file: pinned.file },
    state: () => pinned,
  }
}
