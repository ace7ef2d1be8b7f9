import { closest } from '../../config/suggest.js'
import type { FlagRow } from './commands.js'

/** What the reader of arguments knows of one flag. */
export interface FlagShape {
  /** With dashes: `-o`, `--output`. The last one is the name it is returned by. */
  readonly names: readonly string[]
  readonly takesValue: boolean
  /** Whether it may be given several times. */
  readonly repeatable: boolean
}

/** What was given for one flag. */
export type FlagValue = string | true | readonly string[]

/** Arguments taken apart; every text exactly as it was typed. */
export type Tokens =
  | {
      readonly ok: true
      readonly positional: readonly string[]
      /** By the flag's last name; `true` for flags without value, all values of a repeatable one. */
      readonly flags: ReadonlyMap<string, FlagValue>
    }
  | { readonly ok: false; readonly message: string }

/** @returns the shape of a flag written as in help: `-o, --output <format>` */
export function flagShape({ flags, repeatable }: Pick<FlagRow, 'flags' | 'repeatable'>): FlagShape {
  const [names = ''] = flags.split(' <')
  return { names: names.split(', '), takesValue: flags.includes('<'), repeatable: repeatable === true }
}

/**
 * Takes arguments apart strictly: every flag is known, given once (unless repeatable), and has a value exactly when it takes one.
 *
 * Values come as `--name=value`, `--name value`, `-n value` or `-nvalue`; a separate value must not look like a flag, which
 * negative numbers do not: whoever reads them says more precisely what is wrong.
 * Flags may stand anywhere; after `--` everything is a name.
 */
export function readTokens(argv: readonly string[], shapes: readonly FlagShape[]): Tokens {
  const positional: string[] = []
  const flags = new Map<string, FlagValue>()
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? ''
    if (word === '--') {
      positional.push(...argv.slice(i + 1))
      break
    }
    if (!word.startsWith('-') || word === '-') {
      positional.push(word)
      continue
    }
    const { flag, attached } = splitFlag(word)
    const shape = shapes.find(({ names }) => names.includes(flag))
    const name = shape?.names.at(-1)
    if (!shape || name === undefined) return unknownFlag(word.startsWith('--') ? flag : word, shapes)
    if (flags.has(name) && !shape.repeatable) return { ok: false, message: `${name} is given twice` }
    if (!shape.takesValue) {
      if (attached !== null) return { ok: false, message: `${flag} takes no value, got ${JSON.stringify(attached)}` }
      flags.set(name, true)
      continue
    }
    const value = attached ?? argv[++i]
    if (value === undefined) return { ok: false, message: `${flag} needs a value` }
    if (attached === null && /^-\D/.test(value)) {
      const form = flag.startsWith('--') ? `${flag}=${value}` : `${flag}${value}`
      return { ok: false, message: `${flag} needs a value; if ${JSON.stringify(value)} is it, write ${form}` }
    }
    const before = flags.get(name)
    flags.set(name, shape.repeatable ? [...(Array.isArray(before) ? before : []), value] : value)
  }
  return { ok: true, positional, flags }
}

function splitFlag(word: string): { readonly flag: string; readonly attached: string | null } {
  if (!word.startsWith('--')) return { flag: word.slice(0, 2), attached: word.length > 2 ? word.slice(2) : null }
  const equals = word.indexOf('=')
  return equals < 0 ? { flag: word, attached: null } : { flag: word.slice(0, equals), attached: word.slice(equals + 1) }
}

function unknownFlag(flag: string, shapes: readonly FlagShape[]): Tokens {
  const near = closest(
    flag,
    shapes.flatMap(({ names }) => names.filter((name) => name.startsWith('--'))),
  )
  const hint = near === null ? '' : `; did you mean ${near}?`
  return { ok: false, message: `unknown option ${JSON.stringify(flag)}${hint}` }
}
