import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseEnvironment } from '../../src/config/environment.js'
import { expand } from '../../src/config/expand.js'
import { readIni } from '../../src/config/ini.js'
import * as values from '../../src/config/values.js'
import { askPython, pythonHas, sayUncompared } from './python.js'

/** The same cases on every run, since a whole batch is one question to Python. */
function sample<T>(of: fc.Arbitrary<T>, count: number): readonly T[] {
  return fc.sample(of, { numRuns: count, seed: 20_240_711 })
}

function pieces(parts: readonly string[], maxLength: number): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...parts), { maxLength }).map((words) => words.join(''))
}

const INI_PIECES = [
  ...[
    '[',
    ']',
    '[]',
    '[s]\n',
    '[s]\n',
    '[program:x] junk\n',
    '[DEFAULT]\n',
    'a',
    'B',
    'K = v',
    'k=w',
    '=',
    ':',
    '%',
    '\\',
  ],
  ...[' ', '\t', '\n', '\n', '\n', '\n ', '\r\n', '\r', ';', '#', ' ;', ' #', '"', "'", 'é', '😀', '\0'],
  ...['\u00a0', '\x0b', '\u2028', '\x1c', '\x85', '\ufeff'],
]

const READ_INI = `
import configparser, os, tempfile
def answer(case):
    parser = configparser.RawConfigParser(inline_comment_prefixes=(';', '#'), strict=False)
    handle, path = tempfile.mkstemp()
    os.write(handle, bytes(case)); os.close(handle)
    try:
        with open(path, encoding='utf-8') as f: parser.read_file(f, 'f.conf')
    except Exception as e: return {'error': str(e)}
    finally: os.unlink(path)
    return {'DEFAULT': list(parser.defaults().items()), 'sections': [[s, list(parser._sections[s].items())] for s in parser.sections()]}
`

function readIniAsPython(bytes: Uint8Array): unknown {
  const read = readIni(bytes, 'f.conf')
  if (!read.ok) return { error: read.errors[0]?.classic }
  const sections = read.value.map((s) => ({
    name: s.name,
    options: Object.values(s.entries).map((e) => [e.key, e.text]),
  }))
  return {
    DEFAULT: sections.find((s) => s.name === 'DEFAULT')?.options ?? [],
    sections: sections.filter((s) => s.name !== 'DEFAULT').map((s) => [s.name, s.options]),
  }
}

describe('beside Python', () => {
  const here = pythonHas('configparser')
  if (!here) sayUncompared('the INI dialect, expansion and environment lists', 'configparser')

  test.skipIf(!here)('readIni reads what RawConfigParser reads, errors to the letter', () => {
    const text = fc.tuple(fc.constantFrom('[s]\n', '[s]\n', ''), pieces(INI_PIECES, 25)).map((two) => two.join(''))
    const bytes = fc.oneof(
      { weight: 9, arbitrary: text.map((t) => [...new TextEncoder().encode(t)]) },
      fc.tuple(text, fc.uint8Array({ maxLength: 4 }), text).map(([a, b, c]) => {
        const encoder = new TextEncoder()
        return [...encoder.encode(a), ...b, ...encoder.encode(c)]
      }),
    )
    const long = sample(bytes, 40).map((tail, i) => [...new Array(8180 + Math.floor(i / 2)).fill(0x23), 0x0a, ...tail])
    const cases = [...sample(bytes, 3000), ...long]
    const answers = askPython(READ_INI, cases)
    cases.forEach((one, i) => {
      expect(readIniAsPython(Uint8Array.from(one)), JSON.stringify(Buffer.from(one).toString())).toEqual(answers[i])
    })
  })

  test.skipIf(!here)('expand fills in what the % operator fills in, errors to the letter', () => {
    const names = {
      a: 'text',
      here: "it's",
      'two words': 'b',
      process_num: 5,
      below: -7,
      é: 'ü😀',
      'x(y)': 'z',
      one: 'c',
    }
    const key = fc.constantFrom(...Object.keys(names), 'nosuch', '', 'constructor')
    const conversion = fc
      .tuple(
        key.map((k) => `(${k})`),
        pieces(['-', '+', ' ', '#', '0'], 2),
        fc.constantFrom('', '', '1', '5', '12', '*', '99999999999999999999'),
        fc.constantFrom('', '', '.', '.0', '.3', '.12', '.*', '.99999999999999999999'),
        fc.constantFrom('', '', '', 'h', 'l', 'L', 'll'),
        fc.constantFrom(...'diouxXeEfFgGcsra%dsYb\n', '', 'é', '😀'),
      )
      .map((parts) => `%${parts.join('')}`)
    const bare = fc.constantFrom(
      '%%',
      '%',
      '%d',
      '%x',
      '%Y',
      '%5',
      '%(',
      '%(a',
      '% %',
      '%(a)s %s',
      '%c',
      '%e',
      '%*d',
      'H:%M',
    )
    const template = fc.array(
      fc.oneof({ weight: 3, arbitrary: conversion }, bare, fc.constantFrom('é', 'x ', '😀', "'")),
      {
        maxLength: 3,
      },
    )
    const cases = sample(template, 4000).map((parts) => parts.join(''))
    const script = `
names = json.loads(${JSON.stringify(JSON.stringify(names))})
def answer(case):
    try: return case % names
    except KeyError as e: return {'unknown': str(e)}
    except Exception as e: return {'badly': str(e)}
`
    const answers = askPython(script, cases)
    cases.forEach((one, i) => {
      const filled = expand(one, names, 'program:x.command')
      const badly = filled.ok ? null : / is badly formatted: (.*)$/s.exec(filled.classic)?.[1]
      const unknown = filled.ok ? null : / contains names \((.*)\) which cannot/s.exec(filled.classic)?.[1]
      const mine = filled.ok ? filled.text : badly === undefined ? { unknown } : { badly }
      // Nothing can come of `*`; which of its errors is named first does not matter.
      // And the dump that a bare %s gives is refused on purpose.
      const dumped = JSON.stringify(answers[i]).includes("{'a': 'text'")
      if (dumped || (one.includes('*') && typeof answers[i] === 'object'))
        expect(filled.ok, JSON.stringify(one)).toBe(false)
      else expect(mine, JSON.stringify(one)).toEqual(answers[i])
    })
  })

  test.skipIf(!here)('parseEnvironment reads what the tokenizer of Supervisor 4.4 reads', () => {
    const part = [
      'A',
      'B2',
      '=',
      '=',
      ',',
      ';',
      ' ',
      '\n',
      '"',
      '"',
      "'",
      '\\',
      '#',
      '/x.y-z',
      '(:)',
      'é',
      '×',
      '日',
      '$',
      '@',
      '{}',
    ]
    const cases = sample(pieces(part, 16), 4000)
    const script = `
import shlex
def answer(case):
    try:
        lexer = shlex.shlex(case, posix=True)
        lexer.wordchars += '/.+-():'
        tokens = list(lexer)
        pairs = [tokens[i:i+3] for i in range(0, len(tokens), 4)]
        if any(len(p) != 3 or p[1] != '=' for p in pairs): return "Unexpected end of key/value pairs in value '%s'" % case
        return {p[0]: p[2] for p in pairs}
    except ValueError as e: return str(e)
`
    const answers = askPython(script, cases)
    cases.forEach((one, i) => {
      const read = parseEnvironment(one)
      expect(read.ok ? read.variables : read.classic, JSON.stringify(one)).toEqual(answers[i])
    })
  })
})

