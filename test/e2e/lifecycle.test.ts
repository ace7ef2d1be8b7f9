import { expect, test } from 'vitest'
import { startDaemon, untilGone } from './harness.js'
import { alive, descriptors, groupOf, statusLine } from './processes.js'

test('a program runs until the daemon is told to end', async () => {
  const daemon = await startDaemon({ programs: { cat: { command: '/bin/cat' } } })
  const { pid } = await daemon.until('cat', 'RUNNING')
  expect(alive(pid)).toBe(true)
  expect(await daemon.stop()).toBe(0)
  expect(alive(pid)).toBe(false)
})

test('a program killed with -9 is replaced', async () => {
  const daemon = await startDaemon({ programs: { cat: { command: '/bin/cat', autorestart: true } } })
  const before = await daemon.until('cat', 'RUNNING')
  process.kill(before.pid, 'SIGKILL')
  const after = await daemon.untilReplaced('cat', before.pid)
  expect(alive(before.pid)).toBe(false)
  expect(alive(after.pid)).toBe(true)
})

test('a program that ignores SIGTERM is killed after stopwaitsecs', async () => {
  const daemon = await startDaemon({
    programs: {
      stubborn: { command: `/bin/sh -c "trap '' TERM; echo armed; while :; do sleep 0.1; done"`, stopwaitsecs: 1 },
    },
  })
  const { pid } = await daemon.until('stubborn', 'RUNNING')
  const began = performance.now()
  const stopped = await daemon.ctl('stop', 'stubborn')
  expect(stopped).toMatchObject({ code: 0, stdout: 'stubborn: stopped\n' })
  expect(performance.now() - began).toBeGreaterThan(950)
  expect(alive(pid)).toBe(false)
  expect((await daemon.process('stubborn')).exitstatus).toBe(-1)
  expect(daemon.log()).toMatch(/WARN killing 'stubborn' \(\d+\) with SIGKILL/)
})

test('a stopsignal of its own lets a program end its own way', async () => {
  const daemon = await startDaemon({
    programs: {
      polite: { command: `/bin/sh -c "trap 'exit 7' USR1; while :; do sleep 0.1; done"`, stopsignal: 'USR1' },
    },
  })
  await daemon.until('polite', 'RUNNING')
  expect((await daemon.ctl('stop', 'polite')).code).toBe(0)
  expect((await daemon.process('polite')).exitstatus).toBe(7)
})

test('killasgroup takes the children of a stubborn program too', async () => {
  const daemon = await startDaemon({
    programs: {
      tree: {
        command: `/bin/sh -c "trap '' TERM; sleep 1000 & echo $!; wait; while :; do sleep 0.1; done"`,
        stopwaitsecs: 1,
        stopasgroup: false,
        killasgroup: true,
      },
    },
  })
  await daemon.until('tree', 'RUNNING')
  const grandchild = Number((await daemon.ctl('tail', 'tree')).stdout.trim())
  expect(alive(grandchild)).toBe(true)
  await daemon.ctl('stop', 'tree')
  await untilGone(grandchild)
})

test('a program that cannot start ends FATAL with the reason', async () => {
  const daemon = await startDaemon({
    programs: {
      nofile: { command: '/nonexistent/foo', startretries: 0 },
      crash: { command: '/bin/false', startretries: 0 },
    },
  })
  await daemon.until('nofile', 'FATAL')
  await daemon.until('crash', 'FATAL')
  const status = await daemon.ctl('status')
  expect(status.code).toBe(3)
  expect(status.stdout).toBe(
    `${'crash'.padEnd(33)}FATAL     Exited too quickly (process log may have details)\n` +
      `${'nofile'.padEnd(33)}FATAL     can't find command '/nonexistent/foo'\n`,
  )
})

test('a child has its three descriptors, its own process group in our session, and default signals', async () => {
  const daemon = await startDaemon({ programs: { cat: { command: '/bin/cat' } } })
  const { pid } = await daemon.until('cat', 'RUNNING')
  expect(Object.keys(descriptors(pid))).toEqual(['0', '1', '2'])
  expect(groupOf(pid)).toEqual({ group: pid, session: groupOf(daemon.pid).session })
  expect(statusLine(pid, 'SigIgn')).toBe('0000000000000000')
  expect(statusLine(pid, 'SigBlk')).toBe('0000000000000000')
})

test('descriptors that the daemon inherited do not reach children', async () => {
  const daemon = await startDaemon({
    programs: { cat: { command: '/bin/cat' } },
    prefix: ['/bin/bash', '-c', 'exec 33</dev/null 251</dev/null; exec "$@"', 'sh'],
  })
  const { pid } = await daemon.until('cat', 'RUNNING')
  expect(Object.keys(descriptors(pid))).toEqual(['0', '1', '2'])
})

test('a hundred starts and stops leave the daemon with the descriptors it had', async () => {
  const daemon = await startDaemon({ programs: { cat: { command: '/bin/cat', startsecs: 0 } } })
  await daemon.until('cat', 'RUNNING')
  const count = () => Object.keys(descriptors(daemon.pid)).length
  const cycle = async () => {
    await daemon.rpc('supervisor.stopProcess', 'cat')
    await daemon.rpc('supervisor.startProcess', 'cat')
  }
  for (let n = 0; n < 10; n += 1) await cycle()
  const before = count()
  for (let n = 0; n < 100; n += 1) await cycle()
  expect(count()).toBeLessThanOrEqual(before + 2)
}, 180_000)

test('a child sees its own environment and none of ours', async () => {
  const daemon = await startDaemon({
    env: { SVCTL_SECRET: 'ours', FROM_OUTSIDE: 'kept' },
    supervisord: { environment: 'A="daemon",B="daemon"' },
    programs: { env: { command: '/bin/sh -c "env; exec cat"', environment: 'B="program"' } },
  })
  const { pid } = await daemon.until('env', 'RUNNING')
  const seen = (await daemon.ctl('tail', '-100000', 'env')).stdout.split('\n')
  expect(seen).toEqual(
    expect.arrayContaining([
      'A=daemon',
      'B=program',
      'FROM_OUTSIDE=kept',
      'SUPERVISOR_ENABLED=1',
      'SUPERVISOR_PROCESS_NAME=env',
      'SUPERVISOR_GROUP_NAME=env',
      `SUPERVISOR_SERVER_URL=unix://${daemon.socket}`,
    ]),
  )
  expect(seen.filter((line) => line.startsWith('SVCTL_'))).toEqual([])
  expect(alive(pid)).toBe(true)
})
