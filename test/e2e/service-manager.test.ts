import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { readText, scratch, startDaemon } from './harness.js'
import { testWith } from './needs.js'
import { command, commandWords, eventually, run } from './run.js'

/** Writes what comes to a datagram socket into a file, a message a line; plays the part of systemd. */
const RECEIVER = `
import os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(sys.argv[1])
f = open(sys.argv[2], 'a', 1)
print('bound', file=f)
while True: print(s.recv(4096).decode().replace('\\n', ' '), file=f)`

async function serviceManager(dir: string) {
  const [socket, file] = [join(dir, 'notify'), join(dir, 'heard')]
  const child = spawn('python3', ['-c', RECEIVER, socket, file], { stdio: 'inherit' })
  onTestFinished(() => void child.kill('SIGKILL'))
  const heard = () => readText(file).trimEnd().split('\n').slice(1)
  const hears = (pattern: RegExp) =>
    eventually(`${pattern} is heard`, () => heard().find((line) => pattern.test(line)), {
      explain: () => heard().join('\n'),
    })
  await eventually('the service manager listens', () => readText(file).startsWith('bound'))
  return { socket, heard, hears }
}

testWith('python3')('a service manager hears from us, and not from our programs', async () => {
  const { dir } = scratch()
  const manager = await serviceManager(dir)
  const env = { NOTIFY_SOCKET: manager.socket, WATCHDOG_USEC: '100000' }
  const daemon = await startDaemon({ dir, env, programs: { cat: { command: '/bin/cat', startsecs: 0 } } })
  await manager.hears(/^READY=1 STATUS=\d of 1 processes running/)
  const { pid } = await daemon.until('cat', 'RUNNING')
  const variables = readFileSync(`/proc/${pid}/environ`, 'latin1')
  expect(variables).toContain('SUPERVISOR_ENABLED')
  expect(variables).not.toMatch(/NOTIFY_SOCKET|WATCHDOG/)
  await manager.hears(/^WATCHDOG=1$/)
  daemon.signal('SIGHUP')
  await manager.hears(/^RELOADING=1 MONOTONIC_USEC=\d+$/)
  await eventually('the reload ends', () => {
    const after = manager.heard().slice(manager.heard().findIndex((line) => line.startsWith('RELOADING=1')))
    return after.some((line) => line.startsWith('READY=1'))
  })
  expect(await daemon.stop()).toBe(0)
  await manager.hears(/^STOPPING=1 STATUS=stopping/)
})

testWith('python3')('a daemon in the background says who it is before the command that started it ends', async () => {
  const { dir } = scratch()
  const manager = await serviceManager(dir)
  const daemon = await startDaemon({ dir, programs: {} })
  await daemon.stop()
  const started = ['-c', 'WATCHDOG_PID=$$ exec "$@"', 'sh', ...commandWords('supervisord'), '-c', daemon.configFile]
  const env = { PATH: process.env.PATH ?? '', NOTIFY_SOCKET: manager.socket, WATCHDOG_USEC: '100000' }
  const options = { cwd: dir, env: { ...env, SVCTL_STATE_DIRECTORY: 'none' } }
  expect(await run('sh', started, options)).toMatchObject({ code: 0 })
  const pid = readText(join(dir, 'supervisord.pid')).trim()
  expect(Number(pid)).toBeGreaterThan(1)
  onTestFinished(() => void process.kill(Number(pid), 'SIGKILL'))
  expect(await manager.hears(/MAINPID/)).toMatch(`READY=1 MAINPID=${pid} `)

  // Who was started has ended by now; signs of life are still for us to give.
  await manager.hears(/^WATCHDOG=1$/)
  expect(await command('svctl', ['-s', `unix://${daemon.socket}`, 'upgrade'], options)).toMatchObject({ code: 0 })
  const after = manager.heard().length
  await eventually('it is heard of again', () => manager.heard().slice(after).includes('WATCHDOG=1'))
})
