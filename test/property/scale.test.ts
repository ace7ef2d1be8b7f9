import fc from 'fast-check'
import { expect, test } from 'vitest'
import { configOf, loadText } from '../desired/load.js'
import { steadyDaemon } from '../support/steady-daemon.js'

const text = (numprocs: number, command = '/bin/cat', more = '') => `[supervisord]
[program:web]
command=${command}
numprocs=${numprocs}
process_name=%(program_name)s_%(process_num)02d
startsecs=0
[program:other]
command=/bin/cat
[group:g]
programs=other
${more}`

/** A daemon that reads `file.text`, with everything up. */
function world(numprocs: number, command?: string) {
  const file = { text: text(numprocs, command) }
  const daemon = steadyDaemon(configOf(file.text), (scales) => loadText(file.text, scales ? { scales } : {}))
  daemon.pass(60_000)
  daemon.effects.length = 0
  return { ...daemon, operator: daemon.control.operator, file }
}

const number = (n: number) => String(n).padStart(2, '0')
const range = (from: number, to: number) => Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i)

test('scaling from n to m touches exactly the |n - m| highest, surplus from the highest down', () => {
  const counts = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), counts, (first, wishes) => {
      const { operator, effects, pass } = world(first)
      let before = first
      for (const wish of wishes) {
        effects.length = 0
        expect(operator.scale({ web: wish }, 'test').ok).toBe(true)
        pass(60_000)
        const started = range(before, wish).map((n) => `start web:web_${number(n)}`)
        const stopped = range(wish, before).map((n) => `stop web:web_${number(n)}`)
        expect(effects).toEqual(wish > before ? started : stopped.reverse())
        before = wish
      }
      effects.length = 0
      operator.scale({ web: null }, 'test')
      pass(60_000)
      expect(operator.scales()).toEqual({})
      expect(effects).toHaveLength(Math.abs(before - first))
    }),
    { numRuns: 40 },
  )
})

test('an override lasts through edits of other things and ends when the file changes the number', () => {
  const { control, operator, effects, pass, file } = world(3)
  operator.scale({ web: 5 }, null)
  pass(60_000)
  file.text = text(3, '/bin/cat', '[program:new]\ncommand=/bin/cat\n')
  control.filesChanged()
  pass(60_000)
  expect(operator.scales()).toMatchObject({ web: { numprocs: 5, fileNumprocs: 3, by: 'svctl scale' } })
  expect(operator.group('web')?.processes).toHaveLength(5)
  effects.length = 0
  file.text = text(4)
  control.filesChanged()
  pass(60_000)
  expect(operator.scales()).toEqual({})
  expect(effects.filter((effect) => effect.includes('web'))).toEqual(['stop web:web_04'])
  file.text = text(3)
  control.filesChanged()
  pass(60_000)
  expect(operator.group('web')?.processes).toHaveLength(3)
})

test('what an edit changes to the number of the override ends it without touching anything', () => {
  const { control, operator, effects, pass, file } = world(3)
  operator.scale({ web: 5 }, 'test')
  pass(60_000)
  effects.length = 0
  file.text = text(5)
  control.filesChanged()
  pass(60_000)
  expect({ effects, scales: operator.scales() }).toEqual({ effects: [], scales: {} })
})

test('a command that names the number is replaced by scaling, and only then', () => {
  const { operator, effects, pass } = world(2, '/bin/cat %(numprocs)s')
  const result = operator.scale({ web: 3 }, 'test')
  pass(120_000)
  expect(result.ok && result.restarted).toEqual(['web:web_00', 'web:web_01'])
  expect(effects.filter((effect) => effect.startsWith('start')).sort()).toEqual(
    range(0, 3).map((n) => `start web:web_${number(n)}`),
  )
})

for (const { name, wish, reason, edit } of [
  { name: 'a program that there is not', wish: { nope: 2 }, reason: 'unknown-program', edit: null },
  { name: 'a program without numbers in its names', wish: { other: 2 }, reason: 'not-numbered', edit: null },
  { name: 'too many', wish: { web: 100_001 }, reason: 'too-many', edit: null },
  { name: 'a program with changes that wait', wish: { web: 5 }, reason: 'pending', edit: text(3, '/bin/tac') },
  { name: 'anything while the file is broken', wish: { web: 5 }, reason: 'invalid', edit: '[supervisord\n' },
])
  test(`scaling ${name} is refused and changes nothing`, () => {
    const { operator, effects, pass, file } = world(3)
    if (edit !== null) file.text = edit
    expect(operator.scale(wish, 'test')).toMatchObject({ ok: false, reason })
    pass(60_000)
    expect({ effects, scales: operator.scales() }).toEqual({ effects: [], scales: {} })
  })
