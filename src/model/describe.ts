import type { ProcessObserved } from './observed.js'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/**
 * The last column of `status`.
 *
 * @param wallMs - now, ms since 1970
 * @see Supervisor rpcinterface.py, _interpretProcessInfo
 */
export function describe(seen: ProcessObserved, wallMs: number): string {
  switch (seen.phase) {
    case 'RUNNING':
      return `pid ${seen.pid}, uptime ${formatUptime(wholeSeconds(wallMs) - wholeSeconds(seen.startedWallMs))}`
    case 'BACKOFF':
    case 'FATAL':
      return seen.spawnError || 'unknown error (try "tail <process name>")'
    case 'STOPPED':
    case 'EXITED':
      // Unlike the original a process that never ran shows no 1970: there is no stop to tell of.
      return seen.stoppedWallMs > 0 ? formatStopTime(seen.stoppedWallMs) : 'Not started'
    default:
      return ''
  }
}

/** The original takes both times in whole seconds, so that the text changes with the clock's second. */
function wholeSeconds(wallMs: number): number {
  return wallMs - (wallMs % 1000)
}

/** @returns `H:MM:SS`, `1 day, H:MM:SS` or `N days, H:MM:SS`; 0:00:00 for negative spans */
export function formatUptime(spanMs: number): string {
  const seconds = Math.max(0, Math.floor(spanMs / 1000))
  const days = Math.floor(seconds / 86_400)
  const two = (n: number) => String(n).padStart(2, '0')
  const clock = `${Math.floor((seconds % 86_400) / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  if (days === 0) return clock
  return `${days} ${days === 1 ? 'day' : 'days'}, ${clock}`
}

/** Local time as Python's `%b %d %I:%M %p` in the C locale: `Nov 22 03:07 PM`. */
export function formatStopTime(wallMs: number): string {
  const at = new Date(wallMs)
  const two = (n: number) => String(n).padStart(2, '0')
  const hours = at.getHours()
  const clock = `${two(hours % 12 || 12)}:${two(at.getMinutes())} ${hours < 12 ? 'AM' : 'PM'}`
  return `${MONTHS[at.getMonth()] ?? ''} ${two(at.getDate())} ${clock}`
}
