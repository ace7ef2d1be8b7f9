import { someOf } from '../model/listing.js'
import type { Log, StateStore } from '../model/ports.js'
import type { Acceptance } from './acceptance.js'

/** What the name of a file that was kept aside has in it. */
const ASIDE = '.corrupt-'

/** Tells of files of the state directory that cannot be read: they are kept aside, never overwritten. */
export interface Damage {
  /** @param lost - what is missing now, in one clause */
  found(name: string, lost: string): void
  /** What was kept aside and is still there; `null` for nothing. */
  message(): string | null
  /** Tells again whether there is any. */
  look(): void
}

/** Keeps the condition `StateDamaged` as long as a file that was kept aside is there: somebody has to look at it. */
export function createDamage(
  state: Pick<StateStore, 'directory' | 'setAside' | 'list'>,
  log: Log,
  acceptance: () => Pick<Acceptance, 'setCondition'>,
): Damage {
  const self: Damage = {
    found(name, lost) {
      const kept = state.setAside(name)
      const where = `${state.directory}/${name}`
      log.write('warn', `${where} cannot be read, ${lost}; ${kept === null ? 'it stays' : `it is kept as ${kept}`}`)
      self.look()
    },
    message() {
      const files = state.list().filter((name) => name.includes(ASIDE))
      if (files.length === 0) return null
      const paths = files.map((name) => `${state.directory}/${name}`)
      return `what was kept could not be read and is aside as ${someOf(paths)}; look at it, then remove it`
    },
    look() {
      const message = self.message()
      acceptance().setCondition('StateDamaged', message === null ? null : { message, diagnostics: [] })
    },
  }
  return self
}
