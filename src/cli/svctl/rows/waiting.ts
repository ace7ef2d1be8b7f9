import type { FlagRow } from '../commands.js'

/** Flags of commands that wait for processes. */
export const WAITING: readonly FlagRow[] = [
  { flags: '--timeout <time>', text: 'Give up waiting after 60, 60s, 5m or 1h (default: 5m)', value: 'duration' },
  { flags: '--no-wait', text: 'Return at once instead of waiting for the processes' },
]

/** How long is waited when nothing else is said, ms. */
export const WAIT_MS = 300_000
