import { CHANGING } from './rows/changing.js'
import { FILES } from './rows/files.js'
import { LOOKING } from './rows/looking.js'
import { SELF } from './rows/self.js'
import { TELLING } from './rows/telling.js'
import { VERBS } from './rows/verbs.js'

/** How a command can print its answer. */
export type OutputFormat =
  | 'text'
  | 'wide'
  | 'json'
  | 'yaml'
  | 'patch'
  | 'names'
  | 'markdown'
  | 'github'
  | 'junit'
  | 'sarif'

/** One flag: `-o, --output <format>`; without `<…>` it takes no value. */
export interface FlagRow {
  readonly flags: string
  readonly text: string
  /** What its value has to be: any text but an empty one, a span of time, a whole number, one of a list. */
  readonly value?: 'any' | 'duration' | 'number' | readonly string[]
  /** Of a span of time: none at all makes no sense. */
  readonly above0?: true
  /** May be given several times. */
  readonly repeatable?: true
}

/** One command as the help, the reader of arguments and the dispatcher need it. */
export interface CommandRow {
  readonly summary: string
  /** Whether NAME arguments are taken: `some` wants at least one, `one` exactly one, `maybe` at most one. */
  readonly names: 'none' | 'any' | 'some' | 'one' | 'maybe'
  /** What an argument is, for the help; NAME when left out. */
  readonly label?: string
  readonly flags: readonly FlagRow[]
  readonly outputs: readonly OutputFormat[]
  /** What 0 and 1 mean here. */
  readonly exit: string
  readonly examples: readonly [string, string]
}

/** Every command of svctl, in the order the help shows them. */
export const COMMANDS = {
  ...LOOKING,
  ...TELLING,
  ...CHANGING,
  ...VERBS,
  ...FILES,
  ...SELF,
} as const satisfies Record<string, CommandRow>

/** The parts of the help, by the first command of each. */
export const HEADINGS: Readonly<Partial<Record<CommandName, string>>> = {
  status: 'What runs, and why',
  diff: 'What the file says, and what was accepted',
  start: 'Processes',
  init: 'Files, without a daemon',
  completion: 'This program',
}

export type CommandName = keyof typeof COMMANDS

/** Flags of every command. */
export const GLOBAL_FLAGS: readonly FlagRow[] = [
  {
    flags: '-s, --server <url>',
    text: 'Where the daemon listens: unix:///path, http://host:port or https://host:port',
    value: 'any',
  },
  { flags: '-u, --username <name>', text: 'Name for the server (or SVCTL_USERNAME)', value: 'any' },
  { flags: '-p, --password <text>', text: 'Password for the server (better: SVCTL_PASSWORD)' },
  {
    flags: '--client-config <file>',
    text: 'File whose [supervisorctl] says where the daemon is (or SVCTL_CONFIG)',
    value: 'any',
  },
  {
    flags: '--cafile <file>',
    text: 'Certificates to trust for https instead of the usual ones (or SVCTL_CAFILE)',
    value: 'any',
  },
  { flags: '-o, --output <format>', text: 'text, json, yaml or what else the help of the command lists' },
  { flags: '--color <when>', text: 'auto, always or never; auto respects NO_COLOR' },
]

/** The same as one command has them: `-c` as supervisorctl has it, unless that is another file here. */
export function globalFlags({ flags }: CommandRow): readonly FlagRow[] {
  if (flags.some((flag) => flag.flags.startsWith('-c,'))) return GLOBAL_FLAGS
  return GLOBAL_FLAGS.map((flag) =>
    flag.flags.startsWith('--client-config') ? { ...flag, flags: `-c, ${flag.flags}` } : flag,
  )
}

/** What every command returns beside 0 and 1. */
export const EXIT_TEXT =
  '2 usage or unknown name, 6 invalid configuration, 7 daemon not reachable, 8 refused by a guard, 124 timed out, 130 interrupted'
