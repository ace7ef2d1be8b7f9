import fc from 'fast-check'
import { decode } from 'ini'
import { describe, expect, test } from 'vitest'
import { readIni } from '../../src/config/ini.js'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Sections as plain objects, for short tables. */
function read(text: string): Record<string, Record<string, string>> {
  const parsed = readIni(bytes(text), 'f.conf')
  if (!parsed.ok) throw new Error(parsed.errors.map((error) => error.classic).join('\n'))
  const options = parsed.value.map((section) => {
    const pairs = Object.values(section.entries).map((entry) => [entry.key, entry.text])
    return [section.name, Object.fromEntries(pairs)]
  })
  return Object.fromEntries(options)
}

function classics(text: string | Uint8Array): readonly (string | null)[] {
  const parsed = readIni(typeof text === 'string' ? bytes(text) : text, 'f.conf')
  return parsed.ok ? [] : parsed.errors.map((error) => error.classic)
}

describe('values', () => {
  const rows: readonly (readonly [name: string, text: string, value: string])[] = [
    ['a full-line comment vanishes', 'k=a\n# no\n; no', 'a'],
    ['a comment does not end a continued value, at any indentation', 'k=a\n; no\n   # no\n  b', 'a\nb'],
    ['a comment needs a blank before it', 'k=a;b#c', 'a;b#c'],
    ['a comment starts after a blank', 'k=a ;b', 'a'],
    ['a comment starts after a tab', 'k=a\t#b', 'a'],
    ['both marks are searched in lock-step: a;b ;c', 'k=a;b ;c', 'a;b'],
    ['both marks are searched in lock-step: a;b ;c #d', 'k=a;b ;c #d', 'a;b ;c'],
    ['both marks are searched in lock-step: a #b;c', 'k=a #b;c', 'a'],
    ['quotes do not protect from comments', 'k=sh -c "a ; b"', 'sh -c "a'],
    ['quotes are kept', `k="x" 'y'`, `"x" 'y'`],
    ['an empty line within a value is kept', 'k=a\n\n  b', 'a\n\nb'],
    ['empty lines behind a value are not', 'k=a\n\n\n', 'a'],
    ['a commented line within a value adds no empty line', 'k=a\n  ; no\n  b', 'a\nb'],
    ['a deeper line continues, whatever it looks like', 'k=a\n   x=y', 'a\nx=y'],
    ['a deeper line continues, even if it looks like a section', 'k=a\n [x]', 'a\n[x]'],
    ['depth counts from the line of the option', '  k=a\n   b', 'a\nb'],
    ['a value may begin on the next line', 'k=\n  a\n  b', '\na\nb'],
    ['the first delimiter splits', 'k:a=b', 'a=b'],
    ['the first delimiter splits: equals before colon', 'k=a:b', 'a:b'],
    ['blanks around key and value go', 'k  =   a  ', 'a'],
    ['nothing is a value', 'k=', ''],
    ['keys are lower-cased', 'K=a', 'a'],
    ['the last of two counts', 'k=a\nk=b', 'b'],
    ['a percent sign is a percent sign', 'k=%(here)s %% %', '%(here)s %% %'],
    ['CRLF ends a line', 'k=a\r\n', 'a'],
    ['a lone CR ends a line', 'k=a\r j=b', 'a\nj=b'],
  ]
  test.each(rows)('%s', (_, text, value) => {
    expect(read(`[s]\n${text}`).s).toMatchObject({ k: value })
  })

  test('a line as deep as the option is an option', () => {
    expect(read('[s]\n  k=a\n  j=b').s).toEqual({ k: 'a', j: 'b' })
  })
  test('keys may hold blanks', () => expect(read('[s]\ntwo words = a').s).toEqual({ 'two words': 'a' }))
  test('names that objects have of their own are ordinary', () => {
    const parsed = readIni(bytes('[__proto__]\n__proto__=a\nconstructor=b'), 'f')
    expect(parsed.ok && parsed.value[0]?.name).toBe('__proto__')
    expect(parsed.ok && Object.values(parsed.value[0]?.entries ?? {}).map((entry) => entry.text)).toEqual(['a', 'b'])
  })
})

