import { describe, expect, test } from 'vitest'
import { findConfig } from '../../src/desired/search.js'

const search = (argv0: string, ...there: readonly string[]) =>
  findConfig({ argv0, exists: (path) => there.includes(path) })
const everywhere = (argv0: string) => {
  const found = search(argv0)
  return found.ok ? [] : found.tried
}

describe('where a configuration file is looked for', () => {
  test('beside the command first, then in the working directory, then in /etc', () => {
    expect(everywhere('/opt/s/bin/supervisord')).toEqual([
      '/opt/s/etc/supervisord.conf',
      '/opt/s/supervisord.conf',
      'supervisord.conf',
      'etc/supervisord.conf',
      '/etc/supervisord.conf',
      '/etc/supervisor/supervisord.conf',
      'svctl.yaml',
      'etc/svctl.yaml',
      '/etc/svctl.yaml',
      '/etc/svctl/svctl.yaml',
    ])
  })
  test('a command typed without a path has nothing beside it', () => {
    expect(everywhere('supervisord').slice(0, 2)).toEqual(['etc/supervisord.conf', 'supervisord.conf'])
    expect(everywhere('bin/supervisord').slice(0, 2)).toEqual(['etc/supervisord.conf', 'supervisord.conf'])
  })
  test('a command in a folder of the root looks in the root', () => {
    expect(everywhere('/bin/supervisord')[0]).toBe('/etc/supervisord.conf')
  })
  test('the first that is there counts', () => {
    expect(search('/usr/bin/supervisord', '/etc/supervisor/supervisord.conf', 'supervisord.conf')).toEqual({
      ok: true,
      file: 'supervisord.conf',
    })
  })
  test('a YAML file counts where the original would find nothing', () => {
    expect(search('supervisord', '/etc/svctl.yaml', 'svctl.yaml')).toEqual({ ok: true, file: 'svctl.yaml' })
    expect(search('supervisord', 'svctl.yaml', '/etc/supervisord.conf')).toMatchObject({
      file: '/etc/supervisord.conf',
    })
  })
  test('nothing found names all places of the original', () => {
    const found = search('/usr/bin/supervisord')
    expect(found.ok ? '' : found.classic).toBe(
      'No config file found at default paths (/usr/etc/supervisord.conf, /usr/supervisord.conf, supervisord.conf, etc/supervisord.conf, /etc/supervisord.conf, /etc/supervisor/supervisord.conf); use the -c option to specify a config file at a different path',
    )
  })
})
