import { describe, expect, test } from 'vitest'
import type { Config } from '../../src/model/config.js'
import { processKey } from '../../src/model/names.js'
import type { ProcessSpec } from '../../src/model/spec.js'
import { configOf, groupOf, specOf } from '../support/specs.js'
import { type SteadyDaemon, steadyDaemon } from '../support/steady-daemon.js'

/** Four processes of one program, and a program of its own. */
function fleet(command: string, more: Partial<ProcessSpec> = {}, other = '/bin/other'): Config {
  const names = ['w1', 'w2', 'w3', 'w4']
  const workers = names.map((name) => specOf({ name, program: 'w', command, startSecs: 2, startRetries: 1, ...more }))
  return configOf([groupOf('w', workers), groupOf('other', [specOf({ name: 'other', command: other })])])
}

/** A daemon whose fleet runs `/bin/a`. */
function started(): SteadyDaemon {
  const daemon = steadyDaemon(fleet('/bin/a'))
  daemon.pass(10_000)
  daemon.effects.length = 0
  return daemon
}

function accept(daemon: SteadyDaemon, next: Config, atOnce = false): void {
  daemon.write(next)
  expect(daemon.control.operator.apply({ groups: null, allowRemovals: true, atOnce }).ok).toBe(true)
}

const stops = (daemon: SteadyDaemon) => daemon.effects.filter((effect) => effect.startsWith('stop'))
const halt = ({ control }: SteadyDaemon) =>
  control.operator.conditions().find(({ type }) => type === 'RolloutHalted')?.message

describe('a rollout', () => {
  test('replaces the processes of a program one after the other, other programs beside it', () => {
    const daemon = started()
    accept(daemon, fleet('/bin/b', {}, '/bin/other-b'))
    expect(stops(daemon)).toEqual(['stop other:other', 'stop w:w1'])
    daemon.pass(1900)
    expect(stops(daemon)).toHaveLength(2)
    daemon.pass(10_000)
    expect(daemon.effects.filter((effect) => effect.includes('w:'))).toEqual(
      ['w1', 'w2', 'w3', 'w4'].flatMap((name) => [`stop w:${name}`, `start w:${name}`]),
    )
    expect(daemon.control.operator.drift().items).toEqual([])
  })

  test('halts at the first that does not come up, and goes on once it does', () => {
    const daemon = started()
    daemon.refuse('/bin/b')
    accept(daemon, fleet('/bin/b'))
    daemon.pass(60_000)
    expect(stops(daemon)).toEqual(['stop w:w1'])
    expect(halt(daemon)).toMatch(
      /^w:w1 does not come up \(can't find command '\/bin\/b'\), so 3 processes keep running/,
    )
    const kinds = daemon.control.operator.drift().items.map(({ kind }) => kind)
    expect(kinds).toEqual(['fatal', 'older-generation', 'older-generation', 'older-generation'])
    daemon.refuse(null)
    daemon.control.operator.start([processKey('w', 'w1')])
    expect(stops(daemon)).toHaveLength(1)
    daemon.pass(20_000)
    expect(halt(daemon)).toBeUndefined()
    expect(daemon.control.operator.drift().items).toEqual([])
  })

  test('what has halted keeps neither people nor other revisions from anything', () => {
    const daemon = started()
    daemon.refuse('/bin/b')
    accept(daemon, fleet('/bin/b'))
    daemon.pass(60_000)
    daemon.effects.length = 0
    accept(daemon, fleet('/bin/b', {}, '/bin/other-b'))
    expect(stops(daemon)).toEqual(['stop other:other'])
    daemon.control.operator.restart([processKey('w', 'w3')])
    expect(stops(daemon)).toContain('stop w:w3')
    daemon.pass(10_000)
    expect(daemon.effects).not.toContain('stop w:w2')
  })

  test('a mended file makes those that failed come up first', () => {
    const daemon = started()
    daemon.refuse('/bin/b')
    accept(daemon, fleet('/bin/b'))
    daemon.pass(60_000)
    daemon.effects.length = 0
    accept(daemon, fleet('/bin/c'))
    expect(daemon.effects).toEqual(['start w:w1'])
    daemon.pass(20_000)
    expect(daemon.control.operator.drift().items).toEqual([])
  })

  test('another revision in the middle becomes what is rolled out, never two at once', () => {
    const daemon = started()
    accept(daemon, fleet('/bin/b'))
    daemon.pass(3_000)
    expect(stops(daemon)).toEqual(['stop w:w1', 'stop w:w2'])
    accept(daemon, fleet('/bin/c'))
    expect(stops(daemon).slice(2)).toEqual(['stop w:w2'])
    daemon.pass(30_000)
    const commands = daemon.control.operator.group('w')?.processes.map(({ spec, seen }) => [spec.command, seen.phase])
    expect(commands).toEqual(Array(4).fill(['/bin/c', 'RUNNING']))
    expect(stops(daemon).slice(3).sort()).toEqual(['stop w:w1', 'stop w:w3', 'stop w:w4'])
  })

  test('going back in the middle leaves alone what runs that already', () => {
    const daemon = started()
    accept(daemon, fleet('/bin/b'))
    daemon.pass(1_000)
    daemon.effects.length = 0
    accept(daemon, fleet('/bin/a'))
    daemon.pass(30_000)
    expect(daemon.effects).toEqual(['stop w:w1', 'start w:w1'])
    expect(daemon.control.operator.drift().items).toEqual([])
  })

  test('is not what the classic update does: that replaces all at once', () => {
    const daemon = started()
    accept(daemon, fleet('/bin/b'), true)
    expect(stops(daemon)).toEqual(['stop w:w1', 'stop w:w2', 'stop w:w3', 'stop w:w4'])
  })
})

describe('apply', () => {
  test('accepts only the groups that are named; the rest goes on waiting', () => {
    const daemon = started()
    const next = fleet('/bin/b', {}, '/bin/other-b')
    daemon.write({ ...next, daemon: { ...next.daemon, converge: { ...next.daemon.converge, mode: 'manual' } } })
    const { operator } = daemon.control
    expect(operator.apply({ groups: ['other'], allowRemovals: false }).ok).toBe(true)
    daemon.pass(10_000)
    expect(stops(daemon)).toEqual(['stop other:other'])
    expect(operator.conditions()).toMatchObject([{ type: 'PendingChange', message: expect.stringContaining('(w)') }])
  })

  test('accepts only what is expected', () => {
    const daemon = started()
    const { operator } = daemon.control
    daemon.write(fleet('/bin/b'))
    const diff = operator.diff()
    const fingerprint = diff.ok ? diff.report.candidate.fingerprint.slice(0, 8) : ''
    const apply = (revision: number, seen: string | null) =>
      operator.apply({ groups: null, allowRemovals: false, expect: { revision, fingerprint: seen } })
    expect(apply(2, null)).toMatchObject({ ok: false, reason: 'moved', revision: 1 })
    daemon.write(fleet('/bin/c'))
    expect(apply(1, fingerprint)).toMatchObject({ ok: false, reason: 'moved' })
    expect(daemon.effects).toEqual([])
    daemon.write(fleet('/bin/b'))
    expect(apply(1, fingerprint)).toMatchObject({ ok: true, revision: 2 })
  })
})
