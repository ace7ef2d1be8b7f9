import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitWords } from '../../src/model/words.js'
import { hasPython } from './harness.js'

const TABLE: readonly (readonly [string, readonly string[] | string])[] = [
  ['', []],
  [' \t\r\n ', []],
  ['/bin/cat', ['/bin/cat']],
  ['  a   b\tc\nd ', ['a', 'b', 'c', 'd']],
  [`sh -c 'a ; b'`, ['sh', '-c', 'a ; b']],
  [`a"b c"d'e f'`, ['ab cde f']],
  [`"" x ''`, ['', 'x', '']],
  [`"a\\"b" "a\\\\b" "a\\nb"`, ['a"b', 'a\\b', 'a\\nb']],
  [`'a\\b'`, ['a\\b']],
  ['a\\ b \\"c', ['a b', '"c']],
  ['a # b ; c & d | e > f', ['a', '#', 'b', ';', 'c', '&', 'd', '|', 'e', '>', 'f']],
  ['$HOME ~ *', ['$HOME', '~', '*']],
  ['日本 "ä ö"', ['日本', 'ä ö']],
  [`a 'b`, 'No closing quotation'],
  ['a "b', 'No closing quotation'],
  ['a\\', 'No escaped character'],
  ['"a\\', 'No escaped character'],
]

describe('words of a command line', () => {
  test.each(TABLE)('%j', (line, wanted) => {
    const found = splitWords(line)
    expect(found.ok ? found.words : found.error).toEqual(wanted)
  })

  test.runIf(hasPython)("are Python's for any text", () => {
    const lines = fc.sample(fc.string({ unit: fc.constantFrom(...'ab \'"\\\t\n;#ä') }), 2000)
    const program =
      'import json,shlex,sys\n' +
      'def f(s):\n try: return shlex.split(s)\n except ValueError as e: return str(e)\n' +
      'print(json.dumps([f(s) for s in json.load(sys.stdin)]))'
    const theirs = JSON.parse(
      execFileSync('python3', ['-c', program], { input: JSON.stringify(lines), encoding: 'utf8' }),
    )
    const ours = lines.map((line) => {
      const found = splitWords(line)
      return found.ok ? found.words : found.error
    })
    for (const [i, line] of lines.entries()) expect({ line, words: ours[i] }).toEqual({ line, words: theirs[i] })
  })
})
