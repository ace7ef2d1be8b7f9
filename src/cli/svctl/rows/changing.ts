import type { CommandRow } from '../commands.js'
import { WAITING } from './waiting.js'

/** Commands about what is desired: the file and its revisions. */
export const CHANGING = {
  diff: {
    summary: 'Show what the file would change; changes nothing',
    names: 'any',
    flags: [{ flags: '-c, --file <file>', text: 'Compare this file, which is not in place yet', value: 'any' }],
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
} as const satisfies Record<string, CommandRow>
