import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Section } from '../../src/config/document.js'
import { readYaml } from '../../src/config/yaml.js'

const parse = (text: string) => readYaml(new TextEncoder().encode(text), 'f.yaml')

function sections(text: string): readonly Section[] {
  const parsed = parse(text)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  return parsed.value
}

function options(text: string): Record<string, Record<string, string>> {
  const pairs = sections(text).map((section) => {
    const own = Object.values(section.entries).map((entry) => [entry.key, entry.text])
    return [section.name, Object.fromEntries(own)]
  })
  return Object.fromEntries(pairs)
}

function mistakes(
  text: string,
): readonly (readonly [code: string, line: number | undefined, column: number | undefined])[] {
  const parsed = parse(text)
  return parsed.ok ? [] : parsed.errors.map((error) => [error.code, error.at?.line, error.at?.column])
}

describe('sections', () => {
  test('flat and nested names mean the same', () => {
    const web = { command: 'x' }
    expect(options('"program:web": {command: x}')).toEqual({ 'program:web': web })
    expect(options('program: {web: {command: x}}')).toEqual({ 'program:web': web })
    for (const kind of ['group', 'eventlistener', 'fcgi-program', 'rpcinterface', 'ctlplugin'])
      expect(options(`${kind}:\n  web:\n    command: x`)).toEqual({ [`${kind}:web`]: web })
  })
  test('servers are named or not', () => {
    expect(options('unix_http_server: {file: /s}')).toEqual({ unix_http_server: { file: '/s' } })
    expect(options('inet_http_server: {a: {port: 1}, b: {port: 2}}')).toEqual({
      'inet_http_server:a': { port: '1' },
      'inet_http_server:b': { port: '2' },
    })
    expect(options('inet_http_server: {port: 1, b: {port: 2}}')).toEqual({
      inet_http_server: { port: '1' },
      'inet_http_server:b': { port: '2' },
    })
  })
  test('one may be empty', () =>
    expect(options('supervisord:\nprogram:\n  a:\n')).toEqual({ supervisord: {}, 'program:a': {} }))
  test('an empty file has none', () => {
    for (const text of ['', '# only this\n', '---\n', '~']) expect(options(text)).toEqual({})
  })
  test('the schema of the editor and places for anchors are skipped', () => {
    expect(options('$schema: ./s.json\nx-all: &all {user: u}\nprogram: {a: {<<: *all}}')).toEqual({
      'program:a': { user: 'u' },
    })
  })
  test('option names are lower-cased, section names are not', () => {
    expect(options('Program: {AutoStart: true}')).toEqual({ Program: { autostart: 'true' } })
  })
})

describe('values', () => {
  const value = (text: string) => sections(`s:\n  k: ${text}`)[0]?.entries.k

  test.each<readonly [string, string, string]>([
    ['text', 'one two', 'one two'],
    ['quoted text', '"a\\tb # c"', 'a\tb # c'],
    ['a number keeps its spelling, so that modes stay octal', '022', '022'],
    ['a large number', '1_000', '1_000'],
    ['a boolean', 'true', 'true'],
    ['an old boolean', 'yes', 'yes'],
    ['a quoted null', '"null"', 'null'],
    ['empty text', "''", ''],
    ['a block', '|\n    one\n    two\n', 'one\ntwo'],
    ['a folded block', '>-\n    one\n    two\n', 'one two'],
  ])('%s', (_, text, expected) => {
    expect(value(text)).toMatchObject({ text: expected, list: null, map: null })
  })
  test('a list is a list, and text with commas', () => {
    expect(value('[0, 2, "a b"]')).toMatchObject({ text: '0,2,a b', list: ['0', '2', 'a b'], map: null })
  })
  test('a command as a list is quoted for a shell', () => {
    const entry = sections(`program: {a: {command: [sh, -c, "echo 'hi' $x", ""]}}`)[0]?.entries.command
    expect(entry?.text).toBe(`sh -c 'echo '"'"'hi'"'"' $x' ''`)
    expect(entry?.list).toEqual(['sh', '-c', "echo 'hi' $x", ''])
  })
  test('include files as a list are parted by blanks', () => {
    expect(options('include: {files: [a, b]}')).toEqual({ include: { files: 'a b' } })
  })
  test('a map is a map, and text as environment has it', () => {
    expect(value('{A: 1, B: "x, \\"y\\" \\\\"}')).toMatchObject({
      text: 'A="1",B="x, \\"y\\" \\\\"',
      list: null,
      map: { A: '1', B: 'x, "y" \\' },
    })
  })
})

describe('references', () => {
  test('anchors stand for what they are on', () => {
    expect(options('program: {a: &a {command: &c x}, b: *a, c: {command: *c}}')).toEqual({
      'program:a': { command: 'x' },
      'program:b': { command: 'x' },
      'program:c': { command: 'x' },
    })
  })
  test('merge keys fill in what is not there, whatever the order', () => {
    const text = 'x-a: &a {k: a, l: a, m: a}\nx-b: &b {l: b, n: b}\ns: {k: own, <<: [*b, *a]}'
    expect(options(text)).toEqual({ s: { k: 'own', l: 'b', n: 'b', m: 'a' } })
  })
  test('an anchor that comes later, or never, is a mistake', () => {
    expect(mistakes('s: {k: *a}\nt: {k: &a x}')).toEqual([['CONFIG_BAD_YAML', 1, 8]])
  })
  test('the last anchor of a name before the reference counts', () => {
    expect(options('s: {a: &x 1, b: *x, c: &x 2, d: *x}')).toEqual({ s: { a: '1', b: '1', c: '2', d: '2' } })
  })
  test('loops end', () => {
    expect(parse('s: &s\n  k: *s').ok).toBe(false)
    expect(options('s: &s\n  <<: *s\n  k: v')).toEqual({ s: { k: 'v' } })
  })
  test('references to references do not fill the memory', () => {
    const letters = [...'abcdefgh']
    const wide = letters.map((name, i) => {
      const refs = Array.from({ length: 300 }, (_, n) => `k${n}: ${i === 0 ? 'v' : `*${letters[i - 1]}`}`)
      return `x-${name}: &${name} {${refs.join(', ')}}`
    })
    expect(parse(`${wide.join('\n')}\nprogram: *h\n`).ok).toBe(false)
  })
})

