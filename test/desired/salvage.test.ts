import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { salvage } from '../../src/desired/salvage.js'
import type { Files } from '../../src/model/ports.js'

const encode = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))

function salvaged(text: string, file = '/etc/s.conf') {
  const files: Files = {
    read: (path) =>
      path === file ? { ok: true, bytes: encode(text) } : { ok: false, reason: 'missing', errno: 'ENOENT' },
    kind: () => null,
    glob: () => [],
  }
  return salvage({ file, environment: {}, hostName: 'h', cwd: '/', home: '/root', strict: false }, files)
}

const SERVER = '[unix_http_server]\nfile=%(here)s/s.sock\nchown=nobody-here:x\n'

describe('salvage', () => {
  for (const { name, text, file, found } of [
    {
      name: 'a line before all sections hides none of them',
      text: `oops\n${SERVER}[supervisord]\nstate_directory=%(here)s/mine\n`,
      found: { client: null, stateDirectory: '/etc/mine', serverUrl: 'unix:///etc/s.sock' },
    },
    {
      name: 'a broken program does not hide what is said of the client',
      text: `[program:x]\ncommand\n=\n[supervisorctl]\nserverurl=http://localhost:99\nusername=a\npassword=b\n`,
      found: { client: { serverUrl: 'http://localhost:99', username: 'a', password: 'b' }, serverUrl: null },
    },
    {
      name: 'a broken section is not believed in part',
      text: `[supervisord]\nstate_directory=/x\nnonsense\n${SERVER}`,
      found: { stateDirectory: null, serverUrl: 'unix:///etc/s.sock' },
    },
    {
      name: 'bytes that are no text spoil their own section only',
      text: `[program:x]\ncommand=\xff\xfe\n${SERVER}`,
      found: { serverUrl: 'unix:///etc/s.sock' },
    },
    {
      name: 'none stays none, and a TCP server counts',
      text: 'x\n[supervisord]\nstate_directory=none\n[inet_http_server]\nport=*:99\n',
      found: { stateDirectory: 'none', serverUrl: 'http://localhost:99' },
    },
    {
      name: 'in YAML, too',
      file: '/etc/s.yaml',
      text: 'programs:\n  x: [[\nsupervisord:\n  state_directory: /x\nunix_http_server:\n  file: /s.sock\n',
      found: { stateDirectory: '/x', serverUrl: 'unix:///s.sock' },
    },
    { name: 'nothing comes of nothing', text: '', found: { client: null, stateDirectory: null, serverUrl: null } },
  ])
    test(name, () => expect(salvaged(text, file)).toMatchObject(found))

  test('no bytes make it throw', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('/s.conf', '/s.yaml'), (text, file) => {
        salvaged(`${text}\n${SERVER}`, file)
      }),
    )
  })
})
