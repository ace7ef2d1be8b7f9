import type { Operator } from '../model/operator.js'
import type { Log } from '../model/ports.js'

/** What signals do once the daemon is up; until then they are remembered. */
export interface SignalTarget {
  readonly operator: Operator
  readonly log: Log
  /** Reopens the activity log and all child logs. */
  reopenLogs(): void
}

const HANDLED = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const
type Handled = (typeof HANDLED)[number]

/**
 * Takes over the signals at once and keeps those that come before the daemon is ready.
 *
 * @returns a function that names the target and hands it what came meanwhile
 */
export function catchSignals(): (target: SignalTarget) => void {
  let target: SignalTarget | null = null
  const early: Handled[] = []
  for (const signal of HANDLED) {
    process.on(signal, () => {
      if (target) handle(signal, target)
      else if (!early.includes(signal)) early.push(signal)
    })
  }
  return (ready) => {
    target = ready
    for (const signal of early) handle(signal, ready)
  }
}

/** 128 and the number of the signal, as shells report it. */
const EXIT_SIGUSR1 = 138

/** @see spec/processes.md section 12 */
function handle(signal: Handled, { operator, log, reopenLogs }: SignalTarget): void {
  switch (signal) {
    case 'SIGTERM':
    case 'SIGINT':
    case 'SIGQUIT':
      log.write('warn', `received ${signal} indicating exit request`)
      operator.shutdown()
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
