import { describe, expect, test } from 'vitest'
import { loadText } from './load.js'

const SUPERVISORD = '[supervisord]\n'

/** The factories of a main file, with other files beside it. */
function factories(text: string, ...others: readonly string[]): readonly string[] {
  const loaded = loadText(SUPERVISORD + text, {}, Object.fromEntries(others.map((path) => [path, ''])))
  if (!loaded.ok) return loaded.errors.map(({ message }) => message)
  expect(loaded.warnings).toEqual([])
  return loaded.value.rpcInterfaces.map(({ factory }) => factory)
}

const section = (factory: string) => `[rpcinterface:x]\nsupervisor.rpcinterface_factory = ${factory}\n`

describe('the factory of a plugin in JavaScript', () => {
  for (const [factory, path] of [
    ['./p.mjs:make', '/etc/x/p.mjs'],
    ['p.mjs:make', '/etc/x/p.mjs'],
    ['../lib/p.js:make', '/etc/lib/p.js'],
    ['/opt/p.cjs:make', '/opt/p.cjs'],
    ['~/p.mjs:make', '/root/p.mjs'],
  ] as const)
    test(`${factory} of /etc/x/supervisord.conf is ${path}`, () => {
      expect(factories(section(factory), path)).toEqual([`${path}:make`])
    })

  test('is looked for beside the included file that names it', () => {
    const main = `${SUPERVISORD}[include]\nfiles = /opt/y/*.conf\n`
    const others = { '/opt/y/p.conf': section('./p.mjs:make'), '/opt/y/p.mjs': '' }
    const loaded = loadText(main, {}, others)
    expect(loaded.ok && loaded.value.rpcInterfaces[0]?.factory).toBe('/opt/y/p.mjs:make')
  })

  test('may have any name that JavaScript has', () => {
    expect(factories(section('./p.mjs:$größe_2'), '/etc/x/p.mjs')).toEqual(['/etc/x/p.mjs:$größe_2'])
  })

  test('has options, which are text', () => {
    const text = `${section('./p.mjs:make')}size = 10\nWord = a:b\n`
    const loaded = loadText(SUPERVISORD + text, {}, { '/etc/x/p.mjs': '' })
    expect(loaded.ok && loaded.value.rpcInterfaces[0]?.options).toEqual({ size: '10', word: 'a:b' })
  })

  test('that is not there is told with the path that was looked at', () => {
    expect(factories(section('./p.mjs:make'))).toEqual([
      'Cannot find the plugin of [rpcinterface:x]: there is no file /etc/x/p.mjs',
    ])
  })
})
