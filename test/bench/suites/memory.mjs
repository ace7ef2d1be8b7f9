import { pause, rssMib, startDaemon, untilRunning } from '../daemon.mjs'
import { waiting } from '../programs.mjs'
import { alternate } from '../statistics.mjs'

const GOALS = { 0: 1.6, 100: 1.6, 1000: 1.5 }

/** Resident memory of all daemon processes, some seconds after the boot. */
export async function* memory(sides, { quick }) {
  for (const count of [0, 100, 1000]) {
    const [ours, theirs] = await alternate(sides, quick ? 1 : 3, async (side) => {
      const daemon = await startDaemon(side, waiting(count))
      try {
        await untilRunning(daemon, count)
        await pause(quick ? 1_000 : 5_000)
        return rssMib(daemon.pid)
      } finally {
        await daemon.stop()
      }
    })
    yield { name: `memory, ${count} programs`, unit: 'MiB', ours, theirs, goal: GOALS[count] }
  }
}
