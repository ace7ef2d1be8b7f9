import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fullAccess } from '../../src/api/access/access.js'
import type { JsonAnswer } from '../../src/api/json/answers.js'
import { handleJson } from '../../src/api/json.js'
import { readPinned } from '../../src/control/pin.js'
import { readGroupsOf } from '../../src/control/revisions.js'
import type { Config } from '../../src/model/config.js'
import { fingerprintOf } from '../../src/reconcile/fingerprint.js'
import { documentProblems } from '../support/document.js'
import { configOf, groupOf, specOf } from '../support/specs.js'
import { memoryState, plainPacking } from '../support/state.js'
import { type SteadyDaemon, steadyDaemon } from '../support/steady-daemon.js'

/** A file with one program whose command is `text`, and another that never changes. */
function file(text: string): Config {
  const web = specOf({ name: 'web', command: `/bin/${text}`, environment: { TOKEN: 'hunter2' } })
  return configOf([groupOf('web', [web]), groupOf('keep', [specOf({ name: 'keep' })])])
}

/** Replaces the file and lets the daemon see it. */
function edit(daemon: SteadyDaemon, text: string): void {
  daemon.write(file(text))
  daemon.control.filesChanged()
  daemon.pass(30_000)
}

const inForce = ({ control }: SteadyDaemon) =>
  control.operator.group('web')?.spec.processes[0]?.command.replace('/bin/', '')
const conditions = ({ control }: SteadyDaemon) => control.operator.conditions().map(({ type }) => type)
const back = ({ control }: SteadyDaemon, to: number | null) =>
  control.operator.rollback(to, { allowRemovals: false, by: null })

/** A daemon whose file went from one text to the next. */
function daemonWith(...texts: readonly [string, ...string[]]): SteadyDaemon {
  const daemon = steadyDaemon(file(texts[0]))
  daemon.pass(30_000)
  for (const text of texts.slice(1)) edit(daemon, text)
  return daemon
}

describe('what the next daemon finds of a rollback', () => {
  const CONFIG = '/etc/supervisord.conf'
  const kept = (daemon: SteadyDaemon, state: ReturnType<typeof memoryState>) => {
    daemon.pass(30_000)
    const pinned = readPinned(state, CONFIG)
    const groups = pinned && readGroupsOf(state, plainPacking, pinned)
    return { pinned, command: groups?.find(({ name }) => name === 'web')?.processes[0]?.command }
  }
  const rolledBack = () => {
    const state = memoryState()
    const daemon = steadyDaemon(file('a'), undefined, undefined, state)
    daemon.pass(30_000)
    edit(daemon, 'b')
    back(daemon, null)
    return { daemon, state }
  }

  test('its groups, and the content that is kept out', () => {
    const { daemon, state } = rolledBack()
    expect(kept(daemon, state)).toEqual({
      pinned: { to: 1, revision: 3, file: CONFIG, fingerprint: fingerprintOf(file('b').groups) },
      command: '/bin/a',
    })
    expect(readPinned(state, '/etc/other.conf')).toBeNull()
  })

  test('its groups also where a crash lost the revision that it made', () => {
    const { daemon, state } = rolledBack()
    const { pinned } = kept(daemon, state)
    if (pinned === null) throw new Error('nothing is kept')
    const list = JSON.parse(new TextDecoder().decode(state.files.get('revisions.json')))
    const cut = { ...list, revisions: list.revisions.filter(({ number }: { number: number }) => number < 3) }
    state.files.set('revisions.json', new TextEncoder().encode(JSON.stringify(cut)))
    expect(readGroupsOf(state, plainPacking, pinned)?.find(({ name }) => name === 'web')?.processes[0]?.command).toBe(
      '/bin/a',
    )
  })

  for (const [what, end] of [
    ['the file changes', (daemon) => edit(daemon, 'c')],
    ['somebody applies the file', ({ control }) => control.operator.apply({ groups: null, allowRemovals: false })],
  ] as const satisfies readonly (readonly [string, (daemon: SteadyDaemon) => unknown])[])
    test(`nothing after ${what}`, () => {
      const { daemon, state } = rolledBack()
      end(daemon)
      expect(kept(daemon, state).pinned).toBeNull()
      expect(state.files.has('rollback.json')).toBe(false)
    })

  test('it is written again when the state directory was lost', () => {
    const { daemon, state } = rolledBack()
    daemon.pass(30_000)
    state.files.clear()
    expect(kept(daemon, state)).toMatchObject({ pinned: { to: 1 }, command: '/bin/a' })
  })

  for (const text of [
    '',
    'rubbish',
    '{"format":2}',
    `{"format":1,"to":"x","revision":1,"file":"${CONFIG}","fingerprint":""}`,
  ])
    test(`nothing in ${JSON.stringify(text)}`, () => {
      const state = memoryState()
      state.files.set('rollback.json', new TextEncoder().encode(text))
      expect(readPinned(state, CONFIG)).toBeNull()
    })
})

