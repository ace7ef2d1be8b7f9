import type { CommandRow } from '../commands.js'

/** Commands on files; they need no daemon. */
export const FILES = {
  init: {
    summary: 'Write a small configuration to begin with, here',
    names: 'none',
    flags: [
      { flags: '--yaml', text: 'As svctl.yaml (this is the default)' },
      { flags: '--ini', text: 'As supervisord.conf' },
      { flags: '--force', text: 'Replace a file that is there' },
    ],
    outputs: ['text', 'json', 'yaml'],
    exit: '0 written',
    examples: ['svctl init', 'svctl init --ini --force'],
  },
  check: {
    summary: 'Say what is wrong with a configuration; needs no daemon',
    names: 'none',
    flags: [
      {
        flags: '-c, --file <file>',
        text: 'The configuration; - is standard input (default: SVCTL_CONFIG, then where supervisord looks)',
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
  config: {
    summary: 'Show what a configuration comes to, and which line says so',
    names: 'any',
    flags: [
      {
        flags: '-c, --file <file>',
        text: 'The configuration (default: SVCTL_CONFIG, then where supervisord looks)',
        value: 'any',
      },
      { flags: '--effective', text: 'Also the defaults of everything that the files do not say' },
      { flags: '--show-origin', text: 'Say for each value the line that sets it' },
      { flags: '--show-secrets', text: 'Show values of environments and passwords' },
    ],
    outputs: ['text', 'json', 'yaml'],
    exit: '0 shown',
    examples: ['svctl config --show-origin web', 'svctl config --effective --show-secrets -c ./supervisord.conf'],
  },
  convert: {
    summary: 'Write a configuration file as YAML or as INI, with its comments',
    names: 'one',
    label: 'FILE',
    flags: [
      { flags: '--to <format>', text: 'yaml or ini (default: the other one)', value: ['yaml', 'ini'] },
      { flags: '--out <file>', text: 'Write it there instead of printing it', value: 'any' },
      { flags: '--force', text: 'Replace the file of --out' },
    ],
    outputs: ['text', 'json', 'yaml'],
    exit: '0 converted',
    examples: ['svctl convert supervisord.conf', 'svctl convert supervisord.conf --to yaml --out svctl.yaml'],
  },
  'hash-password': {
    summary: 'Print what stands for a password in a configuration; reads it from standard input',
    names: 'none',
    flags: [],
    outputs: ['text', 'json', 'yaml'],
    exit: '0 printed',
    examples: ['svctl hash-password', 'svctl hash-password -o json'],
  },
} as const satisfies Record<string, CommandRow>
