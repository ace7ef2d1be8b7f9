import type { Log } from '../model/ports.js'

/**
 * Keeps the daemon alive when a bug of ours throws: a supervisor that ends takes everything it runs with it, and the
 * loop looks at the whole table again at the next event, so one lost step heals.
 *
 * @see Supervisor logs `uncaptured python exception` and goes on, too
 */
export function surviveBugs(log: Log): void {
  const report = (what: string) => (thrown: unknown) => {
    const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
    log.write('critical', `${what}, which is a bug; going on: ${text}`)
  }
  process.on('uncaughtException', report('uncaught exception'))
  process.on('unhandledRejection', report('unhandled rejection'))
}
