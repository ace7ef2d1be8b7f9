import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { dispatch } from '../../src/api/dispatch.js'
import { openPlugins, type Plugins } from '../../src/api/plugins.js'
import type { XmlValue } from '../../src/api/value.js'
import type { PluginEvent, PluginEvents } from '../../src/model/plugin.js'
import { short } from './calls.js'
import { groupsOf, keptLog, type LiveDaemon, liveDaemon } from './live-operator.js'
import { eventually } from './wire.js'

const MAIN = { name: 'supervisor', factory: 'supervisor.rpcinterface:make_main_rpcinterface', options: {} }

let folder: string
let daemon: LiveDaemon
let log: ReturnType<typeof keptLog>
let listeners: Map<(event: PluginEvent) => void, readonly string[]>
let events: PluginEvents
let modules = 0

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'svctl-plugin-'))
  daemon = liveDaemon(groupsOf('cat', 'g:a', { name: 'quick', startSecs: 0 }))
  log = keptLog()
  listeners = new Map()
  events = {
    subscribe: (types, listener) => {
      listeners.set(listener, types)
      return () => void listeners.delete(listener)
    },
  }
})
afterEach(() => rmSync(folder, { recursive: true }))

const specOf = (code: string, options: Readonly<Record<string, string>> = {}, name = 'x', file = 'mjs') => {
  const path = join(folder, `plugin${++modules}.${file}`)
  writeFileSync(path, code)
  return { name, factory: `${path}:make`, options }
}
type Spec = ReturnType<typeof specOf>

const open = (...specs: readonly Spec[]) => {
  const call = { operator: daemon.operator, version: '4.3.0', namespaces: ['supervisor'] }
  return openPlugins({ specs: [MAIN, ...specs], server: 'unix_http_server', call, events, log })
}

/** A client of the plugins, with the way to go away. */
const clientOf = (plugins: Plugins) => {
  const gone = new AbortController()
  const call = {
    operator: daemon.operator,
    version: '4.3.0',
    namespaces: ['supervisor'],
    plugins: plugins.methods,
    closed: gone.signal,
  }
  return {
    hangUp: () => gone.abort(),
    ask: async (name: string, ...params: XmlValue[]) => short(await dispatch(call, name, params)),
  }
}

/** Plugins of one module, and what a client gets from them. */
const opened = async (code: string, options: Readonly<Record<string, string>> = {}, file = 'mjs') => {
  const result = await open(specOf(code, options, 'x', file))
  if (!result.ok) throw new Error(`${result.reason}\n${log.lines.join('\n')}`)
  return { plugins: result.plugins, ...clientOf(result.plugins) }
}

