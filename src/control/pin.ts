import type { Config } from '../model/config.js'
import type { StateStore } from '../model/ports.js'
import type { RevisionList } from '../model/revision.js'
import { fingerprintOf } from '../reconcile/fingerprint.js'
import type { Acceptance } from './acceptance.js'

/**
 * What keeps a rollback in force: the content of the file that was rolled away from is not taken on by itself, not even
 * by the next daemon. Any other content is, and ends it; so does a person who asks for the file.
 */
export interface Pin {
  /** @param revision - the new one, whose content is that of `to` */
  set(revision: number, to: number, away: Config): void
  end(): void
  /** Whether the file still says what was rolled away from; otherwise the pin is over. */
  holds(candidate: Config): boolean
  rollback(): RevisionList['rollback']
  /** Makes what is kept for the next daemon what is in force. */
  keep(): void
  state(): Pinned | null
}

/** A rollback in force: to which revision, and the content that is kept out. */
export interface Pinned {
  readonly to: number
  /** The one that it made; absent where an older version handed it on. */
  readonly revision?: number
  readonly file: string
  readonly fingerprint: string
}

const FILE = 'rollback.json'

/** @param before - what was in force already */
export function createPin(
  acceptance: Pick<Acceptance, 'setCondition'>,
  state: Pick<StateStore, 'read' | 'write' | 'remove'>,
  before: Pinned | null = null,
): Pin {
  let pinned = before

  function end(): void {
    if (pinned === null) return
    acceptance.setCondition('RolledBack', null)
    pinned = null
    state.remove(FILE)
  }

  const self: Pin = {
    set(revision, to, { file, groups }) {
      end()
      pinned = { to, revision, file, fingerprint: fingerprintOf(groups) }
      self.keep()
      tellPinned(acceptance, pinned)
    },
    end,
    holds(candidate) {
      if (pinned === null) return false
      if (pinned.fingerprint === fingerprintOf(candidate.groups)) return true
      end()
      return false
    },
    rollback: () => pinned && { to: pinned.to, file: pinned.file },
    keep() {
      const text = pinned && `${JSON.stringify({ format: 1, ...pinned })}\n`
      const kept = state.read(FILE)
      if (text === null && kept !== null) state.remove(FILE)
      if (text !== null && (kept === null || new TextDecoder().decode(kept) !== text))
        state.write(FILE, new TextEncoder().encode(text))
    },
    state: () => pinned,
  }
  return self
}

/** Sets the condition of a rollback in force. */
export function tellPinned(acceptance: Pick<Acceptance, 'setCondition'>, { to, revision, file }: Pinned): void {
  const what = revision === to ? `is kept by a rollback` : `is a rollback to ${to}`
  const message =
    `revision ${revision} ${what}; the file ${file} is not in force until it changes or someone ` +
    'asks for it with svctl apply, even if the daemon is started again'
  acceptance.setCondition('RolledBack', { message, diagnostics: [] })
}

/** The rollback that a daemon of this file has left in force; `null` for none, and for what cannot be understood. */
export function readPinned(state: Pick<StateStore, 'read'>, file: string): Pinned | null {
  try {
    const text = new TextDecoder().decode(state.read(FILE) ?? undefined)
    const { format, to, revision, file: of, fingerprint } = JSON.parse(text) as Readonly<Record<string, unknown>>
    const known = format === 1 && of === file && typeof fingerprint === 'string'
    if (!known || !Number.isSafeInteger(to) || !Number.isSafeInteger(revision)) return null
    return { to: to as number, revision: revision as number, file, fingerprint }
  } catch {
    // Mostly there is none; one that was cut off by a crash of the machine holds nothing.
    return null
  }
}