describe('sections', () => {
  test('a header goes to the last bracket', () => {
    expect(Object.keys(read('[program:c] xx]y\n'))).toEqual(['program:c] xx'])
  })
  test('text behind a header is ignored', () => expect(read('[s] junk ; c\nk=v')).toEqual({ s: { k: 'v' } }))
  test('names are neither trimmed nor lower-cased', () => {
    expect(Object.keys(read('[ A ]\n[program: d]\n'))).toEqual([' A ', 'program: d'])
  })
  test('two of one name are merged, the later options win', () => {
    expect(read('[s]\na=1\nb=1\n[t]\n[s]\nb=2\nc=2')).toEqual({ s: { a: '1', b: '2', c: '2' }, t: {} })
  })
  test('[DEFAULT] is kept as a section', () => expect(read('[DEFAULT]\na=1')).toEqual({ DEFAULT: { a: '1' } }))
  test('an empty file has none', () => expect(read('')).toEqual({}))
})

describe('mistakes', () => {
  test('options before the first section', () => {
    expect(classics('# c\nkey=value\n')).toEqual([
      "File contains no section headers.\nfile: 'f.conf', line: 2\n'key=value\\n'",
    ])
  })
  test('a byte order mark hides the first header', () => {
    expect(classics('\ufeff[s]\n')).toEqual([
      "File contains no section headers.\nfile: 'f.conf', line: 1\n'\\ufeff[s]\\n'",
    ])
  })
  test('every bad line is an error, and each has the text of Supervisor for all', () => {
    const classic =
      "Source contains parsing errors: 'f.conf'\n\t[line  2]: 'one\\n'\n\t[line  4]: '=two\\n'\n\t[line  5]: '[]'"
    expect(classics('[s]\none\nk=v\n=two\n[]')).toEqual([classic, classic, classic])
  })
  test('bytes that are not UTF-8', () => {
    expect(classics(Uint8Array.from([0x5b, 0x73, 0x5d, 0x0a, 0x88]))).toEqual([
      "'utf-8' codec can't decode byte 0x88 in position 4: invalid start byte",
    ])
    expect(classics(Uint8Array.from([0x61, 0xe2, 0x82, 0x61]))).toEqual([
      "'utf-8' codec can't decode bytes in position 1-2: invalid continuation byte",
    ])
  })
  test('the file is named as the user typed it', () => {
    const parsed = readIni(bytes('x'), '/etc/f.conf', "it's.conf")
    expect(parsed.ok || parsed.errors[0]).toMatchObject({
      classic: "File contains no section headers.\nfile: \"it's.conf\", line: 1\n'x'",
      at: { file: '/etc/f.conf', line: 1, column: 1, endColumn: 2 },
      excerpt: 'x',
    })
  })
})

describe('places', () => {
  const parsed = readIni(bytes('[s]\n\tKey  =  one two ; c\n\t  more\nempty =\n'), 'f')
  const entries = parsed.ok ? parsed.value[0]?.entries : undefined

  test('of a section', () => {
    expect(parsed.ok && parsed.value[0]).toMatchObject({
      at: { file: 'f', line: 1, column: 1, endColumn: 4 },
      excerpt: '[s]',
    })
  })
  test('of a key and the first line of its value', () => {
    expect(entries?.key).toEqual({
      key: 'key',
      text: 'one two\nmore',
      list: null,
      map: null,
      keyAt: { file: 'f', line: 2, column: 2, endColumn: 5 },
      at: { file: 'f', line: 2, column: 10, endColumn: 17 },
      excerpt: '\tKey  =  one two ; c',
    })
  })
  test('of an empty value', () => expect(entries?.empty?.at).toEqual({ file: 'f', line: 4, column: 8, endColumn: 8 }))
})