describe('the methods of a plugin', () => {
  test('are called with positional arguments and answer values', async () => {
    const { ask } = await opened(
      'export const make = (context, options) => ({ add: (a, b) => [a + b, options, context.name] })',
      { word: 'hi' },
    )
    expect(await ask('x.add', 1, 2)).toBe('[3,{"word":"hi"},"x"]')
    expect(log.lines).toContain("info: RPC interface 'x' initialized")
  })

  test('may be those of a class, with their this', async () => {
    const { ask } = await opened(
      'class P { n = 0; next() { return ++this.n } _hidden() {} }; export const make = () => new P()',
    )
    expect([await ask('x.next'), await ask('x.next')]).toEqual(['1', '2'])
    expect(await ask('x._hidden')).toBe('fault 1 UNKNOWN_METHOD')
    expect(await ask('x.constructor')).toBe('fault 1 UNKNOWN_METHOD')
    expect(await ask('x.toString')).toBe('fault 1 UNKNOWN_METHOD')
    expect(await ask('x.n')).toBe('fault 1 UNKNOWN_METHOD')
  })

  test('may come from a CommonJS module', async () => {
    const { ask } = await opened('module.exports.make = async () => ({ hello: () => "there" })', {}, 'cjs')
    expect(await ask('x.hello')).toBe('"there"')
  })

  test('are listed and described', async () => {
    const { ask } = await opened(`export const make = () => {
      const greet = (name) => name
      greet.help = 'Greets'
      greet.signature = ['string', 'string']
      return { greet, plain() {} }
    }`)
    expect(JSON.parse(await ask('system.listMethods'))).toEqual(
      expect.arrayContaining(['x.greet', 'x.plain', 'supervisor.getState']),
    )
    expect(await ask('system.methodHelp', 'x.greet')).toBe('"Greets"')
    expect(await ask('system.methodSignature', 'x.greet')).toBe('["string","string"]')
    expect(await ask('system.methodSignature', 'x.plain')).toBe('fault 4 SIGNATURE_UNSUPPORTED')
    expect(await ask('x.greet', 'a', 'b')).toBe('fault 2 INCORRECT_PARAMETERS')
    expect(await ask('x.greet')).toBe('fault 2 INCORRECT_PARAMETERS')
    expect(await ask('x.plain', 1)).toBe('null')
  })

  test('answer while the daemon ends', async () => {
    const { ask } = await opened('export const make = () => ({ hi: () => 1 })')
    daemon.setState('SHUTDOWN')
    expect(await ask('x.hi')).toBe('1')
    expect(await ask('supervisor.getPID')).toBe('fault 6 SHUTDOWN_STATE')
  })

  test('may answer later, and nobody else waits', async () => {
    const { ask } = await opened(`export const make = () => {
      let open
      return { wait: () => new Promise((resolve) => { open = resolve }), go: () => { open('done'); return true } }
    }`)
    const waiting = ask('x.wait')
    expect(await ask('x.go')).toBe('true')
    expect(await waiting).toBe('"done"')
  })

  test('that never answer end with their caller', async () => {
    const { ask, hangUp } = await opened('export const make = () => ({ never: () => new Promise(() => {}) })')
    const waiting = ask('x.never')
    hangUp()
    expect(await waiting).toBe('null')
  })

  test('can be called in a multicall', async () => {
    const { ask } = await opened(
      'export const make = () => ({ one: async () => 1, bad() { throw new Error("oops") } })',
    )
    const calls = ['x.one', 'x.bad'].map((methodName) => ({ methodName, params: [] }))
    expect(await ask('system.multicall', calls)).toBe(
      '[1,{"faultCode":30,"faultString":"FAILED: <class \'Error\'>:oops"}]',
    )
  })
})

