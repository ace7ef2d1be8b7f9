import type { EarlySignals, Handled } from '../host/early-signals.js'
import type { Operator } from '../model/operator.js'
import type { Log } from '../model/ports.js'

/** What signals do once the daemon is up; until then they are remembered. */
export interface SignalTarget {
  readonly operator: Operator
  readonly log: Log
  /** Kills what a shutdown has left. @param why - for the activity log */
  hurry(why: string): void
  /** Reopens the activity log and all child logs. */
  reopenLogs(): void
}

/** From now on the signals do what they are for, those first that came meanwhile. */
export function obeySignals(signals: EarlySignals, target: SignalTarget): void {
  const asked: Asked = { atMs: null }
  signals.deliver((signal) => handle(signal, target, asked))
}

/** 128 and the number of the signal, as shells report it. */
const EXIT_SIGUSR1 = 138

/** @see spec/processes.md section 12 */
function handle(signal: Handled, target: SignalTarget, asked: Asked): void {
  const { operator, log, reopenLogs } = target
  switch (signal) {
    case 'SIGTERM':
    case 'SIGINT':
    case 'SIGQUIT':
      log.write('warn', `received ${signal} indicating exit request`)
      end(signal, target, asked)
      break
    case 'SIGHUP':
      if (operator.state() !== 'RUNNING') {
        log.write('warn', 'ignored SIGHUP indicating restart request (shutdown in progress)')
        break
      }
      log.write('warn', 'received SIGHUP indicating restart request')
      operator.reload({ what: 'SIGHUP', by: null })
      break
    case 'SIGUSR2':
      log.write('info', 'received SIGUSR2 indicating log reopen request')
      reopenLogs()
      break
    case 'SIGUSR1':
      // Nobody handles it in the original, so it ends that one at once; left to Node it would open a debugger.
      log.write('critical', 'received SIGUSR1, which ends the daemon at once')
      process.exit(EXIT_SIGUSR1)
  }
}

/** Signals closer together than this are one: a terminal and a wrapper both pass Ctrl-C on, ms. */
const BURST_MS = 500

/** A further signal makes haste; to the letter, which waits for every program, it does not. */
function end(signal: Handled, { operator, hurry }: SignalTarget, asked: Asked): void {
  if (operator.state() === 'RUNNING') operator.shutdown()
  const nowMs = performance.now()
  if (asked.atMs === null) asked.atMs = nowMs
  else if (nowMs - asked.atMs >= BURST_MS && operator.config().daemon.converge.mode === 'auto')
    hurry(`received ${signal} again`)
}

/** When a signal first asked for the end, monotonic ms. */
interface Asked {
  atMs: number | null
}
