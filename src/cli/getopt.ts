import { reprString } from '../model/python.js'

/** One option of a command line. */
export interface OptionSpec {
  /** What it is called in the result. Two options may share a name; giving both is a conflict. */
  readonly name: string
  /** One letter, without the dash. */
  readonly short?: string
  /** Without the dashes. */
  readonly long?: string
  /** Further long spellings. */
  readonly aliases?: readonly string[]
  readonly argument: boolean
  /**
   * An option that Supervisor does not have: it must be written out, so that every abbreviation that was unique
   * before stays unique.
   */
  readonly ours?: boolean
}

/** One option as it was given. */
export interface GivenOption {
  readonly name: string
  /** As it is quoted in messages: `-c`, or the full form of an abbreviated long one. */
  readonly spelling: string
  /** '' for options without an argument. */
  readonly value: string
}

/** A command line taken apart, or why it cannot be. The texts are those of Python's getopt module. */
export type Getopt =
  | { readonly ok: true; readonly given: readonly GivenOption[]; readonly rest: readonly string[] }
  | { readonly ok: false; readonly classic: string }

/**
 * Takes a command line apart as classic getopt does: short options may be clustered, long ones cut to a prefix that
 * names one option, the first word that is no option ends them, `--` ends them and is dropped.
 *
 * @param argv - without the program's name
 * @see https://docs.python.org/3.11/library/getopt.html
 */
export function getopt(argv: readonly string[], options: readonly OptionSpec[]): Getopt {
  const given: GivenOption[] = []
  let index = 0
  for (; index < argv.length; index++) {
    const word = argv[index] ?? ''
    if (word === '--') {
      index++
      break
    }
    if (word === '-' || !word.startsWith('-')) break
    const read = word.startsWith('--')
      ? readLong(word.slice(2), argv[index + 1], options)
      : readCluster(word.slice(1), argv[index + 1], options)
    if (!read.ok) return read
    given.push(...read.given)
    if (read.tookNext) index++
  }
  return { ok: true, given, rest: argv.slice(index) }
}

/** What is said of an option that was given twice. */
export function conflictText(spelling: string): string {
  return `conflicting command line option ${reprString(spelling)}`
}

type Read =
  | { readonly ok: true; readonly given: readonly GivenOption[]; readonly tookNext: boolean }
  | { readonly ok: false; readonly classic: string }

function readLong(text: string, next: string | undefined, options: readonly OptionSpec[]): Read {
  const equals = text.indexOf('=')
  const typed = equals < 0 ? text : text.slice(0, equals)
  const found = findLong(typed, options)
  if (!found.ok) return found
  const { option, long } = found
  const spelling = `--${long}`
  const give = (value: string, tookNext: boolean): Read => ({
    ok: true,
    given: [{ name: option.name, spelling, value }],
    tookNext,
  })
  if (!option.argument) {
    return equals < 0 ? give('', false) : wrong(`option ${spelling} must not have an argument`)
  }
  if (equals >= 0) return give(text.slice(equals + 1), false)
  return next === undefined ? wrong(`option ${spelling} requires argument`) : give(next, true)
}

type FoundLong =
  | { readonly ok: true; readonly option: OptionSpec; readonly long: string }
  | { readonly ok: false; readonly classic: string }

function findLong(typed: string, options: readonly OptionSpec[]): FoundLong {
  const all = options.flatMap((option) =>
    [option.long, ...(option.aliases ?? [])].flatMap((long) => (long === undefined ? [] : [{ option, long }])),
  )
  const exact = all.find(({ long }) => long === typed)
  if (exact !== undefined) return { ok: true, ...exact }
  const [first, ...others] = all.filter(({ option, long }) => option.ours !== true && long.startsWith(typed))
  if (first === undefined) return wrong(`option --${typed} not recognized`)
  return others.length === 0 ? { ok: true, ...first } : wrong(`option --${typed} not a unique prefix`)
}

function readCluster(letters: string, next: string | undefined, options: readonly OptionSpec[]): Read {
  const given: GivenOption[] = []
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at] ?? ''
    const option = options.find(({ short }) => short === letter)
    if (option === undefined) return wrong(`option -${letter} not recognized`)
    const give = (value: string): void => void given.push({ name: option.name, spelling: `-${letter}`, value })
    if (!option.argument) {
      give('')
      continue
    }
    const attached = letters.slice(at + 1)
    if (attached !== '') {
      give(attached)
      return { ok: true, given, tookNext: false }
    }
    if (next === undefined) return wrong(`option -${letter} requires argument`)
    give(next)
    return { ok: true, given, tookNext: true }
  }
  return { ok: true, given, tookNext: false }
}

function wrong(classic: string): { readonly ok: false; readonly classic: string } {
  return { ok: false, classic }
}
