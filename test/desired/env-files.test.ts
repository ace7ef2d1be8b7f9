import { describe, expect, test } from 'vitest'
import { configOf, loadText, processesOf } from './load.js'

const MAIN = '/etc/x/supervisord.conf'
const web = (more: string) => `[supervisord]\n[program:web]\ncommand=/bin/web\n${more}`

describe('env_file', () => {
  const FILES = { '/etc/x/a.env': 'A=1\nB=two words\n', '/srv/b.env': "B='3'\n", '/etc/x/web.env': 'W=w\n' }
  for (const [what, more, wanted] of [
    ['a file beside the configuration', 'env_file=a.env', { A: '1', B: 'two words' }],
    ['several, the last wins', 'env_file=a.env, /srv/b.env', { A: '1', B: '3' }],
    ['a name with variables', 'env_file=%(here)s/%(program_name)s.env', { W: 'w' }],
    ['environment over it', 'env_file=a.env\nenvironment=B="own"', { A: '1', B: 'own' }],
    ['its variables in others', 'env_file=a.env\nenvironment=C="%(ENV_A)s"', { A: '1', B: 'two words', C: '1' }],
    ['none where none has to be', 'env_file=-gone.env,a.env', { A: '1', B: 'two words' }],
    ['that of [program-default]', '[program-default]\nenv_file=a.env', { A: '1', B: 'two words' }],
    ['its own instead of an inherited one', 'env_file=web.env\n[program-default]\nenv_file=a.env', { W: 'w' }],
    ['the values as they are', 'env_file=-%(here)s/raw.env', { RAW: '50% ${A} $(id)' }],
  ] as const)
    test(`takes ${what}`, () => {
      const config = configOf(web(more), {}, { ...FILES, '/etc/x/raw.env': 'RAW=50% ${A} $(id)\n' })
      expect(processesOf(config)['web:web']?.environment).toEqual(wanted)
    })
  test('is relative to the file that says so', () => {
    const files = { '/srv/app/p.conf': web('env_file=b.env').replace('[supervisord]\n', ''), '/srv/app/b.env': 'B=1' }
    const config = configOf('[supervisord]\n[include]\nfiles=/srv/app/*.conf\n', {}, files)
    expect(processesOf(config)['web:web']?.environment).toEqual({ B: '1' })
    expect(config.files).toEqual([MAIN, '/srv/app/p.conf', '/srv/app/b.env'])
  })
  test('is among the files that are watched, those that may appear too', () => {
    const config = configOf(web('env_file=a.env,-gone.env'), {}, FILES)
    expect(config.files).toEqual([MAIN, '/etc/x/a.env'])
    expect(config.envFiles).toEqual(['/etc/x/a.env', '/etc/x/gone.env'])
  })
  for (const [what, more, code, place] of [
    ['a file that is missing', 'env_file=gone.env', 'CONFIG_ENV_FILE_MISSING', `${MAIN}:4:10`],
    ['a folder', 'env_file=-/tmp', 'CONFIG_ENV_FILE_UNREADABLE', `${MAIN}:4:10`],
    ['a name that is none', 'env_file=-', 'CONFIG_BAD_PATH', `${MAIN}:4:10`],
    ['a line that is none', 'env_file=bad.env', 'CONFIG_BAD_ENV_FILE', '/etc/x/bad.env:2:1'],
    [
      'a file for two',
      'env_file=bad.env\n[program:b]\ncommand=/b\nenv_file=bad.env',
      'CONFIG_BAD_ENV_FILE',
      '/etc/x/bad.env:2:1',
    ],
  ] as const)
    test(`${what} is an error, once and in its place`, () => {
      const loaded = loadText(web(more), {}, { '/etc/x/bad.env': 'A=1\nS3CRET of mine\n' })
      const errors = loaded.ok ? [] : loaded.errors
      expect(errors.map(({ code, at }) => [code, `${at?.file}:${at?.line}:${at?.column}`])).toEqual([[code, place]])
      expect(JSON.stringify(errors)).not.toContain('S3CRET')
    })
})
