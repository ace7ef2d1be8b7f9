import type { CommandRow } from '../commands.js'

/** Commands that only look at the daemon. */
export const LOOKING = {
  status: {
    summary: 'Show processes and whether each is as it should be',
    names: 'any',
    flags: [{ flags: '--watch', text: 'Keep showing: in place on a terminal, changed lines when piped' }],
    outputs: ['text', 'wide', 'json', 'yaml'],
    exit: '0 all are as they should be (or held), 1 some are not',
    examples: ['svctl status', 'svctl status -o wide "workers:*"'],
  },
  drift: {
    summary: 'Show where processes differ from what was accepted',
    names: 'none',
    flags: [],
    outputs: ['text', 'json', 'yaml'],
    exit: '0 no drift, 1 drift',
    examples: ['svctl drift', 'svctl drift -o json'],
  },
} as const satisfies Record<string, CommandRow>