describe('comments inside quotes', () => {
  const warnings = (text: string) => readIni(bytes(`[s]\n${text}`), 'f').warnings

  test('are warned of, at the mark', () => {
    expect(warnings("command=sh -c 'a ; b'")).toMatchObject([
      { severity: 'warning', code: 'CONFIG_COMMENT_IN_QUOTES', at: { line: 2, column: 18, endColumn: 22 } },
    ])
  })
  test('are found on the line that continues a value', () => {
    expect(warnings('environment=A="x",\n  B="y #z"')).toMatchObject([{ at: { line: 3, column: 8 } }])
  })
  test('are not suspected where the quote closes', () => expect(warnings('a="b" ; "c"')).toEqual([]))
  test('are not suspected where only the value has the quote', () => expect(warnings("a=it's ; c")).toEqual([]))
})

describe('properties', () => {
  test('no bytes throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (input) => void readIni(input, 'f')))
  })

  test('no text throws, and every place is inside it', () => {
    const line = fc
      .array(fc.constantFrom('[', ']', 'a', '=', ' ', '\t', ';', '#', '"', 'é', '\u2028'))
      .map((c) => c.join(''))
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const parsed = readIni(bytes(`[s]\n${lines.join('\n')}`), 'f')
        const places = parsed.ok
          ? parsed.value.flatMap((s) => [s.at, ...Object.values(s.entries).flatMap((e) => [e.at, e.keyAt])])
          : parsed.errors.map((error) => error.at)
        for (const place of places) {
          const source = ['[s]', ...lines][(place?.line ?? 0) - 1] ?? ''
          expect(place?.column).toBeGreaterThan(0)
          expect(place?.endColumn).toBeLessThanOrEqual(source.length + 1)
        }
      }),
    )
  })

  test('a value stands where its place says', () => {
    const word = fc.stringMatching(/^[a-z][a-z =:]{0,8}[a-z]$/)
    fc.assert(
      fc.property(word, fc.constantFrom('=', ' = ', ':', '\t:'), (value, delimiter) => {
        const parsed = readIni(bytes(`[s]\nkey${delimiter}${value}  ; c`), 'f')
        const entry = parsed.ok ? parsed.value[0]?.entries.key : undefined
        expect(entry?.excerpt.slice(entry.at.column - 1, (entry.at.endColumn ?? 0) - 1)).toBe(value)
      }),
    )
  })

  test('long hostile files take no longer than their length', () => {
    const size = 200_000
    const hostile = [' ', ';', '#', ' ;', '"', '[', '=', '\n ', '\r', 'a '].map((piece) => piece.repeat(size))
    for (const text of hostile) readIni(bytes(`[s]\nk=${text}x`), 'f')
  }, 10_000)

  test('files that both dialects share read the same with the ini package', () => {
    const key = fc.stringMatching(/^[a-z][a-z_]{0,8}$/)
    const value = fc.stringMatching(/^[A-Za-z0-9/%()+][A-Za-z0-9/%()+ .:,-]{0,16}[A-Za-z0-9/]$/)
    const section = fc.tuple(
      fc.stringMatching(/^[a-z]{1,6}(:[a-z_-]{1,6})?$/),
      fc.dictionary(key, value, { minKeys: 1 }),
    )
    const noise = fc.constantFrom('', '\n', '; comment\n', '# comment\n', '\r\n')
    // `ini` turns these into booleans and nothing; to us they are words.
    const own = (text: string) => !['true', 'false', 'null'].includes(text)
    fc.assert(
      fc.property(fc.uniqueArray(section, { selector: ([name]) => name }), noise, (sections, between) => {
        const lines = sections.map(([name, options]) => {
          const pairs = Object.entries(options).filter(([, text]) => own(text))
          return `${between}[${name}]\n${pairs.map(([k, v]) => `${k} = ${v}\n${between}`).join('')}`
        })
        const text = lines.join('')
        expect(read(text)).toEqual(JSON.parse(JSON.stringify(decode(text))))
      }),
    )
  })
})
