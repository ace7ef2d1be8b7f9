import type { CommandRow } from '../commands.js'

/** Commands about svctl itself. */
export const SELF = {
  completion: {
    summary: 'Print a script for a shell that completes commands, flags and names',
    names: 'one',
    label: 'bash|zsh|fish',
    flags: [],
    outputs: ['text'],
    exit: '0 printed',
    examples: ['svctl completion bash', 'svctl completion fish'],
  },
  version: {
    summary: 'Show the version of svctl',
    names: 'none',
    flags: [],
    outputs: ['text', 'json', 'yaml'],
    exit: '0 printed',
    examples: ['svctl version', 'svctl version -o json'],
  },
} as const satisfies Record<string, CommandRow>
