import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as values from '../../src/config/values.js'
import type { Files, Users } from '../../src/model/ports.js'

/** A machine with these folders, and a file. */
const files: Files = {
  read: () => ({ ok: false, reason: 'missing', errno: 'ENOENT' }),
  kind: (path) =>
    ['/', '/var', '/var/log', '/home/me', '.', 'logs'].includes(path) ? 'directory' : path === '/var/f' ? 'file' : null,
  glob: () => [],
}
const users: Users = {
  user: (text) => (['www', '33'].includes(text) ? { uid: 33, gid: 34, name: 'www' } : null),
  group: (text) => (['web', '35'].includes(text) ? { gid: 35, name: 'web' } : null),
}
const paths = { files, home: '/home/me' }

type Row = readonly [text: string, result: { readonly value: unknown } | { readonly classic: string }]
const gives = (value: unknown) => ({ value })
const fails = (classic: string) => ({ classic })

function table(name: string, parse: (text: string) => values.ValueResult<unknown>, rows: readonly Row[]): void {
  describe(name, () => {
    test.each(rows)('%j', (text, result) => {
      const { ok, ...rest } = parse(text)
      if ('value' in result) expect({ ok, ...rest }).toEqual({ ok: true, ...result })
      else {
        expect({ ok, ...rest }).toMatchObject({ ok: false, ...result })
        expect('wanted' in rest && rest.wanted).toMatch(/^.{4,}[^.]$/)
      }
    })
    test('no text throws', () => {
      fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parse(text)))
    })
  })
}

const notInteger = (text: string) => fails(`invalid literal for int() with base 10: ${text}`)

