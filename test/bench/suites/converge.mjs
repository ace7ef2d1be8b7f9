import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import { cpuMs, pause, startDaemon, until, untilRunning } from '../daemon.mjs'
import { reporting, waiting } from '../programs.mjs'
import { msBetween, readStarts } from '../starts.mjs'
import { alternate } from '../statistics.mjs'
import { timeCommand } from '../time-command.mjs'

const COUNT = 1000
const FILES = 200
/** Silence that ours waits for after a save, by default: a choice, not work. */
const SETTLE_MS = 500
const WHERE = `${COUNT} programs in ${FILES} files`

/**
 * What an edit takes that nobody has to announce, and what looking at the files costs, against the commands that the
 * original needs for the same: `update` and `reread`.
 */
export async function* converge(sides, { quick }) {
  const daemons = await Promise.all(sides.map((side) => startDaemon(side, waiting(COUNT), FILES)))
  const pairs = sides.map((side, at) => ({ side, daemon: daemons[at], turn: 0 }))
  const rounds = quick ? 3 : 15
  try {
    for (const daemon of daemons) await untilRunning(daemon, COUNT)
    const edited = await alternate(pairs, rounds, editOne)
    yield row(`edit to the new process, beyond settling; update: ${WHERE}`, edited, 0.5)
    const looks = [
      [['check', '-c'], 'svctl check'],
      [['diff', '--client-config'], 'svctl diff'],
    ]
    for (const [words, name] of looks) {
      const samples = await alternate(pairs, rounds, (pair) => look(pair, words))
      yield row(`${name}; reread: ${WHERE}`, samples, null)
    }
    yield row(`file touched, daemon CPU; reread: ${WHERE}`, await alternate(pairs, rounds, touch), null)
  } finally {
    await Promise.all(daemons.map((daemon) => daemon.stop()))
  }
}

function row(name, [ours, theirs], goal) {
  return { name, unit: 'ms', ours, theirs, goal }
}

/** @returns ms from the save, or the end of settling, to the first instruction of the new process */
async function editOne(pair) {
  const { side, daemon } = pair
  pair.turn += 1
  const before = readStarts(daemon).length
  const changed = { ...reporting(1).p0, environment: `TURN="${pair.turn}"` }
  const beganNs = process.hrtime.bigint()
  daemon.configure({ ...waiting(COUNT), p500: changed })
  const update = side.svctl ? null : timeCommand([...side.supervisorctl, '-c', daemon.config, 'update'])
  let starts = []
  await until('the new process', () => {
    starts = readStarts(daemon).slice(before)
    return starts.length > 0
  })
  await update
  return msBetween(beganNs, starts[0].atNs) - (side.svctl ? SETTLE_MS : 0)
}

function look({ side, daemon }, [command, flag]) {
  return timeCommand(
    side.svctl ? [...side.svctl, command, flag, daemon.config] : [...side.supervisorctl, '-c', daemon.config, 'reread'],
  )
}

/** @returns CPU of the daemon for finding out that nothing changed, ms */
async function touch({ side, daemon }) {
  const before = cpuMs(daemon.pid)
  const now = new Date()
  utimesSync(join(daemon.dir, 'conf.d', '7.conf'), now, now)
  if (side.svctl) await pause(SETTLE_MS + 1_000)
  else await timeCommand([...side.supervisorctl, '-c', daemon.config, 'reread'])
  return cpuMs(daemon.pid) - before
}
