import { describe, expect, test } from 'vitest'
import { parseSupervisorctlOptions } from '../../src/cli/supervisorctl-options.js'
import { parseSupervisordOptions } from '../../src/cli/supervisord-options.js'
import { supervisordUsage } from '../../src/cli/usage.js'
import type { Files } from '../../src/model/ports.js'

/** A machine with the folder /there and nothing else. */
const FILES: Files = {
  read: () => ({ ok: false, reason: 'missing', errno: 'ENOENT' }),
  kind: (path) => (path === '/there' || path === '/' ? 'directory' : null),
  glob: () => [],
}
const daemon = (...argv: readonly string[]) => parseSupervisordOptions(argv, { files: FILES, home: '/there' })

describe('supervisord', () => {
  test('nothing asks for nothing', () => {
    expect(daemon()).toEqual({
      ok: true,
      options: {
        config: null,
        help: false,
        version: false,
        overrides: {},
        converge: null,
        strict: false,
        bootLastGood: false,
        stateDirectory: null,
        profileOptions: null,
      },
    })
  })

  test('the help under the name that only we have tells of the options that only we have', () => {
    const classic = supervisordUsage('/usr/bin/supervisord')
    const ours = supervisordUsage('/usr/bin/svcd')
    expect(classic).not.toContain('--converge')
    expect(ours.replaceAll('svcd', 'supervisord').startsWith(classic)).toBe(true)
    const flags = ours.slice(classic.length).match(/^--[a-z-]+(?: [A-Z]+)?(?= --)/gm) ?? []
    expect(flags).toEqual(['--converge MODE', '--strict', '--boot-last-good', '--state-directory DIRECTORY'])
    for (const flag of flags)
      expect(daemon(...flag.replace('MODE', 'auto').replace('DIRECTORY', '/there').split(' ')).ok).toBe(true)
  })

  test('every option overrules its option of the file', () => {
    const read = daemon(
      ...[
        '-c',
        'x.conf',
        '-n',
        '-s',
        '-k',
        '-t',
        '-u',
        'joe',
        '-m',
        '077',
        '-d',
        '/there',
        '-l',
        '~/d.log',
        '-y',
        '5MB',
      ],
      ...['-z', '3', '-e', 'DEBUG', '-j', '/there/d.pid', '-i', 'me', '-q', '/there', '-a', '2048', '--minprocs', '99'],
      ...['--profile_options', 'calls', '--converge', 'manual', '--strict'],
      ...['--boot-last-good', '--state-directory', '/state'],
    )
    expect(read).toEqual({
      ok: true,
      options: {
        config: 'x.conf',
        help: false,
        version: false,
        converge: 'manual',
        strict: true,
        bootLastGood: true,
        stateDirectory: '/state',
        profileOptions: 'calls',
        overrides: {
          nodaemon: true,
          silent: true,
          nocleanup: true,
          stripAnsi: true,
          user: 'joe',
          umask: 0o77,
          directory: '/there',
          logfile: '/there/d.log',
          logBytesMax: 5 * 1024 * 1024,
          logBackups: 3,
          logLevel: 'debug',
          pidfile: '/there/d.pid',
          identifier: 'me',
          childlogdir: '/there',
          minfds: 2048,
          minprocs: 99,
        },
      },
    })
  })

  for (const { argv, classic } of [
    { argv: ['-c', 'x', 'extra', "it's"], classic: `positional arguments are not supported: ['extra', "it's"]` },
    { argv: ['x', '-h'], classic: "positional arguments are not supported: ['x', '-h']" },
    { argv: ['-e', 'chatty'], classic: "invalid value for -e 'chatty': bad logging level name 'chatty'" },
    { argv: ['--umask=9z'], classic: "invalid value for --umask '9z': 9z can not be converted to an octal type" },
    { argv: ['-y', 'many'], classic: "invalid value for -y 'many': invalid literal for int() with base 10: 'many'" },
    { argv: ['-d', '/gone'], classic: "invalid value for -d '/gone': /gone is not an existing directory" },
    { argv: ['-q', '/gone'], classic: "invalid value for -q '/gone': /gone is not an existing directory" },
    {
      argv: ['-l', '/gone/x.log'],
      classic: "invalid value for -l '/gone/x.log': The directory named as part of the path /gone/x.log does not exist",
    },
    { argv: ['-n', '--nodaemon'], classic: "conflicting command line option '--nodaemon'" },
    { argv: ['-c', 'a', '-c', 'b'], classic: "conflicting command line option '-c'" },
    { argv: ['-e', 'bad', '-v'], classic: "invalid value for -e 'bad': bad logging level name 'bad'" },
    { argv: ['--converge=later'], classic: "invalid value for --converge 'later': not auto or manual: 'later'" },
  ]) {
    test(`${argv.join(' ')} is refused as the original does it`, () =>
      expect(daemon(...argv)).toEqual({ ok: false, classic }))
  }

  test('what follows -v or -h is not looked at', () => {
    expect(daemon('-v', '-e', 'bad')).toMatchObject({ ok: true, options: { version: true } })
    expect(daemon('-?', '-n', '-n')).toMatchObject({ ok: true, options: { help: true } })
  })
})

describe('supervisorctl', () => {
  test('options end where the action begins', () => {
    expect(
      parseSupervisorctlOptions(['-i', '-s', 'unix:///x', '-u', 'a', '-p', 'b', '-r', 'h', 'tail', '-f', 'x']),
    ).toEqual({
      ok: true,
      options: {
        config: null,
        help: false,
        interactive: true,
        serverUrl: 'unix:///x',
        username: 'a',
        password: 'b',
        historyFile: 'h',
        words: ['tail', '-f', 'x'],
      },
    })
  })

  for (const { argv, classic } of [
    { argv: ['-s', 'foo'], classic: "invalid value for -s 'foo': value 'foo' is not a URL" },
    { argv: ['--server=x'], classic: "invalid value for --serverurl 'x': value 'x' is not a URL" },
    { argv: ['-s', 'http://'], classic: "invalid value for -s 'http://': value 'http://' is not a URL" },
    { argv: ['-i', '-i'], classic: "conflicting command line option '-i'" },
    { argv: ['--h'], classic: 'option --h not a unique prefix' },
    { argv: ['--history-file', 'x'], classic: 'option --history-file not recognized' },
  ]) {
    test(`${argv.join(' ')} is refused as the original does it`, () =>
      expect(parseSupervisorctlOptions(argv)).toEqual({ ok: false, classic }))
  }

  test('help is given before a mistake behind it, not before one in front of it', () => {
    expect(parseSupervisorctlOptions(['-h', '-s', 'foo'])).toMatchObject({ ok: true, options: { help: true } })
    expect(parseSupervisorctlOptions(['-s', 'foo', '-h'])).toMatchObject({ ok: false })
  })
})
