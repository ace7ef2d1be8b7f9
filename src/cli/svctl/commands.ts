/** How a command can print its answer. */
export type OutputFormat = 'text' | 'wide' | 'json' | 'yaml'

/** One flag: `-o, --output <format>`; without `<…>` it takes no value. */
export interface FlagRow {
  readonly flags: string
  readonly text: string
}

/** One command as the help, the reader of arguments and the dispatcher need it. */
export interface CommandRow {
  readonly summary: string
  /** Whether NAME arguments are taken; `some` wants at least one. */
  readonly names: 'none' | 'any' | 'some'
  readonly flags: readonly FlagRow[]
  readonly outputs: readonly OutputFormat[]
  /** What 0 and 1 mean here. */
  readonly exit: string
  readonly examples: readonly [string, string]
}

const WAITING: readonly FlagRow[] = [
  { flags: '--timeout <time>', text: 'Give up waiting after 60, 60s, 5m or 1h (default: 5m)' },
  { flags: '--no-wait', text: 'Return at once instead of waiting for the processes' },
]

/** Every command of svctl. */
export const COMMANDS = {
  status: {
    summary: 'Show processes and whether each is as it should be',
    names: 'any',
    flags: [{ flags: '--watch', text: 'Keep showing: in place on a terminal, changed lines when piped' }],
    outputs: ['text', 'wide', 'json', 'yaml'],
    exit: '0 all are as they should be (or held), 1 some are not',
    examples: ['svctl status', 'svctl status -o wide "workers:*"'],
  },
  diff: {
    summary: 'Show what the file would change; changes nothing',
    names: 'any',
    flags: [{ flags: '-c, --file <file>', text: 'Compare this file, which is not in place yet' }],
    outputs: ['text', 'json', 'yaml'],
    exit: '0 nothing would change, 1 changes are pending',
    examples: ['svctl diff', 'svctl diff -c ./supervisord.conf.new web'],
  },
  apply: {
    summary: 'Accept the file and wait until processes are as it says',
    names: 'none',
    flags: [
      { flags: '--allow-removals', text: 'Accept a file that removes most programs' },
      { flags: '--dry-run', text: 'Only show what would happen' },
      ...WAITING,
    ],
    outputs: ['text', 'json', 'yaml'],
    exit: '0 converged, 1 a process did not come up',
    examples: ['svctl apply', 'svctl apply --allow-removals --timeout 2m'],
  },
  drift: {
    summary: 'Show where processes differ from what was accepted',
    names: 'none',
    flags: [],
    outputs: ['text', 'json', 'yaml'],
    exit: '0 no drift, 1 drift',
    examples: ['svctl drift', 'svctl drift -o json'],
  },
  start: {
    summary: 'Start processes and wait until they run',
    names: 'some',
    flags: WAITING,
    outputs: ['text', 'json', 'yaml'],
    exit: '0 all run, 1 some do not',
    examples: ['svctl start web', 'svctl start --timeout 30s "workers:*"'],
  },
  stop: {
    summary: 'Stop processes; they are held until started or released',
    names: 'some',
    flags: WAITING,
    outputs: ['text', 'json', 'yaml'],
    exit: '0 all are down, 1 some are not',
    examples: ['svctl stop web', 'svctl stop --no-wait all'],
  },
  restart: {
    summary: 'Stop what runs, then start',
    names: 'some',
    flags: WAITING,
    outputs: ['text', 'json', 'yaml'],
    exit: '0 all run again, 1 some do not',
    examples: ['svctl restart web', 'svctl restart web "workers:*"'],
  },
  release: {
    summary: 'End holds: the file decides again',
    names: 'some',
    flags: [],
    outputs: ['text', 'json', 'yaml'],
    exit: '0 done',
    examples: ['svctl release web', 'svctl release all'],
  },
  version: {
    summary: 'Show the version of svctl',
    names: 'none',
    flags: [],
    outputs: ['text', 'json', 'yaml'],
    exit: '0',
    examples: ['svctl version', 'svctl version -o json'],
  },
} as const satisfies Record<string, CommandRow>

export type CommandName = keyof typeof COMMANDS

/** Flags of every command. */
export const GLOBAL_FLAGS: readonly FlagRow[] = [
  { flags: '-s, --server <url>', text: 'Where the daemon listens: unix:///path or http://host:port' },
  { flags: '-u, --username <name>', text: 'Name for the server (or SVCTL_USERNAME)' },
  { flags: '-p, --password <text>', text: 'Password for the server (better: SVCTL_PASSWORD)' },
  { flags: '--client-config <file>', text: 'File whose [supervisorctl] says where the daemon is (or SVCTL_CONFIG)' },
  { flags: '-o, --output <format>', text: 'text, json or yaml; status has wide, too' },
  { flags: '--color <when>', text: 'auto, always or never; auto respects NO_COLOR' },
]

/** What every command returns beside 0 and 1. */
export const EXIT_TEXT =
  '2 usage or unknown name, 6 invalid configuration, 7 daemon not reachable, 8 refused by a guard, 124 timed out, 130 interrupted'
