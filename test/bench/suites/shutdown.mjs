import { startDaemon, untilRunning } from '../daemon.mjs'
import { waiting } from '../programs.mjs'
import { alternate } from '../statistics.mjs'

/** From SIGTERM to the end of the daemon, children ending as soon as they are asked to. */
export async function* shutdown(sides, { quick }) {
  const count = 1000
  const [ours, theirs] = await alternate(sides, quick ? 2 : 5, (side) => shutdownOnce(side, count))
  yield { name: `shutdown, ${count} programs`, unit: 'ms', ours, theirs, goal: 0.1 }
}

/** @returns ms */
export async function shutdownOnce(side, count) {
  const daemon = await startDaemon(side, waiting(count))
  let stopped = false
  try {
    await untilRunning(daemon, count)
    const began = performance.now()
    stopped = true
    await daemon.stop()
    return performance.now() - began
  } finally {
    if (!stopped) await daemon.stop()
  }
}