describe('mistakes', () => {
  test.each<readonly [string, string, readonly (readonly [string, number, number])[]]>([
    ['syntax', 's:\n  k: [a\n', [['CONFIG_BAD_YAML', 3, 1]]],
    ['a file that is a list', '- a', [['CONFIG_BAD_YAML', 1, 1]]],
    ['a section that is text', 's: text', [['CONFIG_BAD_YAML', 1, 4]]],
    ['programs that are a list', 'program:\n  - a', [['CONFIG_BAD_YAML', 2, 3]]],
    ['a program that is text', 'program:\n  a: text', [['CONFIG_BAD_YAML', 2, 6]]],
    ['an option without a value', 's:\n  k:\n', [['CONFIG_BAD_YAML', 2, 3]]],
    ['an item that is a map', 's:\n  k: [a, {b: c}]', [['CONFIG_BAD_YAML', 2, 10]]],
    ['a variable without a value', 's:\n  k: {A: }', [['CONFIG_BAD_YAML', 2, 10]]],
    ['a key twice', 's:\n  k: a\n  k: b', [['CONFIG_DUPLICATE_KEY', 3, 3]]],
    ['a key twice, but for case', 's:\n  k: a\n  K: b', [['CONFIG_DUPLICATE_KEY', 3, 3]]],
    ['a section twice', 's: {}\ns: {}', [['CONFIG_DUPLICATE_KEY', 2, 1]]],
    ['a section in both forms', 'program: {a: {}}\n"program:a": {}', [['CONFIG_DUPLICATE_KEY', 2, 1]]],
    ['a key that is a list', 's:\n  ? [a]\n  : b', [['CONFIG_BAD_YAML', 2, 5]]],
    [
      'a tag of its own',
      's:\n  k: !Ref x\n  l: !!binary aGk=\n  m: !!str 5',
      [
        ['CONFIG_BAD_YAML', 2, 11],
        ['CONFIG_BAD_YAML', 3, 15],
      ],
    ],
    ['tabs', 's:\n\tk: v\n', [['CONFIG_BAD_YAML', 2, 1]]],
    ['two documents', 'a: {}\n---\nb: {}', [['CONFIG_BAD_YAML', 2, 1]]],
  ])('%s', (_, text, expected) => {
    expect(mistakes(text)).toEqual(expected)
  })
  test('all are found', () => {
    expect(mistakes('s:\n  a:\n  b: [[x]]\nt: text')).toHaveLength(3)
  })
  test('bytes that are not UTF-8', () => {
    expect(readYaml(Uint8Array.from([0x61, 0x88]), 'f')).toMatchObject({
      ok: false,
      errors: [{ code: 'CONFIG_BAD_ENCODING' }],
    })
  })
  test('nesting that would exhaust the stack is told of once, with its place', () => {
    for (const [piece, column] of [
      ['[', 7],
      ['{a: ', 19],
      ['- ', 40_003],
    ] as const)
      expect(mistakes(`s:\n  ${piece.repeat(20_000)}x`)).toEqual([['CONFIG_TOO_LARGE', 2, column]])
    expect(parse('? '.repeat(20_000)).ok).toBe(false)
  }, 20_000)
  test('a mistake that references repeat is told of once', () => {
    const nest = [...'bcdefgh'].map((name, i) => `x-${name}: &${name} [*${'abcdefg'[i]}, *${'abcdefg'[i]}]`)
    const parsed = parse(`x-a: &a [1]\n${nest.join('\n')}\nprogram: {p: {command: *h}, q: {command: *h}}\n`)
    if (parsed.ok) throw new Error('it was read')
    expect(parsed.errors.map(({ message }) => message)).toEqual([
      'Cannot read the value: it is nested deeper than 4 levels',
    ])
    expect(mistakes('x-a: &a {k: [[[[1]]]]}\nprogram: {p: *a, q: *a}')).toHaveLength(1)
  })
})

test('places are those of the file', () => {
  const [section] = sections('program:\r\n  web:\r\n    command: "a b"   # c\r\n')
  expect(section).toMatchObject({
    file: 'f.yaml',
    at: { file: 'f.yaml', line: 2, column: 3, endColumn: 6 },
    excerpt: '  web:',
    entries: {
      command: {
        keyAt: { line: 3, column: 5, endColumn: 12 },
        at: { line: 3, column: 14, endColumn: 19 },
        excerpt: '    command: "a b"   # c',
      },
    },
  })
})

test('no text throws', () => {
  const piece = fc.constantFrom(
    'a',
    ':',
    ': ',
    '- ',
    '\n',
    '\n  ',
    '[',
    ']',
    '{',
    '}',
    '&a ',
    '*a',
    '<<: ',
    '"',
    "'",
    '|',
    '>',
    '!',
    '#',
    '%',
    '?',
    '---\n',
    '~',
    '\t',
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece, { maxLength: 30 }).map((p) => `program:\n  ${p.join('')}`),
  )
  fc.assert(
    fc.property(text, (input) => void parse(input)),
    { numRuns: 300 },
  )
})
