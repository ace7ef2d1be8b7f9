import { describe, expect, test } from 'vitest'
import type { Config } from '../../src/model/config.js'
import { configOf, groupOf, specOf } from '../support/specs.js'
import { steadyDaemon } from '../support/steady-daemon.js'

const keep = groupOf('keep', [specOf({ name: 'keep' })])
const web = groupOf('web', [specOf({ name: 'web' })])

/** A daemon that converges by itself, as clients of the original meet it. */
function daemon(initial: Config) {
  const { control, write, pass } = steadyDaemon(initial)
  pass(5000)
  return {
    operator: control.operator,
    pass,
    write,
    converge(next: Config) {
      write(next)
      control.filesChanged()
    },
  }
}

describe('clients that add and remove groups themselves, when convergence was faster', () => {
  test('adding the group that was just added is answered as if the client had done it, once', () => {
    const { operator, converge } = daemon(configOf([keep]))
    converge(configOf([keep, web]))
    expect(operator.addGroup('web')).toBe('added')
    expect(operator.addGroup('web')).toBe('already-added')
    expect(operator.addGroup('keep')).toBe('already-added')
  })

  test('what the file last read does not have cannot be added, even if it is there', () => {
    const { operator, write } = daemon(configOf([keep, web]))
    write(configOf([keep]))
    expect(operator.addGroup('web')).toBe('already-added')
    operator.reread()
    expect(operator.addGroup('web')).toBe('bad-name')
  })

  test('a group that was just removed can still be stopped and removed, once', () => {
    const { operator, converge, pass } = daemon(configOf([keep, web]))
    converge(configOf([keep]))
    expect(operator.group('web')?.processes.map(({ seen }) => seen.phase)).toEqual(['STOPPING'])
    pass(5000)
    expect(operator.group('web')?.processes).toEqual([])
    expect(operator.groups().map(({ spec }) => spec.name)).toEqual(['keep'])
    expect(operator.removeGroup('web')).toBe('removed')
    expect(operator.removeGroup('web')).toBe('bad-name')
    expect(operator.group('web')).toBeNull()
  })

  test('after a minute the answers are those of a group that nobody touched', () => {
    const { operator, converge, pass } = daemon(configOf([keep]))
    converge(configOf([keep, web]))
    pass(60_000)
    expect(operator.addGroup('web')).toBe('already-added')
    converge(configOf([keep]))
    pass(60_000)
    expect(operator.removeGroup('web')).toBe('bad-name')
    expect(operator.group('web')).toBeNull()
  })
})
