import { startDaemon, until, untilRunning } from '../daemon.mjs'
import { reporting, waiting } from '../programs.mjs'
import { msBetween, readStarts } from '../starts.mjs'
import { alternate } from '../statistics.mjs'
import { timeCommand } from '../time-command.mjs'

const COUNT = 1000
const SOME = 100

/** What `supervisorctl update` takes when something did change, to the last process that is there or gone for it. */
export async function* change(sides, { quick }) {
  const daemons = await Promise.all(sides.map((side) => startDaemon(side, waiting(COUNT))))
  const pairs = sides.map((side, at) => ({ side, daemon: daemons[at], turn: 0 }))
  try {
    for (const daemon of daemons) await untilRunning(daemon, COUNT)
    const one = await alternate(pairs, quick ? 2 : 5, changeOne)
    yield row(`update, 1 of ${COUNT} programs changed, to its replacement`, one, 0.4)
    const added = await alternate(pairs, 1, addSome)
    yield row(`update, ${SOME} added to ${COUNT} programs, to the last start`, added, 0.3)
    // The original takes a second and a half for each.
    if (quick) return
    const removed = await alternate(pairs, 1, removeSome)
    yield row(`update, ${SOME} removed from ${COUNT + SOME} programs`, removed, 0.01)
  } finally {
    await Promise.all(daemons.map((daemon) => daemon.stop()))
  }
}

function row(name, [ours, theirs], goal) {
  return { name, unit: 'ms', ours, theirs, goal }
}

/** Every turn another text of the command, which takes a new process. */
async function changeOne(pair) {
  pair.turn += 1
  const { p0 } = reporting(1)
  const changed = { ...p0, environment: `TURN="${pair.turn}"` }
  return updateTo(pair, { ...waiting(COUNT), p500: changed }, 1)
}

function addSome(pair) {
  const more = Object.entries(reporting(SOME)).map(([name, options]) => [`more-${name}`, options])
  return updateTo(pair, { ...waiting(COUNT), ...Object.fromEntries(more) }, SOME)
}

/** @returns ms from the exec of `update` to the first instruction of the last of `count` new children */
async function updateTo({ side, daemon }, programs, count) {
  const before = readStarts(daemon).length
  daemon.configure(programs)
  const beganNs = process.hrtime.bigint()
  const ended = timeCommand([...side.supervisorctl, '-c', daemon.config, 'update'])
  let starts = []
  await until(`${count} starts`, () => {
    starts = readStarts(daemon).slice(before)
    return starts.length >= count
  })
  await ended
  return Math.max(...starts.slice(0, count).map(({ atNs }) => msBetween(beganNs, atNs)))
}

/** @returns ms to the end of `update`, which waits for the processes */
async function removeSome({ side, daemon }) {
  daemon.configure(waiting(COUNT))
  return timeCommand([...side.supervisorctl, '-c', daemon.config, 'update'])
}