describe('what a plugin does wrong is told, and nothing else happens', () => {
  for (const [what, body, answer] of [
    ['throws', 'throw new RangeError("oops")', 'http 500'],
    ['throws no error', 'throw null', 'http 500'],
    ['rejects', 'return Promise.reject(new Error("oops"))', 'http 500'],
    ['throws a fault of its own', 'throw { code: 1001, text: "NO_TEA: today" }', 'fault 1001 NO_TEA: today'],
    ['throws a fault', 'throw context.fault(10, "BAD_NAME: y")', 'fault 10 BAD_NAME: y'],
    ['returns a fault', 'return context.fault(10, "BAD_NAME: y")', 'fault 10 BAD_NAME: y'],
    ['rejects with a fault', 'return Promise.reject({ code: 5, text: "t" })', 'fault 5 t'],
    ['returns what looks like a fault', 'return { code: 5, text: "t" }', '{"code":5,"text":"t"}'],
    ['returns nothing', '', 'null'],
    ['returns a date', 'return new Date()', 'http 500'],
    ['returns a map', 'return [new Map()]', 'http 500'],
    ['returns a function', 'return () => 1', 'http 500'],
    ['returns a big integer', 'return 1n', 'http 500'],
    ['returns no number', 'return { a: NaN }', 'http 500'],
    ['returns what contains itself', 'const a = []; a.push(a); return a', 'http 500'],
    ['returns half an object', 'return { a: 1, b: undefined }', '{"a":1}'],
    ['throws in a getter', 'return { get a() { throw new Error("got") } }', 'http 500'],
    ['returns a thenable that throws', 'return { then() { throw new Error("then") } }', 'http 500'],
  ] as const)
    test(`a method that ${what}: ${answer}`, async () => {
      const { ask } = await opened(`export const make = (context) => ({ run() { ${body} } })`)
      expect(await ask('x.run')).toBe(answer)
      const complaints = log.lines.filter((line) => line.startsWith('error: plugin method x.run failed'))
      expect(complaints).toHaveLength(answer === 'http 500' ? 1 : 0)
    })

  for (const [what, code, reason] of [
    ['throws', 'export const make = () => { throw new Error("no luck") }', 'no luck'],
    ['rejects', 'export const make = async () => { throw new Error("no luck") }', 'no luck'],
    ['returns nothing', 'export const make = () => {}', 'the factory returned undefined instead of an object'],
    ['is not there', 'export const other = 1', /exports no function make$/],
    ['is no function', 'export const make = 1', /exports no function make$/],
    ['cannot be read', 'export const make = (', /./],
    ['imports what is not there', 'import "./nosuch.mjs"', /Cannot find module|Failed to load|nosuch\.mjs/],
  ] as const)
    test(`a factory that ${what} keeps the daemon from starting`, async () => {
      const result = await open(specOf('export const make = () => ({})', {}, 'fine'), specOf(code))
      expect(result).toMatchObject({
        ok: false,
        name: 'x',
        reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
      })
      expect(log.lines.filter((line) => line.startsWith('warn: '))).toHaveLength(1)
    })

  test('a factory that never ends is not waited for', async () => {
    const call = { operator: daemon.operator, version: '4.3.0', namespaces: [] }
    const specs = [specOf('export const make = () => new Promise(() => {})')]
    const result = await openPlugins({ specs, server: 's', call, events, log, patienceMs: 20 })
    expect(result).toMatchObject({ ok: false, reason: 'the factory came to no end within 0.02 seconds' })
  })

  test("the daemon's own namespaces are not for plugins", async () => {
    for (const name of ['system', 'svctl']) {
      const result = await open(specOf('export const make = () => ({})', {}, name))
      expect(result).toMatchObject({ ok: false, name, reason: `the namespace ${name} belongs to the daemon` })
    }
  })
})

