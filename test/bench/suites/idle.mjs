import { cpuMs, pause, startDaemon, untilRunning, wakeUps } from '../daemon.mjs'
import { waiting } from '../programs.mjs'

const GOALS = { 100: 0.5, 1000: 0.15 }

/** CPU time and wake-ups of a daemon that has nothing to do, after V8 has tidied up. */
export async function* idle(sides, { quick }) {
  for (const count of quick ? [1000] : [100, 1000]) {
    const daemons = await Promise.all(sides.map((side) => startDaemon(side, waiting(count))))
    try {
      for (const daemon of daemons) await untilRunning(daemon, count)
      await pause(quick ? 5_000 : 45_000)
      const samples = daemons.map(() => [])
      for (let round = 0; round < (quick ? 1 : 4); round += 1) {
        const before = daemons.map(({ pid }) => ({ cpuMs: cpuMs(pid), wakeUps: wakeUps(pid) }))
        const seconds = 5
        await pause(seconds * 1_000)
        daemons.forEach(({ pid }, at) => {
          samples[at].push({
            cpuMs: (cpuMs(pid) - before[at].cpuMs) / seconds,
            wakeUps: (wakeUps(pid) - before[at].wakeUps) / seconds,
          })
        })
      }
      const [ours, theirs] = samples
      const pick = (key) => ({ ours: ours.map((one) => one[key]), theirs: theirs.map((one) => one[key]) })
      yield { name: `idle CPU, ${count} programs`, unit: 'ms/s', ...pick('cpuMs'), goal: GOALS[count] }
      yield { name: `idle wake-ups, ${count} programs`, unit: '/s', ...pick('wakeUps'), goal: null }
    } finally {
      await Promise.all(daemons.map((daemon) => daemon.stop()))
    }
  }
}
