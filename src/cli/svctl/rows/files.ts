import type { CommandRow } from '../commands.js'

/** Commands that need no daemon. */
export const FILES = {
  version: {
    summary: 'Show the version of svctl',
    names: 'none',
    flags: [],
    outputs: ['text', 'json', 'yaml'],
    exit: '0',
    examples: ['svctl version', 'svctl version -o json'],
  },
} as const satisfies Record<string, CommandRow>
