import { describe, expect, test } from 'vitest'
import { closest } from '../../src/config/suggest.js'

describe('closest', () => {
  test.each<readonly [string, string | null]>([
    ['autostrat', 'autostart'],
    ['auto_start', 'autostart'],
    ['AUTOSTART', 'autostart'],
    ['startsec', 'startsecs'],
    ['comand', 'command'],
    ['commnad', 'command'],
    ['usr', 'user'],
    ['x', null],
    ['nothing_like_it', null],
    ['', null],
  ])('%s', (word, expected) => {
    expect(closest(word, ['autostart', 'autorestart', 'startsecs', 'command', 'user'])).toBe(expected)
  })
  test('a letter is not near every other', () => expect(closest('x', ['y', 'z'])).toBe(null))
  test('the first of equals stays', () => expect(closest('cat', ['bat', 'hat'])).toBe('bat'))
})
