import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expand } from '../../src/config/expand.js'

const NAMES = {
  program_name: 'web',
  here: '/etc',
  process_num: 5,
  numprocs: 12,
  ENV_HOME: '/root',
  ENV_SECRET: 'hunter2',
}

describe('filled in', () => {
  test.each([
    ['plain text stays', 'abc', 'abc'],
    ['a name', '%(program_name)s', 'web'],
    ['a number as text', '%(numprocs)s', '12'],
    ['a number with leading zeros', '%(process_num)03d', '005'],
    ['a doubled percent sign', '100%%', '100%'],
    ['text to the left', '%(program_name)-5s|', 'web  |'],
    ['text to the right', '%(program_name)5s|', '  web|'],
    ['a sign', '%(process_num)+d', '+5'],
    ['a width', '%(numprocs)5d', '   12'],
    ['hexadecimal', '%(numprocs)#x', '0xc'],
    ['octal', '%(numprocs)o', '14'],
    ['fixed point', '%(process_num).2f', '5.00'],
    ['repr', '%(program_name)r', "'web'"],
    ['a variable of the environment', '%(ENV_HOME)s/x', '/root/x'],
    ['a value with a percent sign is not expanded again', '%(odd)s', '50%'],
  ])('%s', (_, template, text) => {
    expect(expand(template, { ...NAMES, odd: '50%' }, 'x.y')).toEqual({ ok: true, text })
  })
})

describe('refused', () => {
  const prefix = (template: string) => `Format string '${template}' for 'program:x.command' is badly formatted: `
  test.each([
    ['an unknown letter', 'date +%H:%M', "unsupported format character 'H' (0x48) at index 7", 6],
    ['nothing behind the sign', '100%', 'incomplete format', 3],
    ['a name left open', 'a %(here', 'incomplete format key', 2],
    ['text as a number', '%(here)d', '%d format: a real number is required, not str', 0],
    ['text in hexadecimal', '%(here)x', '%x format: an integer is required, not str', 0],
    ['no name for a number', '%d', '%d format: a real number is required, not dict', 0],
    ['no name for hexadecimal', '%x', '%x format: an integer is required, not dict', 0],
    ['two without a name', '%(here)s %s', 'not enough arguments for format string', 9],
    ['a single %s, which would print the environment', 'a %s', 'not enough arguments for format string', 2],
    ['a width that would fill the memory', '%(here)999999999s', 'width too big', 0],
  ])('%s', (_, template, reason, index) => {
    expect(expand(template, NAMES, 'program:x.command')).toMatchObject({
      ok: false,
      classic: prefix(template) + reason,
      index,
    })
  })

  test('an unknown name, with all there are in the text of Supervisor', () => {
    expect(expand('%(nosuch)s', { here: '/', ENV_B: '', ENV_A: '' }, 'include.files')).toMatchObject({
      classic:
        "Format string '%(nosuch)s' for 'include.files' contains names ('nosuch') which cannot be expanded. Available names: ENV_A, ENV_B, here",
    })
  })
  test('names that objects have of their own', () => {
    for (const name of ['constructor', '__proto__', 'toString'])
      expect(expand(`%(${name})s`, NAMES, 'x').ok).toBe(false)
  })
  test('our own text neither lists nor shows the environment', () => {
    for (const template of ['%(nosuch)s', '%s', '%(ENV_SECRET)d']) {
      const failed = expand(template, NAMES, 'x')
      expect(JSON.stringify(failed)).not.toContain('hunter2')
      expect(failed.ok ? '' : `${failed.message} ${failed.help}`).not.toContain('ENV_HOME')
    }
  })
  test('a near miss is suggested', () => {
    expect(expand('%(program_nmae)s', NAMES, 'x')).toMatchObject({ help: 'did you mean %(program_name)s' })
  })
  test('the index counts UTF-16 units, the text of Supervisor characters', () => {
    expect(expand('😀%Y', NAMES, 'x')).toMatchObject({ index: 2, classic: expect.stringContaining('at index 2') })
    expect(expand('😀😀%Y', NAMES, 'x')).toMatchObject({ index: 4, classic: expect.stringContaining('at index 3') })
  })
})

describe('properties', () => {
  const tricky = fc
    .array(fc.constantFrom('%', '(', ')', 'here', 's', 'd', '0', '.', '*', '-', 'é', '😀', ' '))
    .map((p) => p.join(''))
  test('no text throws', () => {
    fc.assert(fc.property(fc.oneof(tricky, fc.string()), (text) => void expand(text, NAMES, 'x')))
  })
  test('what has every percent sign doubled comes out as it was', () => {
    fc.assert(
      fc.property(fc.oneof(tricky, fc.string()), (text) => {
        expect(expand(text.replaceAll('%', '%%'), NAMES, 'x')).toEqual({ ok: true, text })
      }),
    )
  })
})
