import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { checkEvents, checkFlat, checkLines } from './checks.mjs'
import { followEvents, startClients } from './clients.mjs'
import { pause, startDaemon, until } from './daemon.mjs'
import { childrenOf, markedWith, sampleOf } from './processes.mjs'
import { createRandom } from './random.mjs'
import { createSchedule } from './schedule.mjs'

const USAGE = `usage: npm run soak -- [--minutes N] [--seed N] [--programs N] [--clients N] [--keep]
Many chatty, crashing, forking programs and many clients on the built daemon, with edits, reloads, stops and kills.
Ends with 1 when a line or an event is lost, memory or descriptors grow, or something is left behind.
  --minutes N   10
  --seed N      replays a schedule: what is done in which order, though not when a program crashes
  --keep        leaves the folder with all logs`

const SAMPLE_MS = 3_000

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    programs: { type: 'string', default: '200' },
    clients: { type: 'string', default: '50' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false, short: 'h' },
  },
})
if (values.help) console.log(USAGE)
else process.exitCode = await main(values)

async function main({ minutes, seed, programs, clients, keep }) {
  const dir = mkdtempSync(join(tmpdir(), 'svctl-soak-'))
  const chatty = join(dir, 'chatty')
  execFileSync('cc', ['-O2', '-o', chatty, fileURLToPath(new URL('chatty.c', import.meta.url))], { stdio: 'inherit' })
  const listener = fileURLToPath(new URL('listener.mjs', import.meta.url))
  console.log(`seed ${seed}: ${programs} programs, ${clients} clients, ${minutes} minutes, in ${dir}`)

  const random = createRandom(Number(seed))
  const daemon = startDaemon(dir)
  const schedule = createSchedule({ daemon, chatty, listener, random, count: Number(programs) })
  schedule.write()
  const problems = []
  try {
    await until('the daemon answers', () =>
      daemon.json('GET', 'status').then(
        () => true,
        () => false,
      ),
    )
    const follower = followEvents(daemon)
    const crowd = startClients({
      daemon,
      count: Number(clients),
      random: createRandom(Number(seed) + 1),
      names: schedule.programs,
    })
    const samples = sampling(daemon.pid)
    await schedule.run(performance.now() + Number(minutes) * 60_000, problems)
    samples.stop()
    await crowd.stop()

    await settle(daemon, problems)
    problems.push(...(await checkTable(daemon)))
    await daemon.json('POST', 'stop', { names: schedule.programs() })
    await until('every program is down', () => childrenOf(daemon.pid).length <= 1)
    await pause(1_000)
    await follower.stop()
    const events = checkEvents(dir, follower.events)
    daemon.signal('SIGTERM')
    const code = await Promise.race([daemon.ended, pause(60_000).then(() => 'no end within a minute')])
    if (code !== 0) problems.push(`the daemon ended with ${code}`)
    const left = markedWith(dir)
    if (left.length > 0) problems.push(`left behind: ${left.map(({ pid, name }) => `${name} (${pid})`).join(', ')}`)

    const lines = checkLines(dir)
    const flat = checkFlat(samples.all)
    problems.push(...follower.problems, ...events.problems, ...lines.problems, ...flat.problems, ...crowd.tally.broken)
    report({ schedule, samples: samples.all, crowd, events, lines, flat, problems })
  } catch (error) {
    problems.push(error.stack)
    console.log(error.stack)
  } finally {
    daemon.signal('SIGTERM')
    await Promise.race([daemon.ended, pause(20_000)])
    for (const { pid } of markedWith(dir)) process.kill(pid, 'SIGKILL')
    if (!keep && problems.length === 0) rmSync(dir, { recursive: true })
    else console.log(`logs are in ${dir}`)
  }
  return problems.length === 0 ? 0 : 1
}

function sampling(pid) {
  const all = []
  const startMs = performance.now()
  const timer = setInterval(() => all.push({ atMs: performance.now() - startMs, ...sampleOf(pid) }), SAMPLE_MS)
  return { all, stop: () => clearInterval(timer) }
}

/** Nobody does anything any more: what is under way comes to its end. */
async function settle(daemon, problems) {
  await until('all is as it should be', async () => {
    const { document } = await daemon.json('GET', 'status')
    return document.processes.every(({ verdict }) => verdict === 'ok' || verdict === 'held')
  }).catch((error) => problems.push(error.message))
}

/** Programs go on crashing: the table is compared with the kernel until the two agree at one moment. */
async function checkTable(daemon) {
  let difference = ''
  const agrees = async () => {
    const { document } = await daemon.json('GET', 'status')
    const table = document.processes.flatMap(({ pid }) => (pid > 0 ? [pid] : [])).sort()
    const children = childrenOf(daemon.pid).filter(({ name }) => name !== 'soak-orphan')
    const zombies = children.filter(({ state }) => state === 'Z')
    const kernel = children
      .filter(({ name }) => !/^(sh|env)$/.test(name))
      .map(({ pid }) => pid)
      .sort()
    difference = `table and /proc differ: ${table.length} and ${kernel.length} processes, ${zombies.length} zombies`
    return zombies.length === 0 && table.join() === kernel.join()
  }
  return until('the table is what the kernel shows', agrees, 20_000).then(
    () => [],
    () => [difference],
  )
}

function report({ schedule, samples, crowd, events, lines, flat, problems }) {
  const rss = samples.map(({ rssKib }) => Math.round(rssKib / 1024))
  const acts = Object.entries(schedule.acts).map(([name, count]) => `${count} ${name}`)
  console.log(`acts          ${acts.join(', ')}`)
  console.log(`clients       ${crowd.tally.answers} answers, ${crowd.tally.streamed} bytes of logs followed`)
  console.log(
    `lines         ${lines.lines} of ${lines.instances} processes, each once and in order: ${lines.problems.length === 0}`,
  )
  console.log(`events        ${events.count} of processes, all told to the listener: ${events.problems.length === 0}`)
  console.log(
    `memory        ${rss[0]} MiB at first, ${Math.max(...rss)} at most, ${rss.at(-1)} at last; second half ${signed(flat.rssKib)} KiB`,
  )
  console.log(
    `descriptors   ${samples.at(-1)?.descriptors} at last; beyond those of children, second half ${signed(flat.descriptors)}`,
  )
  for (const problem of problems.slice(0, 40)) console.log(`PROBLEM       ${problem}`)
  console.log(problems.length === 0 ? 'nothing lost, nothing grown, nothing left' : `${problems.length} problems`)
}

function signed(value) {
  return `${value < 0 ? '' : '+'}${value.toFixed(1)}`
}
