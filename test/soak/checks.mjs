import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What growth over the second half of the run is too much: so small that an hour would show it. */
const RSS_KIB_MAX = 12 * 1024
const DESCRIPTORS_MAX = 8

/** Whether memory and descriptors stay as they are, by a straight line through the second half of the samples. */
export function checkFlat(samples) {
  const half = samples.slice(Math.floor(samples.length / 2))
  if (half.length < 5) return { problems: ['too few samples to tell'], rssKib: 0, descriptors: 0 }
  const rssKib = growth(half.map(({ atMs, rssKib: each }) => [atMs, each]))
  // A live child has a pipe to it, one from it and a log; what is left over is ours and the clients'.
  const descriptors = growth(half.map((each) => [each.atMs, each.descriptors - 3 * each.children]))
  const problems = []
  if (rssKib > RSS_KIB_MAX) problems.push(`memory grew by ${Math.round(rssKib)} KiB in the second half`)
  if (descriptors > DESCRIPTORS_MAX) problems.push(`descriptors grew by ${descriptors.toFixed(1)} in the second half`)
  return { problems, rssKib, descriptors }
}

/** Least squares: what the line gains from the first to the last point. */
function growth(points) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [meanX, meanY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))]
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0)
  const variance = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  return (covariance / variance) * ((points.at(-1)?.[0] ?? 0) - (points[0]?.[0] ?? 0))
}

/**
 * Reads every log with its rotated files, oldest first, and looks for each numbered line exactly once and in order.
 */
export function checkLines(dir) {
  const problems = []
  let lines = 0
  let instances = 0
  const folder = join(dir, 'logs')
  const number = (file) => Number(/\.(\d+)$/.exec(file)?.[1] ?? 0)
  const byProgram = new Map()
  for (const file of readdirSync(folder).sort((a, b) => number(b) - number(a))) {
    const program = file.replace(/\.\d+$/, '')
    byProgram.set(program, [...(byProgram.get(program) ?? []), file])
  }
  for (const [program, ordered] of byProgram) {
    const text = ordered.map((file) => readFileSync(join(folder, file), 'latin1')).join('')
    /** Next number by instance; `null` once it has ended. */
    const due = new Map()
    const all = text.split('\n')
    // The last of an instance that was killed may be cut: everything after it is another one's.
    for (const each of all.slice(0, -1)) {
      lines++
      const [, instance, count, rest] = /^(\d+\.\d+) (end|\d+) (.*)$/.exec(each) ?? []
      const expected = due.get(instance) ?? 0
      const got = count === 'end' ? Number(rest) : Number(count)
      if (instance === undefined) problems.push(`${program}: a torn line ${JSON.stringify(each.slice(0, 60))}`)
      else if (due.get(instance) === null) problems.push(`${program}: ${instance} goes on after its end`)
      else if (got !== expected) problems.push(`${program}: ${instance} has ${got} where ${expected} was due`)
      due.set(instance, count === 'end' ? null : got + 1)
    }
    instances += due.size
    if (all.at(-1) !== '') problems.push(`${program}: the log ends inside a line`)
  }
  return { problems, lines, instances }
}

/** Compares what an event listener was told with the daemon's journal: as many of each process and state. */
export function checkEvents(dir, events) {
  const heard = tally(
    readFileSync(join(dir, 'events.txt'), 'utf8')
      .split('\n')
      .filter((line) => line !== ''),
  )
  const journal = tally(
    events
      .filter(({ type, to }) => type === 'process' && to !== null)
      .map(({ process, to }) => `${process.replace(/^.*:/, '')} ${to}`),
  )
  const problems = []
  for (const what of new Set([...heard.keys(), ...journal.keys()])) {
    const [had, wanted] = [heard.get(what) ?? 0, journal.get(what) ?? 0]
    if (had !== wanted)
      problems.push(`the listener heard ${had} times of "${what}", the journal has it ${wanted} times`)
  }
  return { problems, count: [...journal.values()].reduce((sum, each) => sum + each, 0) }
}

function tally(list) {
  const counts = new Map()
  for (const each of list) counts.set(each, (counts.get(each) ?? 0) + 1)
  return counts
}
