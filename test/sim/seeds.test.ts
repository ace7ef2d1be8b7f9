import { expect, test } from 'vitest'
import { createSimWorld } from './world.js'

/** `SEED=123` replays one world; `SEEDS=n` runs that many. */
const only = process.env.SEED
const seeds = only ? [Number(only)] : Array.from({ length: Number(process.env.SEEDS ?? 2000) }, (_, i) => i + 1)

test('seeded worlds stay safe under faults and settle once they end', { timeout: 240_000 }, () => {
  for (const seed of seeds) {
    const world = createSimWorld({ seed, processes: 8 })
    world.chaos(60_000)
    world.heal()
    const settled = world.settle(300_000)
    expect({ seed, settled, drift: world.drift(), lies: world.lies() }).toEqual({
      seed,
      settled: true,
      drift: [],
      lies: [],
    })
  }
})

test('a shutdown in the middle of anything ends with nothing alive', { timeout: 240_000 }, () => {
  for (const seed of seeds.slice(0, 500)) {
    // A process that may not be signalled is left behind, as the original does: nothing would ever end otherwise.
    const world = createSimWorld({ seed: seed + 1_000_000, processes: 8, refusals: false })
    world.chaos(20_000)
    expect({ seed, down: world.shutdown(600_000), lies: world.lies() }).toEqual({ seed, down: true, lies: [] })
  }
})

test('one seed always tells the same story', () => {
  for (const seed of [1, 7, 42]) {
    const run = () => {
      const world = createSimWorld({ seed, processes: 8 })
      world.chaos(30_000)
      return world.trace
    }
    expect(run()).toEqual(run())
  }
})

test('the clock on the wall, set back and forward, changes no decision', () => {
  for (const seed of seeds.slice(0, 100)) {
    const run = (wallJumps: boolean) => {
      const world = createSimWorld({ seed, processes: 8, wallJumps })
      world.chaos(60_000)
      return world.trace
    }
    expect(run(true)).toEqual(run(false))
  }
})
