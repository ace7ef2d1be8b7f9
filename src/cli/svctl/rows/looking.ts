import type { CommandRow } from '../commands.js'
import { ANSWERING } from './answering.js'

/** Commands that only look at the daemon. */
export const LOOKING = {
  status: {
    summary: 'Show processes and whether each is as it should be',
    names: 'any',
    flags: [{ flags: '--watch', text: 'Keep showing: in place on a terminal, changed lines when piped' }, ANSWERING],
    outputs: ['text', 'wide', 'json', 'yaml'],
    exit: '0 all are as they should be (or held), 1 some are not',
    examples: ['svctl status', 'svctl status -o wide "workers:*"'],
  },
  drift: {
    summary: 'Show where processes differ from what was accepted',
    names: 'none',
    flags: [
      { flags: '--strict', text: 'Processes whose environment, user, folder or limits differ count, too' },
      ANSWERING,
    ],
    outputs: ['text', 'json', 'yaml'],
    exit: '0 no drift, 1 drift',
    examples: ['svctl drift', 'svctl drift --strict -o json'],
  },
  healthcheck: {
    summary: 'Tell a container engine whether the daemon and its programs are well',
    names: 'any',
    flags: [
      { flags: '--ready', text: 'All that should run is RUNNING, nothing gave up or is being restarted (default)' },
      { flags: '--live', text: 'The daemon answers; programs are not looked at' },
      { flags: '--timeout <time>', text: 'What takes longer counts as no answer (default: 5s)', value: 'duration' },
    ],
    outputs: ['text', 'json', 'yaml'],
    exit: '0 yes, 1 no, or no daemon answers: instead of 7, for engines that know only 0 and 1',
    examples: ['svctl healthcheck', 'svctl healthcheck --live'],
  },
  wait: {
    summary: 'Wait until processes are as wanted',
    names: 'any',
    flags: [
      {
        flags: '--for <what>',
        text: 'running (default), ready, stopped, completed, converged or rev=NUMBER',
        value: 'any',
      },
      { flags: '--timeout <time>', text: 'Give up after 60, 60s, 5m or 1h (default: 5m)', value: 'duration' },
    ],
    outputs: ['text', 'json', 'yaml'],
    exit: '0 all are, 1 one can no longer be (given up, ended, held, not declared)',
    examples: ['svctl wait web --for=ready --timeout 1m', 'svctl wait --for=converged'],
  },
} as const satisfies Record<string, CommandRow>
