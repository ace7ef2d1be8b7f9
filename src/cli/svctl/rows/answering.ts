import type { FlagRow } from '../commands.js'

/** The flag of commands that only ask: the daemon answers from memory, so that one which hangs shows soon. */
export const ANSWERING: FlagRow = {
  flags: '--timeout <time>',
  text: 'Give up when the daemon has not answered for 60, 60s or 5m (default: 10s)',
  value: 'duration',
  above0: true,
}

/** How long an answer may take where nothing else is said, ms. */
export const ANSWER_MS = 10_000

/** The same for commands that change something or wait: accepting a large file on a slow disk takes a while, ms. */
export const CHANGE_ANSWER_MS = 60_000
