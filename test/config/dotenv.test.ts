import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readDotenv } from '../../src/config/dotenv.js'

const read = (text: string) => readDotenv(new TextEncoder().encode(text), '/x/.env')
const valuesOf = (text: string) => read(text).variables.map(({ name, value }) => [name, value])

describe('readDotenv', () => {
  for (const [what, text, wanted] of [
    [
      'pairs, blank lines and comments',
      '# c\n\nA=1\n  B = two words \n',
      [
        ['A', '1'],
        ['B', 'two words'],
      ],
    ],
    [
      'export and Windows line ends',
      'export A=1\r\nB=2\r\n',
      [
        ['A', '1'],
        ['B', '2'],
      ],
    ],
    [
      'a comment after a blank only',
      'A=a#b #c\nB=#b\nC= # nothing',
      [
        ['A', 'a#b'],
        ['B', '#b'],
        ['C', ''],
      ],
    ],
    ['single quotes as they are', String.raw`A='a\n "$X" # %(here)s'`, [['A', String.raw`a\n "$X" # %(here)s`]]],
    ['escapes in double quotes', String.raw`A="a\n\t\"\\\$\x" # c`, [['A', 'a\n\t"\\$\\x']]],
    [
      'values of several lines',
      'KEY="-----BEGIN\nabc==\n-----END"\nB=2',
      [
        ['KEY', '-----BEGIN\nabc==\n-----END'],
        ['B', '2'],
      ],
    ],
    ['nothing run and nothing replaced', 'A=$B ${C} $(id) %(x)s', [['A', '$B ${C} $(id) %(x)s']]],
    ['quotes within a value', `A=it's "so"`, [['A', `it's "so"`]]],
    ['a byte order mark', '\ufeffA=1', [['A', '1']]],
    [
      'the variable named export',
      'export=1\nexport export=2x',
      [
        ['export', '1'],
        ['export', '2x'],
      ],
    ],
  ] as const)
    test(`reads ${what}`, () => expect(valuesOf(text)).toEqual(wanted))

  for (const [what, text, line, column, message, excerpt] of [
    ['a line without =', 'A=1\n  s3cret', 2, 3, 'Cannot read the line as KEY=VALUE', null],
    ['a bad name', '1A=s3cret', 1, 1, 'Cannot read the line as KEY=VALUE', null],
    ['an open quote', 'A="s3cret\nB=1', 1, 3, 'Cannot find the end of the value of A', 'A=<hidden>'],
    ['text after a quote', "A='s3'cret", 1, 7, 'Cannot read what follows the value of A', 'A=<hidden>'],
    ['text after a quote lines below', 'A="\ns3"cret', 2, 4, 'Cannot read what follows the value of A', null],
    ['a backquote', 'A=`s3cret`', 1, 3, 'Cannot read the value of A: it begins with a backquote', 'A=<hidden>'],
    [
      'a zero byte',
      '  export  B=s3cret\0',
      1,
      11,
      'Cannot take the value of B: it holds a zero byte',
      '  export  B=<hidden>',
    ],
  ] as const)
    test(`refuses ${what} and never shows the value`, () => {
      const [fault] = read(text).faults
      expect(fault).toMatchObject({ severity: 'error', message, excerpt, at: { file: '/x/.env', line, column } })
      expect(JSON.stringify(fault)).not.toMatch(/s3|cret/)
    })
  test('refuses what is no UTF-8, with its place', () => {
    const { faults } = readDotenv(Uint8Array.of(0x41, 0x3d, 0x0a, 0x42, 0x3d, 0xff), '/x/.env')
    expect(faults).toMatchObject([{ severity: 'error', at: { line: 2, column: 3 }, excerpt: null }])
  })
  test('warns of a name that is set twice', () => {
    expect(read('A=1\nA=2').faults).toMatchObject([{ severity: 'warning', at: { line: 2, column: 1, endColumn: 2 } }])
  })
  test('what is written in double quotes is read back', () =>
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[A-Z_][A-Z0-9_]*$/), fc.string({ unit: 'grapheme' })), (wanted) => {
        const quoted = (value: string) =>
          `"${value
            .replace(/["\\$]/g, '\\$&')
            .replaceAll('\r', '\\r')
            .replaceAll('\n', '\\n')}"`
        const text = Object.entries(wanted).map(([name, value]) => `${name}=${quoted(value)}\n`)
        const found = read(text.join(''))
        expect(found.faults).toEqual([])
        expect(valuesOf(text.join(''))).toEqual(Object.entries(wanted))
      }),
    ))
  test('no bytes throw, and nothing of an unreadable value is told', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        for (const { at } of readDotenv(bytes, '/x').faults) expect(at.line).toBeGreaterThan(0)
      }),
    ))
})
