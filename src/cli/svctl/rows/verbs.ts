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
  release: {
    summary: 'End holds: the file decides again',
    names: 'some',
    flags: [],
    outputs: ['text', 'json', 'yaml'],
    exit: '0 done',
    examples: ['svctl release web', 'svctl release all'],
  },
} as const satisfies Record<string, CommandRow>