describe('a rollback', () => {
  test('is a new revision with the old content, and only what differs is restarted', () => {
    const daemon = daemonWith('a', 'b')
    daemon.effects.length = 0
    expect(back(daemon, null)).toMatchObject({ ok: true, revision: 3, to: 1 })
    daemon.pass(30_000)
    expect(inForce(daemon)).toBe('a')
    expect(daemon.effects).toEqual(['stop web:web', 'start web:web'])
    const { current, revisions, rollback } = daemon.control.operator.revisions()
    expect(current).toBe(3)
    expect(rollback).toEqual({ to: 1, file: '/etc/supervisord.conf' })
    expect(revisions.map(({ number, cause }) => [number, cause.what])).toEqual([
      [3, 'rollback to 1'],
      [2, 'file changed'],
      [1, 'start'],
    ])
  })

  test('holds against the unchanged file, and any other content ends it', () => {
    const daemon = daemonWith('a', 'b')
    back(daemon, null)
    edit(daemon, 'b')
    expect(inForce(daemon)).toBe('a')
    expect(conditions(daemon)).toEqual(['RolledBack'])
    edit(daemon, 'c')
    expect(inForce(daemon)).toBe('c')
    expect(conditions(daemon)).toEqual([])
    edit(daemon, 'b')
    expect(inForce(daemon)).toBe('b')
  })

  test('holds against an edit that nobody had noticed yet', () => {
    const daemon = daemonWith('a', 'b')
    daemon.write(file('c'))
    back(daemon, 1)
    edit(daemon, 'c')
    expect(inForce(daemon)).toBe('a')
  })

  for (const [what, ask] of [
    ['apply', ({ control }) => control.operator.apply({ groups: null, allowRemovals: false })],
    ['update of one group', ({ control }) => control.operator.apply({ groups: ['web'], allowRemovals: false })],
    ['reload', ({ control }) => control.operator.reload()],
  ] as const satisfies readonly (readonly [string, (daemon: SteadyDaemon) => unknown])[]) {
    test(`ends with ${what}`, () => {
      const daemon = daemonWith('a', 'b')
      back(daemon, null)
      ask(daemon)
      expect(inForce(daemon)).toBe('b')
      expect(conditions(daemon)).toEqual([])
    })
  }

  test('is refused when it would remove most programs, and names the way on', () => {
    const daemon = steadyDaemon(configOf([]))
    const many = ['a', 'b', 'c'].map((name) => groupOf(name, [specOf({ name })]))
    daemon.write(configOf(many))
    daemon.control.filesChanged()
    const refused = back(daemon, 1)
    expect(refused).toMatchObject({
      ok: false,
      reason: 'guard',
      refusal: { code: 'EMPTY', command: 'svctl rollback 1 --allow-removals' },
    })
    expect(daemon.control.operator.rollback(1, { allowRemovals: true, by: null }).ok).toBe(true)
    daemon.pass(30_000)
    expect(daemon.control.operator.groups()).toEqual([])
  })

  test('to what is not kept changes nothing', () => {
    const daemon = daemonWith('a')
    expect(back(daemon, null)).toMatchObject({ ok: false, reason: 'unknown-revision' })
    expect(back(daemon, 7)).toMatchObject({ ok: false, reason: 'unknown-revision' })
    expect(conditions(daemon)).toEqual([])
  })
})

