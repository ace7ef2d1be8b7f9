import { cpuMs, startDaemon, until } from '../daemon.mjs'
import { reporting } from '../programs.mjs'
import { readStarts } from '../starts.mjs'
import { alternate } from '../statistics.mjs'

const GOALS = { 1: 0.1, 100: null, 1000: 0.35 }

/** From the exec of the daemon to the first instruction of the last child. */
export async function* boot(sides, { quick }) {
  // The first start after an installation keeps what V8 made of the code; Debian compiles Python's when it installs.
  for (const side of sides) await bootOnce(side, 1)
  for (const count of [1, 100, 1000]) {
    const rounds = quick ? 2 : count === 1000 ? 5 : 10
    const samples = await alternate(sides, rounds, (side) => bootOnce(side, count))
    const [ours, theirs] = samples
    const pick = (key) => ({ ours: ours.map((one) => one[key]), theirs: theirs.map((one) => one[key]) })
    yield { name: `boot, ${count} programs`, unit: 'ms', ...pick('wallMs'), goal: GOALS[count] }
    yield { name: `boot, ${count} programs, CPU`, unit: 'ms', ...pick('cpuMs'), goal: count === 1000 ? 0.35 : null }
  }
}

/** @returns ms from exec to the first instruction of the last child, and CPU of the daemon until then */
export async function bootOnce(side, count) {
  const daemon = await startDaemon(side, reporting(count))
  try {
    let starts = []
    await until(`${count} starts`, () => {
      starts = readStarts(daemon)
      return starts.length >= count
    })
    const last = starts.map(({ atNs }) => Number(atNs - daemon.startedNs)).sort((a, b) => a - b)[count - 1]
    return { wallMs: last / 1e6, cpuMs: cpuMs(daemon.pid) }
  } finally {
    await daemon.stop()
  }
}
