import { startDaemon, untilRunning } from '../daemon.mjs'
import { waiting } from '../programs.mjs'
import { alternate } from '../statistics.mjs'
import { timeCommand } from '../time-command.mjs'

const GOALS = { 100: 0.4, 1000: 0.2 }

/** Wall time of `supervisorctl status`. */
export async function* status(sides, { quick }) {
  for (const count of [100, 1000]) {
    const daemons = await Promise.all(sides.map((side) => startDaemon(side, waiting(count))))
    try {
      for (const daemon of daemons) await untilRunning(daemon, count)
      const pairs = sides.map((side, at) => ({ side, daemon: daemons[at] }))
      const [ours, theirs] = await alternate(pairs, quick ? 5 : 20, ({ side, daemon }) =>
        timeCommand([...side.supervisorctl, '-c', daemon.config, 'status']),
      )
      yield { name: `supervisorctl status, ${count} programs`, unit: 'ms', ours, theirs, goal: GOALS[count] }
    } finally {
      await Promise.all(daemons.map((daemon) => daemon.stop()))
    }
  }
}
