/*
 * Signals from the first moment on. As PID 1 a signal that nobody handles is lost, and nobody can before Node runs our
 * first statement; reading and evaluating the code of the daemon takes as long as Node's own start. So the launcher takes
 * the signals, and the daemon finds here what came meanwhile.
 */

export const HANDLED = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const
export type Handled = (typeof HANDLED)[number]

/** Signals that are heard; those that come before somebody wants them wait, each once. */
export interface EarlySignals {
  /** Hands over what waits, and everything that comes from now on. */
  deliver(to: (signal: Handled) => void): void
}

/** Launcher and code are two programs in one process: they share what is global. */
const KEY = Symbol.for('svctl.signals')
const shared = globalThis as { [KEY]?: EarlySignals }

/** Those of this process, heard from the moment this module is evaluated. */
export const earlySignals: EarlySignals = install()

function install(): EarlySignals {
  const { [KEY]: caught } = shared
  if (caught !== undefined) return caught
  const waiting = new Set<Handled>()
  let deliver: ((signal: Handled) => void) | null = null
  for (const signal of HANDLED) process.on(signal, () => (deliver === null ? waiting.add(signal) : deliver(signal)))
  const signals: EarlySignals = {
    deliver(to) {
      deliver = to
      for (const signal of waiting) to(signal)
      waiting.clear()
    },
  }
  shared[KEY] = signals
  return signals
}
