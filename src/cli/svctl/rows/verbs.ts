import type { CommandRow } from '../commands.js'
import { WAITING } from './waiting.js'

/** Commands that ask something of processes. */
export const VERBS = {
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
  hold: {
    summary: 'Stop processes and keep them down, for a time and a reason',
    names: 'some',
    flags: [
      {
        flags: '--for <time>',
        text: 'End the hold after 30m or 2h; then the file decides again',
        value: 'duration',
        above0: true,
      },
      { flags: '--reason <text>', text: 'Why; shown wherever the hold is', value: 'any' },
      ...WAITING,
    ],
    outputs: ['text', 'json', 'yaml'],
    exit: '0 all are down and held, 1 some are not',
    examples: ['svctl hold web', 'svctl hold --for 2h --reason "new disk" "workers:*"'],
  },
  release: {
    summary: 'End holds: the file decides again',
    names: 'some',
    flags: [],
    outputs: ['text', 'json', 'yaml'],
    exit: '0 done',
    examples: ['svctl release web', 'svctl release all'],
  },
  scale: {
    summary: 'Run another number of processes than the file says',
    names: 'some',
    label: 'NAME=N',
    flags: [{ flags: '--reset', text: 'What the file says counts again, as with NAME=file' }, ...WAITING],
    outputs: ['text', 'json', 'yaml'],
    exit: '0 they are there, 1 some did not come up',
    examples: ['svctl scale web=5', 'svctl scale web=file workers=0'],
  },
} as const satisfies Record<string, CommandRow>