describe('the context of a plugin', () => {
  const CALLS =
    'export const make = (context) => ({ run: async (name, ...args) => (await context[name](...args)) ?? null })'

  test('tells of processes and groups', async () => {
    const { ask } = await opened(CALLS)
    const processes = JSON.parse(await ask('x.run', 'processes')) as readonly Record<string, unknown>[]
    expect(processes.map(({ displayName, state, pid }) => [displayName, state, pid])).toEqual([
      ['cat', 'STOPPED', 0],
      ['g:a', 'STOPPED', 0],
      ['quick', 'STOPPED', 0],
    ])
    expect(JSON.parse(await ask('x.run', 'process', 'g:a'))).toMatchObject({ name: 'a', group: 'g', held: false })
    expect(await ask('x.run', 'process', 'nosuch')).toBe('null')
    expect(await ask('x.run', 'process', 'g:*')).toBe('null')
    const groups = JSON.parse(await ask('x.run', 'groups')) as readonly { name: string }[]
    expect(groups.map(({ name }) => name)).toEqual(['cat', 'g', 'quick'])
  })

  test.each([
    [null, 'null'],
    [{ code: 3, signal: null }, '3'],
    [{ code: null, signal: 15 }, '-1'],
  ])('tells how a process ended last also while it runs again: %o', async (end, told) => {
    const { ask } = await opened(CALLS)
    await ask('x.run', 'start', 'quick')
    const row = daemon.row('quick')
    const lastExit = end && { ...end, coreDumped: false, wallMs: 1 }
    row.seen = { ...row.seen, exitStatus: null, lastExit }
    expect(JSON.stringify(JSON.parse(await ask('x.run', 'process', 'quick')).exitStatus)).toBe(told)
  })

  test('starts, stops and signals as a client would', async () => {
    const { ask } = await opened(CALLS)
    expect(await ask('x.run', 'start', 'quick')).toBe('true')
    expect(daemon.row('quick').seen.phase).toBe('RUNNING')
    expect(await ask('x.run', 'start', 'quick')).toBe('fault 60 ALREADY_STARTED: quick')
    expect(await ask('x.run', 'signal', 'quick', 'HUP')).toBe('true')
    expect(await ask('x.run', 'sendStdin', 'quick', 'text')).toBe('true')
    expect(await ask('x.run', 'stop', 'quick', false)).toBe('true')
    daemon.ended('quick')
    expect(await ask('x.run', 'stop', 'quick')).toBe('fault 70 NOT_RUNNING: quick')
    expect(await ask('x.run', 'restart', 'quick')).toBe('true')
    expect(daemon.row('quick').seen.phase).toBe('RUNNING')
    expect(daemon.calls).toEqual([
      ['signal', 'quick:quick', 1],
      ['stdin', 'quick:quick', 'text'],
    ])
  })

  test('changes groups, sends events and calls anything, other plugins too', async () => {
    const result = await open(specOf(CALLS), specOf('export const make = () => ({ twice: (n) => 2 * n })', {}, 'y'))
    if (!result.ok) throw new Error(result.reason)
    const { ask } = clientOf(result.plugins)
    expect(await ask('x.run', 'removeGroup', 'cat')).toBe('true')
    expect(await ask('x.run', 'addGroup', 'g')).toBe('fault 90 ALREADY_ADDED: g')
    expect(await ask('x.run', 'sendRemoteEvent', 'kind', 'data')).toBe('true')
    expect(daemon.calls).toEqual([['event', 'kind', 'data']])
    expect(await ask('x.run', 'call', 'y.twice', 21)).toBe('42')
    expect(await ask('x.run', 'call', 'supervisor.getPID')).toBe('4711')
    expect(await ask('x.run', 'call', 'nosuch')).toBe('fault 1 UNKNOWN_METHOD')
  })

  test('delivers events in order, after what caused them, and survives a listener that fails', async () => {
    const { ask, plugins } = await opened(`export const make = (context) => {
      const seen = []
      const stop = context.onEvent(['PROCESS_STATE', 'TICK_5'], (event) => {
        seen.push(event.type)
        if (event.type === 'TICK_5') throw new Error('tick')
        if (event.type === 'PROCESS_STATE_FATAL') return Promise.reject(new Error('later'))
      })
      return { seen: () => seen, stop }
    }`)
    const [[listener, types] = []] = [...listeners]
    expect(types).toEqual(['PROCESS_STATE', 'TICK_5'])
    listener?.({ type: 'TICK_5', payload: 'when:5' })
    listener?.({ type: 'PROCESS_STATE_FATAL', payload: '' })
    expect(log.lines.some((line) => line.includes('failed'))).toBe(false)
    await eventually(
      () =>
        log.lines.filter((line) => /listener for .* failed: Error: (tick|later)/.test(line)).length === 2 ? true : null,
      () => 'both complaints',
    )
    expect(await ask('x.seen')).toBe('["TICK_5","PROCESS_STATE_FATAL"]')
    await ask('x.stop')
    expect(listeners.size).toBe(0)
    plugins.close()
  })

  test('writes to the log, one line each', async () => {
    const { ask } = await opened('export const make = (context) => ({ say: (text) => context.log("info", text) })')
    await ask('x.say', 'two\nlines')
    expect(log.lines).toContain('info: x: two lines')
  })

  test('ends with the server: waits, subscriptions, and the plugin is told once', async () => {
    const { ask, plugins } = await opened(`export const make = (context) => {
      context.onEvent('EVENT', () => {})
      context.onClose(() => context.log('info', 'bye'))
      context.onClose(() => { throw new Error('not so fast') })
      return { start: (name) => context.start(name) }
    }`)
    const waiting = ask('x.start', 'cat')
    await eventually(
      () => (daemon.row('cat').seen.phase === 'STARTING' ? true : null),
      () => 'a start',
    )
    plugins.close()
    plugins.close()
    expect(await waiting).toBe('http 500')
    expect(listeners.size).toBe(0)
    expect(daemon.listeners()).toBe(0)
    expect(log.lines.filter((line) => line === 'info: x: bye')).toHaveLength(1)
    expect(log.lines.filter((line) => line.includes('not so fast'))).toHaveLength(1)
    expect(await ask('x.start', 'cat')).toBe('http 500')
  })
})
