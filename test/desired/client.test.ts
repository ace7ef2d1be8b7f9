import { describe, expect, test } from 'vitest'
import { CLIENT_DEFAULTS, loadClientConfig } from '../../src/desired/client.js'
import type { LoadRequest } from '../../src/desired/reading.js'
import { filesOf, requestFor } from './load.js'

const FILE = '/etc/x/supervisord.conf'
const load = (text: string, others: Readonly<Record<string, string>> = {}, more: Partial<LoadRequest> = {}) =>
  loadClientConfig(requestFor(FILE, more), filesOf({ ...others, [FILE]: text }))
const settings = (...args: Parameters<typeof load>) => {
  const loaded = load(...args)
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors))
  return loaded.value
}

describe('what supervisorctl reads', () => {
  test('an empty section gives what there is without a file', () => {
    expect(settings('[supervisorctl]')).toEqual({ ...CLIENT_DEFAULTS, file: FILE })
  })
  test('paths are filled in and made absolute', () => {
    const config = settings(
      '[supervisorctl]\nserverurl=unix://%(here)s/../s.sock\nhistory_file=~/.h\nprompt=p\nusername=u\npassword=%(ENV_COLOUR)s',
    )
    expect(config).toMatchObject({
      serverUrl: 'unix:///etc/s.sock',
      historyFile: '/root/.h',
      prompt: 'p',
      username: 'u',
      password: 'blue',
    })
  })
  test('an address on TCP stays as it is', () => {
    expect(settings('[supervisorctl]\nserverurl=http://H:1/').serverUrl).toBe('http://H:1/')
  })
  test('the section is found in an included file too', () => {
    const main = '[include]\nfiles=d/*.conf\n'
    expect(settings(main, { '/etc/x/d/ctl.conf': '[supervisorctl]\nprompt=found\n' }).prompt).toBe('found')
  })
  test('mistakes in the part of the daemon do not stop a client', () => {
    expect(load('[supervisorctl]\n[program:x]\nstartsecs=soon\n').ok).toBe(true)
  })
  test('no section at all is told in the words of the original', () => {
    const loaded = load('[supervisord]')
    expect(loaded.ok ? null : loaded.errors[0]?.classic).toBe('.ini file does not include supervisorctl section')
  })
  test('a broken line is an error with its place, not a traceback', () => {
    const loaded = load('[supervisorctl]\nprompt\n')
    expect(loaded.ok ? null : loaded.errors[0]?.at).toMatchObject({ file: FILE, line: 2 })
  })
  test('a plugin written in Python is refused by name', () => {
    const loaded = load('[supervisorctl]\n[ctlplugin:cache]\nsupervisor.ctl_factory=cache.ctl:make\n')
    expect(loaded.ok ? null : loaded.errors[0]).toMatchObject({
      code: 'CONFIG_PYTHON_PLUGIN',
      classic: 'cache.ctl:make cannot be resolved within [ctlplugin:cache]',
    })
  })
})
