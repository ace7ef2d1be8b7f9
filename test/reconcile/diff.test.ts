import { describe, expect, test } from 'vitest'
import { changeClassOfField } from '../../src/desired/classes.js'
import { diffFields, HIDDEN } from '../../src/reconcile/diff.js'
import { specOf } from '../support/specs.js'

const before = specOf({ name: 'web', environment: { TOKEN: 'old', HOME: '/', '1': 'digit' } })
const diff = (fields: Partial<typeof before>) => diffFields(before, { ...before, ...fields }, changeClassOfField)

describe('diffFields', () => {
  test('equal specs differ in nothing', () => {
    expect(diff({})).toEqual([])
  })

  test('a changed command needs a restart', () => {
    expect(diff({ command: '/bin/other' })).toEqual([
      { field: 'command', from: '/bin/web', to: '/bin/other', changeClass: 'restart', at: null },
    ])
  })

  test('a changed list is shown whole and once', () => {
    expect(diff({ exitCodes: [0, 2, 3] })).toEqual([
      { field: 'exitCodes', from: [0], to: [0, 2, 3], changeClass: 'live', at: null },
    ])
  })

  test('a rotation size is taken on by the running process', () => {
    const [change] = diff({ stdout: { ...before.stdout, logBytesMax: 5 } })
    expect(change).toEqual({ field: 'stdout.logBytesMax', from: 0, to: 5, changeClass: 'live', at: null })
  })

  test('environment values are never shown, not even for names that are numbers', () => {
    const changes = diff({ environment: { TOKEN: 'new', HOME: '/', '1': 'other', ADDED: 'secret' } })
    expect(changes.map(({ field, from, to }) => [field, from, to])).toEqual([
      ['environment.1', HIDDEN, HIDDEN],
      ['environment.ADDED', null, HIDDEN],
      ['environment.TOKEN', HIDDEN, HIDDEN],
    ])
    expect(changes.every((change) => change.changeClass === 'restart')).toBe(true)
  })
})
