import { cpuMs, startDaemon, untilRunning } from '../daemon.mjs'
import { waiting } from '../programs.mjs'
import { alternate } from '../statistics.mjs'
import { timeCommand } from '../time-command.mjs'

/** Wall time of `supervisorctl update`, and what it costs the daemon, when nothing changed. */
export async function* update(sides, { quick }) {
  const count = 1000
  const daemons = await Promise.all(sides.map((side) => startDaemon(side, waiting(count))))
  try {
    for (const daemon of daemons) await untilRunning(daemon, count)
    const pairs = sides.map((side, at) => ({ side, daemon: daemons[at] }))
    const [ours, theirs] = await alternate(pairs, quick ? 3 : 15, async ({ side, daemon }) => {
      const before = cpuMs(daemon.pid)
      const wallMs = await timeCommand([...side.supervisorctl, '-c', daemon.config, 'update'])
      return { wallMs, cpuMs: cpuMs(daemon.pid) - before }
    })
    const pick = (key) => ({ ours: ours.map((one) => one[key]), theirs: theirs.map((one) => one[key]) })
    yield { name: `update, nothing changed, ${count} programs`, unit: 'ms', ...pick('wallMs'), goal: 0.4 }
    yield { name: `update, nothing changed, ${count} programs, daemon CPU`, unit: 'ms', ...pick('cpuMs'), goal: 0.4 }
  } finally {
    await Promise.all(daemons.map((daemon) => daemon.stop()))
  }
}
