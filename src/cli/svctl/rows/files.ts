import type { CommandRow } from '../commands.js'

/** Commands that need no daemon. */
export const FILES = {
  check: {
    summary: 'Say what is wrong with a configuration; needs no daemon',
    names: 'none',
    flags: [
      {
        flags: '-c, --file <file>',
        text: 'The configuration; - is standard input (default: where supervisord looks)',
        value: 'any',
      },
      { flags: '--strict', text: 'Treat warnings as errors' },
      { flags: '--host', text: 'Also look whether this machine has the commands, folders, users and ports' },
      { flags: '--run', text: 'Also start the programs under a private daemon and see whether they stay up' },
      { flags: '--timeout <time>', text: 'For --run: give up after this long (default: 60s)', value: 'duration' },
      {
        flags: '--stable <time>',
        text: 'For --run: how long a program has to stay up (default: 5s)',
        value: 'duration',
      },
      {
        flags: '--only <names>',
        text: 'For --run: only these programs, separated by commas',
        value: 'any',
        repeatable: true,
      },
      {
        flags: '--set <assignment>',
        text: 'For --run: change an option, such as program.web.environment.PORT=0',
        value: 'any',
        repeatable: true,
      },
    ],
    outputs: ['text', 'json', 'yaml', 'github', 'junit', 'sarif'],
    exit: '0 good (there may be warnings), 1 it would not work here (--host, --run)',
    examples: ['svctl check -c ./supervisord.conf', 'svctl check -c ./supervisord.conf --host --run -o github'],
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