test('whatever is edited and rolled back: the file last edited is in force, or what was rolled back to since', () => {
  const steps = fc.oneof(
    fc.record({ do: fc.constant('edit' as const), text: fc.constantFrom('a', 'b', 'c') }),
    fc.record({ do: fc.constant('back' as const), by: fc.nat(5) }),
    fc.record({ do: fc.constant('look' as const) }),
  )
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 12 }), (list) => {
      const daemon = daemonWith('a')
      const { operator } = daemon.control
      let written = 'a'
      let wanted = 'a'
      for (const step of list) {
        if (step.do === 'edit') {
          if (step.text !== written) wanted = step.text
          written = step.text
          edit(daemon, step.text)
        } else if (step.do === 'look') {
          edit(daemon, written)
        } else {
          const { revisions } = operator.revisions()
          const target = revisions[step.by % revisions.length]?.number ?? 1
          const content = operator.revisionContent(target)
          if (content.ok && back(daemon, target).ok) {
            const web = content.groups.find(({ name }) => name === 'web')
            wanted = web?.processes[0]?.command.replace('/bin/', '') ?? ''
          }
        }
        expect(inForce(daemon)).toBe(wanted)
        expect(conditions(daemon)).toEqual(wanted === written ? [] : ['RolledBack'])
      }
    }),
    { numRuns: 60 },
  )
})

describe('the JSON interface', () => {
  const ask = ({ control }: SteadyDaemon, method: string, target: string, body?: object): JsonAnswer => {
    const [path = '', query = ''] = target.split('?')
    const answer = handleJson(
      method,
      `/api/v1/${path}`,
      new URLSearchParams(query),
      body,
      control.operator,
      true,
      fullAccess(() => 'ann'),
    )
    if (answer === null) throw new Error(`nothing at ${target}`)
    return answer
  }

  test('tells the history, one revision without its secrets, and goes back', () => {
    const daemon = daemonWith('a', 'b')
    const done = ask(daemon, 'POST', 'rollback', {})
    expect(done).toMatchObject({ status: 200, document: { schema: 'svctl.rolledback/v1', revision: 3, to: 1 } })
    const history = ask(daemon, 'GET', 'revisions')
    expect(history.document).toMatchObject({ current: 3, revisions: [{ cause: 'rollback to 1', by: 'ann' }, {}, {}] })
    const content = ask(daemon, 'GET', 'revisions?n=2')
    expect(JSON.stringify(content.document)).toContain('/bin/b')
    expect(JSON.stringify(content.document)).not.toContain('hunter2')
    for (const { document } of [done, history, content]) expect(documentProblems(document)).toBe('')
  })

  test('a dry run changes nothing', () => {
    const daemon = daemonWith('a', 'b')
    const planned = ask(daemon, 'POST', 'rollback', { revision: 1, dryRun: true })
    expect(planned.document).toMatchObject({ schema: 'svctl.diff/v1', groups: { changed: ['web'] } })
    expect(inForce(daemon)).toBe('b')
    expect(conditions(daemon)).toEqual([])
  })

  test('an unknown revision is told as such', () => {
    const daemon = daemonWith('a')
    expect(ask(daemon, 'GET', 'revisions?n=9').status).toBe(404)
    expect(ask(daemon, 'GET', 'revisions?n=x').status).toBe(400)
    expect(ask(daemon, 'POST', 'rollback', { revision: 9 }).status).toBe(404)
  })
})
