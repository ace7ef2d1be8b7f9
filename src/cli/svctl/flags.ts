import { invariant } from '../../model/assert.js'
import type { CommandRow, FlagRow } from './commands.js'
import { parseDuration } from './duration.js'
import { type FlagValue, flagShape } from './tokens.js'

/** Flags of one command as given, checked already. Asking for one that the command does not have is a bug of ours. */
export interface Flags {
  has(name: string): boolean
  /** `null` when it is not given. */
  text(name: string): string | null
  /** All values of a repeatable flag. */
  texts(name: string): readonly string[]
  /** A span of time in ms. */
  ms(name: string, otherwise: number): number
  number(name: string): number | null
}

/** Flags of a command line, by long name with its dashes. @param given - checked by `wrongFlag` */
export function createFlags(row: CommandRow, given: ReadonlyMap<string, FlagValue>): Flags {
  const known = new Set(row.flags.map((flag) => flagShape(flag).names.at(-1)))
  const get = (name: string) => {
    invariant(known.has(name), `no flag ${name} here`)
    return given.get(name)
  }
  const text = (name: string) => {
    const value = get(name)
    return typeof value === 'string' ? value : null
  }
  return {
    has: (name) => get(name) !== undefined,
    text,
    texts: (name) => {
      const value = get(name)
      return Array.isArray(value) ? value : []
    },
    ms: (name, otherwise) => {
      const value = text(name)
      return value === null ? otherwise : (parseDuration(value) ?? otherwise)
    },
    number: (name) => {
      const value = text(name)
      return value === null ? null : Number(value)
    },
  }
}

/** @returns what is wrong with the values of flags, `null` for nothing */
export function wrongFlag(rows: readonly FlagRow[], given: ReadonlyMap<string, FlagValue>): string | null {
  for (const row of rows) {
    const name = flagShape(row).names.at(-1) ?? ''
    const value = given.get(name)
    if (value === undefined || value === true) continue
    for (const text of typeof value === 'string' ? [value] : value) {
      const wanted = wantedInstead(row, text)
      if (wanted !== null)
        return wanted === '' ? `${name} is empty` : `${name} is ${wanted}, got ${JSON.stringify(text)}`
    }
  }
  return null
}

function wantedInstead({ value }: FlagRow, text: string): string | null {
  if (value === undefined) return null
  if (value === 'any') return text === '' ? '' : null
  if (value === 'duration') return parseDuration(text) === null ? 'a time such as 60, 60s or 5m' : null
  if (value === 'number') return /^\d{1,9}$/.test(text) ? null : 'a whole number'
  return value.includes(text) ? null : `one of ${value.join(', ')}`
}
