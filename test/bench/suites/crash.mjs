import { pause, startDaemon, until } from '../daemon.mjs'
import { reporting } from '../programs.mjs'
import { msBetween, readStarts } from '../starts.mjs'
import { quantile } from '../statistics.mjs'

/** From kill -9 of a program that was up for over a second to the first instruction of its replacement. */
export async function* crash(sides, { quick }) {
  for (const others of quick ? [0] : [0, 1000]) {
    const [ours, theirs] = await Promise.all(sides.map((side) => killRepeatedly(side, others, quick ? 8 : 40)))
    const name = others === 0 ? 'crash to replacement' : `the same with ${others} others`
    yield { name, unit: 'ms', ours, theirs, goal: 0.006 }
    yield {
      name: `${name}, p99`,
      unit: 'ms',
      ours: [quantile(ours, 0.99)],
      theirs: [quantile(theirs, 0.99)],
      goal: 0.02,
    }
  }
}

/** Several victims by turns, so that each is up for over a second when its turn comes. */
async function killRepeatedly(side, others, rounds) {
  const victims = 8
  const daemon = await startDaemon(side, reporting(victims + others, { autorestart: 'true' }))
  try {
    await until('all started', () => readStarts(daemon).length >= victims + others)
    await pause(1_200)
    const queue = readStarts(daemon)
      .slice(0, victims)
      .map(({ pid, atNs }) => ({ pid, atNs }))
    const samples = []
    for (let round = 0; round < rounds; round += 1) {
      const victim = queue.shift()
      const upMs = msBetween(victim.atNs, process.hrtime.bigint())
      // At any point of a poll interval: a kill right after a replacement would always meet the same one.
      await pause(Math.max(0, 1_100 - upMs) + Math.random() * 1_000)
      const seen = readStarts(daemon).length
      const killedNs = process.hrtime.bigint()
      process.kill(victim.pid, 'SIGKILL')
      await until('it is replaced', () => readStarts(daemon).length > seen)
      const replacement = readStarts(daemon)[seen]
      samples.push(msBetween(killedNs, replacement.atNs))
      queue.push(replacement)
    }
    return samples
  } finally {
    await daemon.stop()
  }
}
