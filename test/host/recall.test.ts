import { describe, expect, test } from 'vitest'
import { createRecall, type Surroundings } from '../../src/host/recall.js'

/** A machine that a test can change; `reads` counts how often the configuration was really read. */
function machine() {
  const state = { text: 'a', folder: true, matches: ['/x'], uid: 1, reads: 0, onRead: () => undefined as unknown }
  const around: Surroundings = {
    files: {
      read: () => ({ ok: true, bytes: Buffer.from(state.text) }),
      kind: () => (state.folder ? 'directory' : null),
      glob: () => [...state.matches],
    },
    users: { user: (name) => ({ uid: state.uid, gid: 1, name }), group: () => null },
  }
  const recall = createRecall(around, ({ files, users }) => {
    state.reads += 1
    const read = files.read('/conf')
    state.onRead()
    const text = read.ok ? Buffer.from(read.bytes).toString() : ''
    return { text, folder: files.kind('/log'), matches: files.glob('/*'), user: users.user('u')?.uid }
  })
  return { state, recall }
}

describe('createRecall', () => {
  test('gives the very same result while nothing it depends on has changed', () => {
    const { state, recall } = machine()
    const first = recall()
    expect(recall()).toBe(first)
    expect(state.reads).toBe(1)
  })

  for (const [what, change, result] of [
    ['the bytes of a file', { text: 'b' }, { text: 'b' }],
    ['a folder that is gone', { folder: false }, { folder: null }],
    ['another match of a pattern', { matches: ['/x', '/y'] }, { matches: ['/x', '/y'] }],
    ['another number of a user', { uid: 2 }, { user: 2 }],
  ] as const)
    test(`reads anew after ${what}`, () => {
      const { state, recall } = machine()
      recall()
      Object.assign(state, change)
      expect(recall()).toMatchObject(result)
      expect(state.reads).toBe(2)
    })

  test('reads again when a file changes while it is being read', () => {
    const { state, recall } = machine()
    state.onRead = () => {
      state.text = 'b'
    }
    expect(recall().text).toBe('b')
    expect(state.reads).toBe(2)
  })

  test('gives up on a file that never comes to rest', () => {
    const { state, recall } = machine()
    state.onRead = () => {
      state.text += 'x'
    }
    recall()
    expect(state.reads).toBe(5)
  })

  test('asks one question once during a read, so that a result never mixes two answers', () => {
    let asked = 0
    const files = {
      read: () => ({ ok: true as const, bytes: Buffer.from(String(asked++)) }),
      kind: () => null,
      glob: () => [],
    }
    const recall = createRecall({ files, users: { user: () => null, group: () => null } }, (around) => [
      around.files.read('/conf'),
      around.files.read('/conf'),
    ])
    const [first, second] = recall()
    expect(second).toBe(first)
  })
})
