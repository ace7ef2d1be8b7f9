import { invariant } from '../../model/assert.js'
import type { CommandRow, FlagRow } from './commands.js'
import { durationProblem, parseDuration } from './duration.js'
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
      const wrong = wrongText(row, text)
      if (wrong === null) continue
      const { wanted, why = '' } = wrong
      if (wanted === '' || text === '') return `${name} is empty${wanted === '' ? '' : `: give ${wanted}`}`
      return `${name} is ${wanted}, got ${JSON.stringify(text)}${why === '' ? '' : `: ${why}`}`
    }
  }
  return null
}

/** @returns what is wanted instead ('' for anything at all) and why this is not; `null` when nothing is wrong */
function wrongText(
  { value, above0 }: FlagRow,
  text: string,
): { readonly wanted: string; readonly why?: string } | null {
  if (value === undefined) return null
  if (value === 'any') return text === '' ? { wanted: '' } : null
  if (value === 'duration') return durationProblem(text, above0 === true)
  if (value === 'number') return /^\d{1,9}$/.test(text) ? null : { wanted: 'a whole number' }
  return value.includes(text) ? null : { wanted: `one of ${value.join(', ')}` }
}
