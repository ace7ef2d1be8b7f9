import type { CommandRow } from '../commands.js'
import { ANSWERING } from './answering.js'

/** Commands that tell what happened and why. */
export const TELLING = {
  explain: {
    summary: 'Tell why a process is in its state, or what an option means',
    names: 'one',
    label: 'PROCESS|OPTION',
    flags: [
      { flags: '--option', text: 'Take the name for that of an option, even if a process has it' },
      { flags: '-c, --file <file>', text: 'Look for the option in this file, and ask the daemon of it', value: 'any' },
      ANSWERING,
    ],
    outputs: ['text', 'json', 'yaml'],
    exit: '0 told',
    examples: ['svctl explain web', 'svctl explain program.startsecs'],
  },
  events: {
    summary: 'Show what happened lately: starts, ends, revisions, conditions',
    names: 'any',
    flags: [
      { flags: '-f, --follow', text: 'Go on with what happens from now on, after the last ten' },
      {
        flags: '--since <when>',
        text: 'From a serial number (42), a span ago (10m) or a time (14:30, 2026-01-31T14:30) on',
        value: 'any',
      },
      ANSWERING,
    ],
    outputs: ['text', 'json', 'yaml'],
    exit: '0 shown',
    examples: ['svctl events --since 10m', 'svctl events -f -o json "workers:*"'],
  },
  logs: {
    summary: 'Show the logs of programs, line by line under their names',
    names: 'any',
    label: 'PATTERN',
    flags: [
      { flags: '-f, --follow', text: 'Go on with what is written from now on' },
      { flags: '--since <time>', text: 'Begin with what was written in the last 60s, 10m or 2h', value: 'duration' },
      { flags: '--lines <count>', text: 'Begin with this many lines of each log (default: 20)', value: 'number' },
      { flags: '--stdout', text: 'Only standard output' },
      { flags: '--stderr', text: 'Only standard error' },
      { flags: '--raw', text: 'Leave control characters as they are' },
      ANSWERING,
    ],
    outputs: ['text', 'json'],
    exit: '0 shown',
    examples: ['svctl logs -f web', 'svctl logs --since 10m --stderr "workers:*"'],
  },
} as const satisfies Record<string, CommandRow>
