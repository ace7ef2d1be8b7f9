import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { complete } from '../../src/cli/ctl/complete.js'
import { loadCtlPlugins } from '../../src/cli/ctl/plugins.js'
import { runLine } from '../../src/cli/ctl/run-line.js'
import type { Session } from '../../src/cli/ctl/session.js'
import { Refusal, type ScriptedServer, scriptedServer } from './scripted-server.js'
import { type ScriptedTerminal, scriptedTerminal, sessionWith } from './scripted-terminal.js'

let folder: string
let server: ScriptedServer
let terminal: ScriptedTerminal
let session: Session
let modules = 0

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'svctl-ctlplugin-'))
  server = await scriptedServer({ 'x.double': (n) => 2 * Number(n), 'x.refuse': new Refusal(1001, 'NO_TEA') })
  terminal = scriptedTerminal()
  session = sessionWith(terminal, server.url)
})
afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

const specOf = (name: string, code: string, options: Readonly<Record<string, string>> = {}) => {
  const path = join(folder, `ctl${++modules}.mjs`)
  writeFileSync(path, code)
  return { name, factory: `${path}:make`, options }
}

/** Loads plugins and carries out lines; what was printed. */
const printed = async (specs: readonly ReturnType<typeof specOf>[], ...lines: readonly string[]) => {
  const loaded = await loadCtlPlugins(specs, session)
  if (!loaded.ok) throw new Error(loaded.reason)
  session.plugins = loaded.plugins
  for (const line of lines) await runLine(session, line)
  return terminal.stdout
}

const PLUGIN = `export const make = (controller, options) => ({
  async do_double(argument) { controller.output(options.word + ' ' + await controller.call('x.double', Number(argument))) },
  async do_refuse() { await controller.call('x.refuse') },
  do_throw() { throw new RangeError('oops') },
  do_fault() { throw controller.fault(7, 'SEVEN') },
  do_status() { controller.output('never') },
  async do_twice() { await controller.run('double 1'); await controller.run('double 2') },
  do_exit3() { controller.exitStatus = 3; controller.error('told ' + controller.name) },
  help_double: 'double <n>\\tTwice n',
  help_throw() { controller.output('throws ' + controller.interactive) },
})`

describe('a plugin of supervisorctl', () => {
  for (const [line, says, exit] of [
    ['double 21', 'result 42\n', 0],
    ['twice', 'result 2\nresult 4\n', 0],
    ['exit3', '', 3],
    ['throw', "error: <class 'RangeError'>, oops: file: supervisorctl line: 0\n", 1],
    ['fault', "error: <class 'xmlrpc.client.Fault'>, <Fault 7: 'SEVEN'>: file: supervisorctl line: 0\n", 1],
    ['refuse', "error: <class 'xmlrpc.client.Fault'>, <Fault 1001: 'NO_TEA'>: file: supervisorctl line: 0\n", 1],
    ['nosuch', '*** Unknown syntax: nosuch\n', 1],
    ['help double', 'double <n>\tTwice n\n', 0],
    ['help throw', 'throws false\n', 0],
    ['help fault', '*** No help on fault\n', 0],
  ] as const)
    test(`carries out "${line}"`, async () => {
      expect(await printed([specOf('p', PLUGIN, { word: 'result' })], line)).toBe(says)
      expect(session.exitStatus).toBe(exit)
    })

  test('is listed under its name, and cannot replace a built-in action', async () => {
    const out = await printed([specOf('p', PLUGIN)], 'help')
    expect(out).toContain('default commands (type help <topic>):')
    expect(out).toMatch(
      /\np commands \(type help <topic>\):\n=+\ndouble {2}exit3 {2}fault {2}refuse {2}throw {2}twice\n/,
    )
    await runLine(session, 'status')
    expect(terminal.stdout).not.toContain('never')
  })

  test('comes after those before it in the file', async () => {
    const one = specOf('one', 'export const make = (c) => ({ do_who() { c.output("one") } })')
    const two = specOf(
      'two',
      'export const make = async (c) => new (class { do_who() { c.output("two") } do_two() { c.output("2") } })()',
    )
    expect(await printed([one, two], 'who', 'two')).toBe('one\n2\n')
  })

  test('takes part in completion', async () => {
    const [candidates] = await complete('dou', async () => [], ['double'])
    expect(candidates).toEqual(['double '])
  })

  test('lets a password be asked for', async () => {
    const locked = await scriptedServer({ 'x.double': 4 }, { credentials: 'me:secret' })
    terminal = scriptedTerminal(['me', 'secret'])
    session = sessionWith(terminal, locked.url, { interactive: true })
    expect(await printed([specOf('p', PLUGIN, { word: 'r' })], 'double 2')).toContain('r 4\n')
    await locked.close()
  })

  for (const [what, code, reason] of [
    [
      'throws',
      'export const make = () => { throw new Error("no luck") }',
      /^Could not make p ctl plugin: Error: no luck/,
    ],
    ['makes nothing', 'export const make = () => 1', /the factory returned no object/],
    ['is not there', '', /exports no function make/],
  ] as const)
    test(`whose factory ${what} is told of`, async () => {
      const loaded = await loadCtlPlugins([specOf('p', code)], session)
      expect(loaded.ok ? '' : loaded.reason).toMatch(reason)
    })
})
