import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseEnvironment } from '../../src/config/environment.js'

const UNEXPECTED = (text: string) => `Unexpected end of key/value pairs in value '${text}'`

describe('read', () => {
  test.each<readonly [string, string, Record<string, string>]>([
    ['nothing', '', {}],
    ['a comma at the end', 'A=1,B="x y",', { A: '1', B: 'x y' }],
    ['any separator', 'A=1;B=2', { A: '1', B: '2' }],
    ['paths and the like without quotes', 'A=/a/b.c+d-e(f):g', { A: '/a/b.c+d-e(f):g' }],
    ['an empty value in quotes', 'A="",B=2', { A: '', B: '2' }],
    ['quotes side by side', "A='it''s'", { A: 'its' }],
    ['quotes against words', 'A=a"b c"d', { A: 'ab cd' }],
    ['an escaped quote', 'A="a\\"b"', { A: 'a"b' }],
    ['a backslash before anything else', 'A="a\\nb"', { A: 'a\\nb' }],
    ['an escape outside quotes', 'A=a\\,b', { A: 'a,b' }],
    ['everything verbatim in single quotes', "A='a\\b\"#'", { A: 'a\\b"#' }],
    ['several lines', 'A=1,\n  B=2,\n\tC="a\nb"', { A: '1', B: '2', C: 'a\nb' }],
    ['an address in quotes', 'URL="http://u:p@h/?a=b&c=d"', { URL: 'http://u:p@h/?a=b&c=d' }],
    ['accented letters', 'A=é', { A: 'é' }],
  ])('%s', (_, text, variables) => {
    const read = parseEnvironment(text)
    expect(read.ok && read.variables).toEqual(variables)
  })
})

describe('read with a surprise', () => {
  test.each<readonly [string, string, Record<string, string>]>([
    ['a dollar sign is all there is', 'A=$HOME', { A: '$' }],
    ['a tilde is all there is', 'A=~/x', { A: '~' }],
    ['only the first of other scripts', 'A=日本', { A: '日' }],
    ['the line ends at #', 'A=a#b,C=1', { A: 'a' }],
    ['a separator that is no comma', 'A=1;B=2', { A: '1', B: '2' }],
    ['a key twice', 'A=1,A=2', { A: '2' }],
  ])('%s', (_, text, variables) => {
    const read = parseEnvironment(text)
    expect(read.ok && read.variables).toEqual(variables)
    expect(read.ok && read.surprises).toHaveLength(1)
  })
  test('what is as meant surprises no one', () => {
    const read = parseEnvironment('A=1,B="$x #y",C=\'~\',')
    expect(read.ok && read.surprises).toEqual([])
  })
  test('a surprise does not repeat what may be a secret', () => {
    const read = parseEnvironment('PASSWORD=hunter2 x')
    expect(read.ok && read.surprises.join()).toContain('PASSWORD')
    expect(read.ok && read.surprises.join()).not.toContain('hunter2')
  })
})

describe('refused', () => {
  test.each(['A=a@b', 'A=1 B=2', 'A=a=b,B=1', 'A', 'E=,F=1', 'A='])('%s', (text) => {
    expect(parseEnvironment(text)).toEqual({ ok: false, classic: UNEXPECTED(text) })
  })
  test('a quote left open', () => {
    for (const text of ['A="x', "A='x", 'A="x\\"']) {
      expect(parseEnvironment(text)).toEqual({ ok: false, classic: 'No closing quotation' })
    }
  })
  test('a backslash at the end', () => {
    for (const text of ['A=x\\', 'A="x\\']) {
      expect(parseEnvironment(text)).toEqual({ ok: false, classic: 'No escaped character' })
    }
  })
})

describe('properties', () => {
  test('no text throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseEnvironment(text)))
  })
  test('what is quoted comes back', () => {
    const key = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,8}$/)
    fc.assert(
      fc.property(fc.dictionary(key, fc.string({ unit: 'binary' })), (variables) => {
        const pairs = Object.entries(variables).map(([k, v]) => `${k}="${v.replace(/["\\]/g, '\\$&')}"`)
        const read = parseEnvironment(pairs.join(','))
        expect(read.ok && { ...read.variables }).toEqual({ ...variables })
        expect(read.ok && read.surprises).toEqual([])
      }),
    )
  })
})
