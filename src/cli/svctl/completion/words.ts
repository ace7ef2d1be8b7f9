import { COMMANDS, type CommandRow, type FlagRow, GLOBAL_FLAGS } from '../commands.js'
import { flagShape } from '../tokens.js'

/** One flag as the scripts need it. */
export interface FlagWords {
  /** With dashes. */
  readonly names: readonly string[]
  readonly text: string
  /** What may follow: nothing, one of a list, a file, or something nobody can guess. */
  readonly value: readonly string[] | 'none' | 'file' | 'any'
}

/** One command as the scripts need it. */
export interface CommandWords {
  readonly name: string
  readonly text: string
  /** Its own, with `--output`, whose values are its own; see `commonFlags` for the others. */
  readonly flags: readonly FlagWords[]
  /** What its arguments are: names of processes, files, one of a list, or nothing that can be guessed. */
  readonly takes: readonly string[] | 'processes' | 'files' | 'nothing'
}

/** Every command with what can be typed after it, from the table that reads the arguments. */
export function commandWords(): readonly CommandWords[] {
  return Object.entries(COMMANDS).map(([name, row]) => wordsOf(name, row))
}

/** Flags of every command, with or without a command before them. */
export function commonFlags(): readonly FlagWords[] {
  return GLOBAL_FLAGS.filter((flag) => !isOutput(flag)).map((flag) => flagWords(flag, []))
}

/** Flags that take a value, by all their names, in every command. */
export function valuedFlags(): readonly string[] {
  const flags = [...commandWords().flatMap(({ flags }) => flags), ...commonFlags()]
  return [...new Set(flags.flatMap(({ names, value }) => (value === 'none' ? [] : names)))]
}

/** Flags that say which daemon is meant: whoever asks for names has to give them on. */
export const AIM: readonly string[] = ['--server', '--username', '--password', '--client-config'].flatMap(
  (long) => GLOBAL_FLAGS.map(flagShape).find(({ names }) => names.includes(long))?.names ?? [],
)

/** A text between single quotes, for any of the three shells. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", '’')}'`
}

function wordsOf(name: string, row: CommandRow): CommandWords {
  const flags = [...row.flags, ...GLOBAL_FLAGS.filter(isOutput)].map((flag) => flagWords(flag, row.outputs))
  return { name, text: row.summary, flags, takes: takenBy(row) }
}

function isOutput(flag: FlagRow): boolean {
  return flagShape(flag).names.includes('--output')
}

function flagWords(flag: FlagRow, outputs: readonly string[]): FlagWords {
  const { names, takesValue } = flagShape(flag)
  return { names, text: flag.text, value: takesValue ? valueWords(flag, names, outputs) : 'none' }
}

function valueWords(
  { flags, value }: FlagRow,
  names: readonly string[],
  outputs: readonly string[],
): FlagWords['value'] {
  if (names.includes('--output')) return outputs
  if (names.includes('--color')) return ['auto', 'always', 'never']
  if (Array.isArray(value)) return value
  return /<(file|dir|folder|path)/.test(flags) ? 'file' : 'any'
}

/** The label tells what arguments are: `bash|zsh|fish` are words, capitals are what they stand for. */
function takenBy({ names, label = 'NAME' }: CommandRow): CommandWords['takes'] {
  if (names === 'none') return 'nothing'
  if (/^[a-z|]+$/.test(label)) return label.split('|')
  if (/NAME|PROCESS|PATTERN/.test(label)) return 'processes'
  return /FILE|OLD|NEW|DIR/.test(label) ? 'files' : 'nothing'
}
