import { cpuMs, startDaemon, untilRunning } from '../daemon.mjs'
import { waiting } from '../programs.mjs'
import { alternate } from '../statistics.mjs'
import { timeCommand } from '../time-command.mjs'
import { bootOnce } from './boot.mjs'
import { shutdownOnce } from './shutdown.mjs'

const [MANY, FEW] = [5000, 1000]

/** Ours with 5,000 programs against ours with 1,000, where the others have theirs: five times the work. */
export async function* growth([ours], { quick }) {
  const rounds = quick ? 1 : 3
  const counts = [MANY, FEW]
  const row = (name, [many, few]) => ({
    name: `${name}, ${MANY} / ${FEW} programs`,
    unit: 'ms',
    ours: many,
    theirs: few,
    goal: 6,
  })
  const boots = await alternate(counts, rounds, async (count) => (await bootOnce(ours, count)).wallMs)
  yield row('boot', boots)
  yield row('shutdown', await alternate(counts, rounds, (count) => shutdownOnce(ours, count)))
  const daemons = await Promise.all(counts.map((count) => startDaemon(ours, waiting(count))))
  try {
    for (const [at, daemon] of daemons.entries()) await untilRunning(daemon, counts[at])
    const samples = await alternate(daemons, rounds, async (daemon) => {
      const before = cpuMs(daemon.pid)
      const wallMs = await timeCommand([...ours.supervisorctl, '-c', daemon.config, 'update'])
      return { wallMs, cpuMs: cpuMs(daemon.pid) - before }
    })
    const pick = (key) => samples.map((side) => side.map((one) => one[key]))
    yield row('update, nothing changed', pick('wallMs'))
    yield row('update, nothing changed, daemon CPU', pick('cpuMs'))
  } finally {
    await Promise.all(daemons.map((daemon) => daemon.stop()))
  }
}
