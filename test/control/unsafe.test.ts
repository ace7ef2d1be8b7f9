import { expect, test } from 'vitest'
import type { Config, ConvergeSpec } from '../../src/model/config.js'
import { configOf, groupOf, specOf } from '../support/specs.js'
import { steadyDaemon } from '../support/steady-daemon.js'

const named = (...names: readonly string[]) => configOf(names.map((name) => groupOf(name, [specOf({ name })])))

/** A daemon with one program whose file then gets a second one, in a folder that everyone can write. */
function world(mode: ConvergeSpec['mode'] = 'auto') {
  const inMode = (config: Config): Config => ({
    ...config,
    daemon: { ...config.daemon, converge: { ...config.daemon.converge, mode } },
  })
  let folderMode = 0o777
  const modeOf = (path: string) => (path === '/etc' ? folderMode : 0o644)
  const daemon = steadyDaemon(inMode(named('a')), undefined, modeOf)
  daemon.pass(60_000)
  const save = (...names: readonly string[]) => {
    daemon.write(inMode(named(...names)))
    daemon.control.filesChanged()
  }
  const { operator } = daemon.control
  const found = () => ({
    groups: operator.groups().map(({ spec }) => spec.name),
    conditions: operator.conditions().map(({ type }) => type),
  })
  const close = () => {
    folderMode = 0o755
  }
  save('a', 'b')
  return { ...daemon, operator, save, found, close }
}

test('a change that others could have made waits, and says what to run', () => {
  const { operator, found, pass } = world()
  pass(60_000)
  expect(found()).toEqual({ groups: ['a'], conditions: ['ConfigUnsafe'] })
  expect(operator.conditions()[0]?.message).toMatch(
    /\(b\): \/etc can be written by everyone \(mode 0777\); run chmod o-w \/etc, or accept it with svctl apply$/,
  )
})

test('it is accepted soon after the folder is safe, although no file changes', () => {
  const { found, close, pass } = world()
  close()
  pass(5_000)
  expect(found()).toEqual({ groups: ['a', 'b'], conditions: [] })
})

test('a person may accept it, with apply or SIGHUP', () => {
  for (const verb of ['apply', 'reload'] as const) {
    const { operator, found } = world()
    if (verb === 'reload') operator.reload()
    else operator.apply({ groups: null, allowRemovals: false })
    expect(found()).toEqual({ groups: ['a', 'b'], conditions: [] })
  }
})

test('a change that is taken back is nothing to wait for', () => {
  const { save, found } = world()
  save('a')
  expect(found()).toEqual({ groups: ['a'], conditions: [] })
})

test('in manual mode nothing is accepted anyway', () =>
  expect(world('manual').found()).toEqual({ groups: ['a'], conditions: ['PendingChange'] }))

test('nothing is accepted any more once the daemon goes down', () => {
  const { operator, close, pass, found } = world()
  operator.shutdown()
  close()
  pass(60_000)
  expect(found().groups).not.toContain('b')
})
