import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readText, startDaemon } from './harness.js'
import { alive } from './processes.js'
import { eventually } from './run.js'

/** Pids that a script wrote into files of the daemon's folder. */
function pidIn(dir: string, name: string): Promise<number> {
  return eventually(`${name} is written`, () => Number(readText(join(dir, name))) || false)
}

test('a program runs with what its options say; one whose limit cannot be had says which, and what there is', async () => {
  const script = 'ulimit -Sn; ulimit -Hn; ulimit -c; nice; ionice -p $$; cat /proc/self/oom_score_adj; sleep 100'
  const daemon = await startDaemon({
    files: { 'show.sh': script },
    programs: {
      show: {
        command: '/bin/sh %(here)s/show.sh',
        stdout_logfile: '%(here)s/show.log',
        startsecs: 0,
        limit_nofile: '100:200',
        limit_core: '0:0',
        nice: 5,
        ionice: 'best-effort:6',
        oom_score_adj: 300,
        session: true,
        killasgroup: true,
        stopasgroup: true,
      },
      greedy: {
        command: '/bin/sleep 100',
        limit_nofile: '10:99999999999',
        startretries: 0,
        stderr_logfile: '%(here)s/err',
      },
    },
  })
  const log = await eventually('all is shown', () => {
    const lines = readText(join(daemon.dir, 'show.log')).split('\n')
    return lines.length > 6 && lines
  })
  expect(log).toEqual(['100', '200', '0', '5', 'best-effort: prio 6', '300', ''])
  const { pid } = await daemon.process('show')
  expect(readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[5]).toBe(String(pid))
  await daemon.until('greedy', 'FATAL')
  expect(readText(join(daemon.dir, 'err'))).toMatch(
    /^supervisor: couldn't set limit_nofile to 10:99999999999: EPERM \(the hard limit here is \d+\)\n/,
  )
  const drift = JSON.parse((await daemon.svctl('drift', '-o', 'json')).stdout)
  expect(drift.live.differences).toEqual([])
})

test('kill_mode=tree leaves no grandchild, whatever it did with sessions, its environment and its parents', async () => {
  const daemon = await startDaemon({
    files: {
      'tree.sh': `cd "$(dirname "$0")"
setsid sleep 100 & echo $! >session
setsid env -i sleep 100 & echo $! >bare
(setsid sh -c 'echo $$ >orphan; exec sleep 100' &)
echo $$ >main; exec sleep 100`,
    },
    programs: {
      tree: { command: '/bin/sh %(here)s/tree.sh', startsecs: 0, kill_mode: 'tree', autorestart: true },
      tidy: { command: '/bin/cat', startsecs: 0 },
    },
  })
  const read = () => Promise.all(['main', 'session', 'bare', 'orphan'].map((name) => pidIn(daemon.dir, name)))
  const first = await read()
  const [, , , orphan = 0] = first
  // One that ends by itself takes those with its marks along, before the next is started.
  const { pid } = await daemon.process('tree')
  process.kill(pid, 'SIGKILL')
  await daemon.untilReplaced('tree', pid)
  expect(alive(orphan)).toBe(false)
  const second = await eventually('the next ones are there', async () => {
    const now = await read()
    return now.every((each) => !first.includes(each)) && now
  })
  await daemon.ctl('stop', 'tree')
  expect(second.filter(alive)).toEqual([])
  expect((await daemon.process('tidy')).statename).toBe('RUNNING')
  for (const left of first.filter(alive)) process.kill(left, 'SIGKILL')
})

test('what a program leaves behind is told of, and can be ended with it', async () => {
  const script = (name: string) => `setsid sleep 100 & echo $! >"$(dirname "$0")/${name}"; exec sleep 100`
  const daemon = await startDaemon({
    files: { 'messy.sh': script('messy'), 'tidy.sh': script('tidy') },
    programs: {
      messy: { command: '/bin/sh %(here)s/messy.sh', startsecs: 0 },
      tidy: { command: '/bin/sh %(here)s/tidy.sh', startsecs: 0, kill_leftovers: true },
    },
  })
  const messy = await pidIn(daemon.dir, 'messy')
  const tidy = await pidIn(daemon.dir, 'tidy')
  await daemon.ctl('stop', 'all')
  expect([messy, tidy].map(alive)).toEqual([true, false])
  await eventually('it is told of', () => daemon.log().includes(`messy left pid ${messy} behind`))
  expect(daemon.log()).toContain(`killing what tidy left behind: pid ${tidy}`)
  process.kill(messy, 'SIGKILL')
})

test('a process that uses more memory than it may is started anew', async () => {
  const hog = `const held = Buffer.alloc(90e6, 1); setInterval(() => held.length, 1e6)`
  const daemon = await startDaemon({
    files: { 'hog.mjs': hog },
    programs: { hog: { command: `${process.execPath} %(here)s/hog.mjs`, startsecs: 0, memory_max: '80MB' } },
  })
  const { pid } = await daemon.until('hog', 'RUNNING')
  await daemon.untilReplaced('hog', pid)
  expect(daemon.log()).toMatch(/hog uses \d+MB of memory, more than memory_max=80MB, restarting it/)
  expect(existsSync(`/proc/${pid}`)).toBe(false)
})
