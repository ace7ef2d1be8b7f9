import type { CommandRow } from '../commands.js'
import { ANSWERING } from './answering.js'
import { WAITING } from './waiting.js'

/** Commands about what is desired: the file and its revisions. */
export const CHANGING = {
  diff: {
    summary: 'Show what the file would change; changes nothing',
    names: 'any',
    flags: [
      { flags: '-c, --file <file>', text: 'Compare this file, which is not in place yet', value: 'any' },
      { flags: '--rev <revision>', text: 'Show what going to this accepted revision would do', value: 'number' },
      { flags: '--offline', text: 'Compare two files or folders, OLD NEW, as if all of OLD ran; asks no daemon' },
      {
        flags: '--detailed-exitcode',
        text: 'Exit with 0 for no change, 2 for changes, 1 for an error, as Terraform does',
      },
      { flags: '--exit-zero', text: 'Exit with 0 although there are changes' },
      {
        flags: '--fail-on <effects>',
        text: 'Exit with 1 only for these: start, stop, restart, remove, with commas between',
        value: 'any',
      },
      { flags: '--show-secrets', text: 'Show values of environments and passwords; over a unix socket only' },
      ANSWERING,
    ],
    outputs: ['text', 'json', 'yaml', 'patch', 'names', 'markdown'],
    exit: '0 nothing would change, 1 changes are pending',
    examples: ['svctl diff -c ./supervisord.conf.new web', 'svctl diff --offline -o markdown main/ pull-request/'],
  },
  apply: {
    summary: 'Accept the file, or some groups of it, and wait for the processes',
    names: 'any',
    label: 'GROUP',
    flags: [
      {
        flags: '--rev <revision>',
        text: 'Only if this revision is still the accepted one, and with 7@1a2b3c4d the file still what diff showed',
        value: 'any',
      },
      { flags: '--allow-removals', text: 'Accept a file that removes most programs' },
      { flags: '--dry-run', text: 'Only show what would happen' },
      ...WAITING,
    ],
    outputs: ['text', 'json', 'yaml'],
    exit: '0 converged, 1 a process did not come up',
    examples: ['svctl apply', 'svctl apply web --rev 7@1a2b3c4d --timeout 2m'],
  },
  history: {
    summary: 'Show the accepted revisions, newest first',
    names: 'none',
    flags: [ANSWERING],
    outputs: ['text', 'json', 'yaml'],
    exit: '0 shown',
    examples: ['svctl history', 'svctl history -o json'],
  },
  'show-revision': {
    summary: 'Show what an accepted revision says, secrets hidden',
    names: 'some',
    label: 'REVISION [NAME...]',
    flags: [ANSWERING],
    outputs: ['text', 'json', 'yaml'],
    exit: '0 shown',
    examples: ['svctl show-revision 7', 'svctl show-revision 7 web'],
  },
  rollback: {
    summary: 'Go back to a former revision until the file changes (default: the one before)',
    names: 'maybe',
    label: 'REVISION',
    flags: [
      { flags: '--allow-removals', text: 'Go back even if that removes most programs' },
      { flags: '--dry-run', text: 'Only show what would happen' },
      ...WAITING,
    ],
    outputs: ['text', 'json', 'yaml'],
    exit: '0 converged, 1 a process did not come up',
    examples: ['svctl rollback', 'svctl rollback 6 --dry-run'],
  },
  upgrade: {
    summary: 'Let the installed version take the place of the running one; processes and sockets go on',
    names: 'none',
    flags: [
      { flags: '--timeout <time>', text: 'Give up waiting after 60, 60s or 5m (default: 60s)', value: 'duration' },
    ],
    outputs: ['text', 'json', 'yaml'],
    exit: '0 it has; 8 it could not, and everything goes on as it was',
    examples: ['svctl upgrade', 'svctl upgrade -o json'],
  },
} as const satisfies Record<string, CommandRow>
