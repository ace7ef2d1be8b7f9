import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { freePort } from './free-port.js'
import { scratch, startDaemon } from './harness.js'
import { command, eventually, ROOT } from './run.js'

const EXAMPLE = readFileSync(join(ROOT, 'examples/plugins/crashes.mjs'), 'utf8')
const INTERFACE = '[rpcinterface:crashes]\nsupervisor.rpcinterface_factory = ./crashes.mjs:makeInterface\nkeep = 2\n'
const CRASHER = { command: '/bin/sh -c "exit 3"', startsecs: 0, autorestart: false, autostart: false }

describe('a plugin in JavaScript', () => {
  test('is loaded by the bundled daemon, hears of events, and answers when it has something to tell', async () => {
    const programs = { crasher: CRASHER, fine: { command: '/bin/cat' } }
    const daemon = await startDaemon({ programs, more: INTERFACE, files: { 'crashes.mjs': EXAMPLE } })
    expect(await daemon.rpc('system.listMethods')).toEqual(
      expect.arrayContaining(['crashes.list', 'crashes.waitForNext', 'crashes.clear', 'supervisor.getState']),
    )
    const next = daemon.rpc('crashes.waitForNext')
    expect(await daemon.rpc('crashes.list')).toEqual([])
    await daemon.rpc('supervisor.startProcess', 'crasher')
    expect(await next).toMatchObject({ name: 'crasher', status: 3 })
    await daemon.rpc('supervisor.startProcess', 'crasher')
    await daemon.until('crasher', 'EXITED')
    await daemon.rpc('supervisor.startProcess', 'crasher')
    await eventually(
      'the last two are kept',
      async () => ((await daemon.rpc('crashes.list')) as readonly unknown[]).length === 2,
    )
    expect(await daemon.rpc('crashes.list', 'fine')).toEqual([])
    await expect(daemon.rpc('crashes.list', 'nosuch')).rejects.toThrow('BAD_NAME: nosuch')
    expect(daemon.log()).toContain("INFO RPC interface 'crashes' initialized")
    expect(await daemon.stop()).toBe(0)
  })

  test('that throws, rejects or is slow leaves the daemon as it was', async () => {
    const code = `export const make = (context) => {
      context.onEvent('PROCESS_STATE', () => { throw new Error('in an event') })
      return {
        bad() { throw new Error('in a method') },
        later() { setTimeout(() => { throw new Error('in a timer') }, 0); return true },
        lost() { Promise.reject(new Error('in a lost promise')); return true },
        never: () => new Promise(() => {}),
      }
    }`
    const daemon = await startDaemon({
      programs: { cat: { command: '/bin/cat', startsecs: 0 } },
      more: '[rpcinterface:p]\nsupervisor.rpcinterface_factory = ./p.mjs:make\n',
      files: { 'p.mjs': code },
    })
    const { pid } = await daemon.until('cat', 'RUNNING')
    const never = daemon.rpc('p.never').catch(() => 'ended')
    await expect(daemon.rpc('p.bad')).rejects.toThrow()
    expect(await daemon.rpc('p.later')).toBe(true)
    expect(await daemon.rpc('p.lost')).toBe(true)
    for (const what of ['in an event', 'in a method', 'in a timer', 'in a lost promise'])
      await eventually(`the log tells of what was thrown ${what}`, () => daemon.log().includes(`Error: ${what}`))
    expect((await daemon.process('cat')).pid).toBe(pid)
    expect(await daemon.stop()).toBe(0)
    expect(await never).toBe('ended')
  })

  for (const [what, code] of [
    ['throws', 'export const make = () => { throw new Error("no luck today") }'],
    ['cannot be read', 'export const make = ('],
    [
      'asks for events that there are not',
      'export const make = (context) => context.onEvent("PROCESS_STATE_FATLA", () => {})',
    ],
  ] as const)
    test(`whose factory ${what} keeps the daemon from starting, in the words of the original`, async () => {
      const { dir } = scratch()
      const config = join(dir, 's.conf')
      writeFileSync(join(dir, 'p.mjs'), code)
      writeFileSync(
        config,
        `[supervisord]\nlogfile=${dir}/l\npidfile=${dir}/p\n[unix_http_server]\nfile=${dir}/s\n` +
          '[rpcinterface:bad]\nsupervisor.rpcinterface_factory=./p.mjs:make\n',
      )
      const { code: status, stderr } = await command('supervisord', ['-n', '-c', config], { cwd: dir })
      expect(status).toBe(2)
      expect(stderr).toContain('Error: Could not make bad rpc interface\n')
      expect(readFileSync(join(dir, 'l'), 'utf8')).toMatch(
        /WARN (Error: no luck today|SyntaxError: |TypeError: there is no event type PROCESS_STATE_FATLA)/,
      )
      expect(existsSync(join(dir, 's'))).toBe(false)
    })

  test('adds actions to supervisorctl', async () => {
    const daemon = await startDaemon({
      programs: { crasher: CRASHER },
      more: INTERFACE,
      files: { 'crashes.mjs': EXAMPLE },
    })
    const client = join(daemon.dir, 'plugin-client.conf')
    const section = '[ctlplugin:crashes]\nsupervisor.ctl_factory = ./crashes.mjs:makeActions\n'
    writeFileSync(client, `[supervisorctl]\nserverurl=unix://${daemon.socket}\n${section}`)
    const ctl = (...args: readonly string[]) => command('supervisorctl', ['-c', client, ...args], { cwd: daemon.dir })
    expect(await ctl('crashes')).toMatchObject({ code: 0, stdout: 'no crashes\n', stderr: '' })
    await daemon.rpc('supervisor.startProcess', 'crasher')
    await daemon.until('crasher', 'EXITED')
    expect((await ctl('crashes')).stdout).toMatch(/^crasher: pid \d+ ended with 3\n$/)
    expect((await ctl('help', 'crashes')).stdout).toMatch(/^crashes\t\tShow the last crashes\n/)
    expect((await ctl('status')).stdout).toMatch(/^crasher +EXITED /)
    writeFileSync(
      client,
      `[supervisorctl]\nserverurl=unix://${daemon.socket}\n${section.replace('makeActions', 'nosuch')}`,
    )
    expect(await ctl('status')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('exports no function nosuch'),
    })
  })

  test('is made once for each server, from a module that is read once', async () => {
    const code =
      'let made = 0; export const make = ({ server }) => { const mine = ++made; return { who: () => [server, mine, made] } }'
    const more = `[rpcinterface:p]\nsupervisor.rpcinterface_factory = ./p.mjs:make\n[inet_http_server]\nport=127.0.0.1:${await freePort()}\n`
    const daemon = await startDaemon({ more, files: { 'p.mjs': code } })
    expect(await daemon.rpc('p.who')).toEqual(['unix_http_server', 2, 2])
  })

  test('hears what a program writes where the file says so', async () => {
    const code = `export const make = (context) => {
      const seen = []
      context.onEvent('PROCESS_LOG', (event) => seen.push(event))
      return { seen: () => seen }
    }`
    const talk = { command: '/bin/sh -c "echo hello; exec cat"', startsecs: 0 }
    const daemon = await startDaemon({
      supervisord: { loglevel: 'debug' },
      programs: { loud: { ...talk, stdout_events_enabled: true }, quiet: talk },
      more: '[rpcinterface:p]\nsupervisor.rpcinterface_factory = ./p.mjs:make\n',
      files: { 'p.mjs': code },
    })
    await eventually('both wrote', () => daemon.log().split('hello').length > 2)
    const { pid } = await daemon.process('loud')
    const payload = `processname:loud groupname:loud pid:${pid} channel:stdout\nhello\n`
    expect(await daemon.rpc('p.seen')).toEqual([{ type: 'PROCESS_LOG_STDOUT', payload }])
  })

  test('hears of ticks', async () => {
    const code = `export const make = (context) => {
      const tick = new Promise((resolve) => { const stop = context.onEvent('TICK_5', (event) => { stop(); resolve(event) }) })
      return { tick: () => tick }
    }`
    const more = '[rpcinterface:p]\nsupervisor.rpcinterface_factory = ./p.mjs:make\n'
    const daemon = await startDaemon({ more, files: { 'p.mjs': code } })
    expect(await daemon.rpc('p.tick')).toEqual({ type: 'TICK_5', payload: expect.stringMatching(/^when:\d+[05]$/) })
  })
})
