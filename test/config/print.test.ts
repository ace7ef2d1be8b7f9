import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readIni } from '../../src/config/ini.js'
import { type PrintableSection, printIni } from '../../src/config/print.js'

function reread(text: string): unknown {
  const parsed = readIni(new TextEncoder().encode(text), 'f')
  return parsed.ok ? parsed.value.map(plain) : parsed.errors
}

function plain(section: PrintableSection): unknown {
  return [section.name, Object.entries(section.entries).map(([key, entry]) => [key, entry.text])]
}

function section(name: string, options: Readonly<Record<string, string>>): PrintableSection {
  return { name, entries: Object.fromEntries(Object.entries(options).map(([key, text]) => [key, { text }])) }
}

describe('printIni', () => {
  test('writes plain lines, deeper lines for what continues, a blank line between sections', () => {
    const sections = [
      section('supervisord', { nodaemon: 'true' }),
      section('program:a', { environment: 'A="1",\nB="2"', user: '' }),
    ]
    expect(printIni(sections)).toEqual({
      ok: true,
      warnings: [],
      value: '[supervisord]\nnodaemon=true\n\n[program:a]\nenvironment=A="1",\n    B="2"\nuser=\n',
    })
  })

  test.each([
    'a=b',
    '[x]',
    '"quoted"',
    "'q'",
    'a;b#c',
    '%(here)s %% %',
    'x\\',
    '\nfirst line empty',
    'a\n\nb',
    'null',
    'a: b',
    '#a',
    '1',
  ])('keeps %j as it is', (text) => {
    const sections = [section('program:a.b', { 'two words[]': text, next: 'x' })]
    const printed = printIni(sections)
    expect(printed.ok && reread(printed.value)).toEqual(sections.map(plain))
  })

  test.each([' a', 'a ', 'a ;b', 'a\n;b', 'a\n  b', 'a\r', 'a\n', 'a\u2028\n'])(
    'refuses %j, which INI cannot say',
    (text) => {
      expect(printIni([section('s', { k: text })])).toMatchObject({
        ok: false,
        errors: [{ code: 'CONFIG_NOT_PRINTABLE' }],
      })
    },
  )
  test.each(['', 'a\nb', 'a ;b'])('refuses the section name %j', (name) => {
    expect(printIni([section(name, {})]).ok).toBe(false)
  })
  test.each(['', 'K', 'a=b', 'a:b', ' a', '[a]', '#a', 'a\nb'])('refuses the option name %j', (key) => {
    expect(printIni([section('s', { [key]: 'v' })]).ok).toBe(false)
  })
})

describe('properties', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc
      .array(fc.constantFrom('a', '=', ';', '#', ' ', '\n', '"', '[', ']', ':', '\\', '%'), { maxLength: 8 })
      .map((c) => c.join('')),
  )

  test('what is printed reads back the same, whatever it is', () => {
    const sections = fc.uniqueArray(fc.tuple(text, fc.dictionary(text, text, { maxKeys: 4 })), {
      selector: ([name]) => name,
      maxLength: 3,
    })
    fc.assert(
      fc.property(sections, (pairs) => {
        const given = pairs.map(([name, options]) => section(name, options))
        const printed = printIni(given)
        if (printed.ok) expect(reread(printed.value)).toEqual(given.map(plain))
      }),
    )
  })

  test('whatever was read can be printed', () => {
    const lines = fc.array(
      text.map((one) => `k${one.length}=${one}`),
      { maxLength: 6 },
    )
    fc.assert(
      fc.property(lines, (options) => {
        const source = `[program:x]\n${options.join('\n')}\n`
        const parsed = readIni(new TextEncoder().encode(source), 'f')
        fc.pre(parsed.ok)
        const printed = printIni(parsed.value)
        expect(printed.ok ? reread(printed.value) : printed.errors).toEqual(parsed.value.map(plain))
      }),
    )
  })
})