table('integer', values.integer, [
  ['10', gives(10)],
  [' +1_000 ', gives(1000)],
  ['-3', gives(-3)],
  ['007', gives(7)],
  ['soon', notInteger("'soon'")],
  ["1'", notInteger(`"1'"`)],
  ['0x10', notInteger("'0x10'")],
  ['1.5', notInteger("'1.5'")],
  ['', notInteger("''")],
])
table('boolean', values.boolean, [
  ...['yes', 'true', 'on', '1', 'TRUE'].map((text): Row => [text, gives(true)]),
  ...['no', 'false', 'off', '0', 'Off'].map((text): Row => [text, gives(false)]),
  ['Perhaps', fails("not a valid boolean value: 'Perhaps'")],
  ['', fails("not a valid boolean value: ''")],
])
table('octal', values.octal, [
  ['022', gives(0o22)],
  ['22', gives(0o22)],
  ['0o22', gives(0o22)],
  ['9', fails('9 can not be converted to an octal type')],
  ['-1', fails('-1 can not be converted to an octal type')],
  ['', fails(' can not be converted to an octal type')],
])
table('byteSize', values.byteSize, [
  ['0', gives(0)],
  ['5 MB', gives(5 * 1024 * 1024)],
  ['1gb', gives(1024 ** 3)],
  ['2Kb', gives(2048)],
  ['5K', notInteger("'5k'")],
  ['1.5MB', notInteger("'1.5'")],
  ['LOTS', notInteger("'lots'")],
])
table('signal', values.signal, [
  ['TERM', gives(15)],
  ['sigusr1', gives(10)],
  [' 2 ', gives(2)],
  ['RTMIN', gives(34)],
  ['NOSUCH', fails("value 'NOSUCH' is not a valid signal name")],
  ['RTMIN+1', fails("value 'RTMIN+1' is not a valid signal name")],
  ['999', fails("value '999' is not a valid signal number")],
  ['33', fails("value '33' is not a valid signal number")],
])
table('exitCodes', values.exitCodes, [
  ['0, 2 ,77', gives([0, 2, 77])],
  ['', gives([])],
  ['0,256', fails("not a valid list of exit codes: '0,256'")],
  ['0,x', fails("not a valid list of exit codes: '0,x'")],
])
table('list', values.list, [
  ['a, b ,c', gives(['a', 'b', 'c'])],
  ['a,', gives(['a', ''])],
  ['', gives([])],
])
table('autorestart', values.autorestart, [
  ['Unexpected', gives('unexpected')],
  ['yes', gives('always')],
  ['0', gives('never')],
  ['Sometimes', fails("invalid 'autorestart' value 'sometimes'")],
])
table('logLevel', values.logLevel, [
  ['WARN', gives('warn')],
  ['blather', gives('blather')],
  ['warning', fails("bad logging level name 'warning'")],
  ['Chatty', fails("bad logging level name 'Chatty'")],
])
table('logfileTarget', (text) => values.logfileTarget(text, paths), [
  ['None', gives({ kind: 'none' })],
  ['off', gives({ kind: 'none' })],
  ['', gives({ kind: 'none' })],
  ['Auto', gives({ kind: 'auto' })],
  ['syslog', gives({ kind: 'syslog' })],
  ['/var/log/x.log', gives({ kind: 'file', path: '/var/log/x.log' })],
  ['x.log', gives({ kind: 'file', path: 'x.log' })],
  ['/no/x.log', fails('The directory named as part of the path /no/x.log does not exist')],
])
table('existingPath', (text) => values.existingPath(text, paths), [
  ['~/x.log', gives('/home/me/x.log')],
  ['/x.log', gives('/x.log')],
  ['logs/x.log', gives('logs/x.log')],
  ['/var/log/', gives('/var/log/')],
  ['/var/f/x.log', fails('The directory named as part of the path /var/f/x.log does not exist')],
  ['~you/x.log', fails('The directory named as part of the path ~you/x.log does not exist')],
])
table('existingDirectory', (text) => values.existingDirectory(text, paths), [
  ['/var', gives('/var')],
  ['~', gives('/home/me')],
  ['/var/f', fails('/var/f is not an existing directory')],
  ['/no', fails('/no is not an existing directory')],
])
table('user', (text) => values.user(text, users), [
  ['www', gives({ uid: 33, gid: 34, name: 'www' })],
  [' 33 ', gives({ uid: 33, gid: 34, name: 'www' })],
  ['nobody-here', fails('Invalid user name nobody-here')],
  ['99', fails('Invalid user id 99')],
])
table('userGroup', (text) => values.userGroup(text, users), [
  ['www', gives({ uid: 33, gid: -1 })],
  ['www:web', gives({ uid: 33, gid: 35 })],
  ['33:35', gives({ uid: 33, gid: 35 })],
  ['www:no', fails('Invalid user:group definition www:no')],
  ['no:web', fails('Invalid user:group definition no:web')],
])
table('inetAddress', values.inetAddress, [
  ['9001', gives({ host: '', port: 9001 })],
  ['*:9001', gives({ host: '', port: 9001 })],
  [':9001', gives({ host: '', port: 9001 })],
  ['LocalHost:80', gives({ host: 'localhost', port: 80 })],
  ['[::1]:80', gives({ host: '::1', port: 80 })],
  ['notaport', fails("not a valid port number: 'notaport' ")],
  ['0', fails("not a valid port number: '0' ")],
  ['127.0.0.1:', fails("no port number specified in ''")],
  ['h:0', fails('0 is below lower bound (1)')],
  ['h:70000', fails('70000 is above upper bound (65535)')],
  ['h:abc', notInteger("'abc'")],
])
table('processOrGroupName', values.processOrGroupName, [
  [' web ', gives('web')],
  ['wéb-1', gives('wéb-1')],
  ['a b', fails("Invalid name: 'a b' because of character: ' '")],
  [' a:b', fails("Invalid name: ' a:b' because of character: ':'")],
  ['../x', fails("Invalid name: '../x' because of character: '/'")],
  ['a\nb', fails("Invalid name: 'a\\nb' because of character: '\\n'")],
  ['a\0', fails("Invalid name: 'a\\x00' because of character: '\\x00'")],
])

test('expandHome: without a home folder nothing is filled in', () => {
  expect(values.expandHome('~/x', null)).toBe('~/x')
  expect(values.expandHome('~', '/')).toBe('/')
  expect(values.expandHome('/~/x', '/root')).toBe('/~/x')
})
