import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { findServiceManager, variablesForUs } from '../../src/host/service-manager.js'
import { hasPython, until } from './harness.js'

const folder = mkdtempSync(join(tmpdir(), 'manager-'))
afterAll(() => rmSync(folder, { recursive: true }))

const NOTIFY = { NOTIFY_SOCKET: '/run/systemd/notify' }

describe('who started us', () => {
  test.each([
    [{}, false, []],
    [{ NOTIFY_SOCKET: '' }, false, []],
    [{ NOTIFY_SOCKET: 'vsock:2:1' }, false, []],
    [NOTIFY, true, ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']],
    [{ NOTIFY_SOCKET: '@name' }, true, ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']],
    [{ LISTEN_PID: '7', LISTEN_FDS: '1' }, false, ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES']],
    [{ LISTEN_PID: '8', LISTEN_FDS: '1' }, false, []],
  ])('is told by %o', (environment, found, ours) => {
    expect(findServiceManager(environment, [7]) !== null).toBe(found)
    expect([...variablesForUs(environment, [7])]).toEqual(ours)
  })

  test.each([
    [{}, null],
    [{ WATCHDOG_USEC: '3000000' }, 3000],
    [{ WATCHDOG_USEC: '3000000', WATCHDOG_PID: '7' }, 3000],
    [{ WATCHDOG_USEC: '3000000', WATCHDOG_PID: '6' }, 3000],
    [{ WATCHDOG_USEC: '3000000', WATCHDOG_PID: '1' }, null],
    [{ WATCHDOG_USEC: '0' }, null],
    [{ WATCHDOG_USEC: 'soon' }, null],
  ])('wants signs of life as %o says', (environment, ms) => {
    expect(findServiceManager({ ...NOTIFY, ...environment }, [7, 6])?.watchdogMs).toBe(ms)
  })
})

describe.skipIf(!hasPython)('what is sent', () => {
  /** Prints each message as Python shows it, once a line on its input allows it. */
  const RECEIVER = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(sys.argv[1].replace('@', '\\0')); s.settimeout(5)
print('bound', flush=True)
sys.stdin.readline()
for i in range(int(sys.argv[2])): print(s.recv(100000), flush=True)`

  function receiver(address: string, messages: number) {
    const child = spawn('python3', ['-c', RECEIVER, address, String(messages)], { stdio: ['pipe', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (data: string) => (text += data))
    return {
      bound: () => until(() => text.startsWith('bound')),
      read: () => child.stdin.write('\n'),
      messages: () => until(() => child.exitCode !== null && text.trimEnd().split('\n').slice(1)),
    }
  }

  test.each([join(folder, 'file'), `@svctl-test-${process.pid}`])(
    'arrives at %s, one message a call',
    async (address) => {
      const listening = receiver(address, 2)
      await listening.bound()
      listening.read()
      const manager = findServiceManager({ NOTIFY_SOCKET: address }, [])
      manager?.send('READY=1', 'STATUS=schön')
      manager?.send('STOPPING=1')
      expect(await listening.messages()).toEqual(["b'READY=1\\nSTATUS=sch\\xc3\\xb6n'", "b'STOPPING=1'"])
    },
  )

  test('waits without blocking while nobody reads, and arrives in order', async () => {
    const address = join(folder, 'slow')
    const listening = receiver(address, 20)
    await listening.bound()
    const manager = findServiceManager({ NOTIFY_SOCKET: address }, [])
    const started = Date.now()
    // The queue of a unix socket holds about ten; sixteen more wait here.
    for (let i = 0; i < 200; i++) manager?.send(`STATUS=${i}`)
    expect(Date.now() - started).toBeLessThan(500)
    listening.read()
    const numbers = (await listening.messages()).map((text) => Number(/\d+/.exec(text)?.[0]))
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, i) => i))
  })

  test('to nobody costs nothing', () => {
    expect(() => findServiceManager({ NOTIFY_SOCKET: join(folder, 'none') }, [])?.send('READY=1')).not.toThrow()
  })
})