const VALUE_TEXTS = [
  ...['', ' ', '0', '1', '-0', '-5', '+3', ' 7 ', '007', '1_000', '1__0', '_1', '1_', '0x10', '1.5', '1e3', 'x', '١'],
  ...['yes', 'True', 'ON', 'no', 'FALSE', 'off', 'y', 'true ', 'unexpected', 'Unexpected', 'sometimes'],
  ...['022', '0o22', '0O7', '0o_7', '9', '8', '0b1', '7_7', 'it"s', "it's", `'"`],
  ...['5KB', '5 mb', '1GB', 'kb', '1k', '1tb', '1.5MB', '-1kb', '5kB', 'KB', '1_0MB'],
  ...['TERM', 'sigterm', ' Hup ', 'SIGCLD', 'RTMIN', 'RTMIN+1', '15', '64', '34', '35', '32', '999', 'NOSUCH', 'SIG'],
  ...['0,2', ' 0 , 2 ', '0,', ',', '256', '0,x', '-1', 'a, b ,c', 'a,,b', 'a,'],
  ...['info', 'WARN', 'warning', 'blather', '20', 'critical'],
  ...['9001', ':9001', '*:9001', 'Host:80', 'localhost:http', '1.2.3.4:', '0', 'a:0', 'a:70000', '70000', '::1:80'],
  ...['a b', 'a:b', 'a/b', ' web ', 'web-1', 'é', 'ünï_x'],
]

describe('beside Supervisor', () => {
  const here = pythonHas('supervisor.datatypes')
  if (!here) sayUncompared('the types of values', 'supervisor')
  const parsers = {
    integer: values.integer,
    boolean: values.boolean,
    octal_type: values.octal,
    byte_size: values.byteSize,
    signal_number: values.signal,
    list_of_exitcodes: values.exitCodes,
    list_of_strings: values.list,
    auto_restart: values.autorestart,
    logging_level: values.logLevel,
    inet_address: values.inetAddress,
    process_or_group_name: values.processOrGroupName,
  } satisfies Record<string, (text: string) => values.ValueResult<unknown>>

  for (const [name, parse] of Object.entries(parsers)) {
    test.skipIf(!here)(`${name} accepts and refuses the same texts with the same words`, () => {
      const script = `
from supervisor import datatypes, loggers
def answer(case):
    try:
        value = datatypes.${name}(case)
        if value is datatypes.RestartUnconditionally: value = 'always'
        elif value is datatypes.RestartWhenExitUnexpected: value = 'unexpected'
        elif '${name}' == 'auto_restart': value = 'never'
        if '${name}' == 'logging_level': value = loggers.getLevelNumByDescription(case.lower()) and case.lower()
        if '${name}' == 'inet_address': value = {'host': value[0], 'port': value[1]}
        return {'value': value}
    except ValueError as e: return {'error': str(e)}
`
      const answers = askPython(script, VALUE_TEXTS)
      VALUE_TEXTS.forEach((text, i) => {
        // Python takes digits of other scripts and negative file modes; here they are refused.
        if (text === '١' || (name === 'octal_type' && /^-[1-7]$/.test(text))) return
        const read = parse(text)
        expect(read.ok ? { value: read.value } : { error: read.classic }, JSON.stringify(text)).toEqual(answers[i])
      })
    })
  }
})
