import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { configOf, errorsOf, loadText, processesOf } from './load.js'

const prog = (more: string, rest = '') => `[supervisord]\n[program:x]\ncommand=/bin/cat\n${more}\n${rest}`
const x = (more: string, rest = '') => {
  const spec = processesOf(configOf(prog(more, rest)))['x:x']
  if (spec === undefined) throw new Error('no process x:x')
  return spec
}
const codes = (text: string) => configOf(text).warnings.map(({ code }) => code)
const notes = (text: string) => configOf(text).notes.map(({ level, text: said }) => `${level} ${said}`)

describe('defaults', () => {
  test('a bare program gets those of the original', () => {
    const stream = {
      logfile: { kind: 'auto' },
      logBytesMax: 52_428_800,
      logBackups: 10,
      captureBytesMax: 0,
      eventsEnabled: false,
      syslog: false,
    }
    expect(x('')).toEqual({
      group: 'x',
      name: 'x',
      program: 'x',
      kind: 'program',
      command: '/bin/cat',
      directory: null,
      environment: {},
      uid: null,
      umask: null,
      serverUrl: null,
      priority: 999,
      autostart: true,
      startSecs: 1,
      startRetries: 3,
      autorestart: 'unexpected',
      exitCodes: [0],
      stopSignal: 15,
      stopWaitSecs: 10,
      stopAsGroup: false,
      killAsGroup: false,
      redirectStderr: false,
      stdout: stream,
      stderr: stream,
    })
  })
  test('a bare daemon gets those of the original, paths from the working directory', () => {
    expect(configOf('[supervisord]', { cwd: '/var/log' }).daemon).toEqual({
      logfile: '/var/log/supervisord.log',
      logfileIsDefault: true,
      logBytesMax: 52_428_800,
      logBackups: 10,
      logLevel: 'info',
      pidfile: '/var/log/supervisord.pid',
      umask: 0o22,
      directory: null,
      user: null,
      nodaemon: false,
      silent: false,
      nocleanup: false,
      stripAnsi: false,
      minfds: 1024,
      minprocs: 200,
      childlogdir: null,
      environment: {},
      identifier: 'supervisor',
      converge: { mode: 'auto', settleMs: 500, maxRemovePercent: 50 },
      state: { directory: null, revisionsMax: 50, bootLastGood: false, rememberHolds: 'never' },
    })
  })
  test('options of ours', () => {
    const { converge } = configOf('[supervisord]\nconverge=Manual\nsettle_ms=50\nmax_remove=100').daemon
    expect(converge).toEqual({ mode: 'manual', settleMs: 50, maxRemovePercent: 100 })
    expect(errorsOf('[supervisord]\nconverge=sometimes')[0]?.help).toContain('auto, manual')
    expect(errorsOf('[supervisord]\nsettle_ms=-1').map(({ code }) => code)).toEqual(['CONFIG_OUT_OF_RANGE'])
  })
  test('what ends the daemon, and how long its end may take', () => {
    const daemon = (text: string) => configOf(`[supervisord]\n${text}`).daemon
    expect(daemon('exit_on=all-exited, fatal\nshutdown_timeout=8')).toMatchObject({
      exitOn: ['fatal', 'all-exited'],
      shutdownTimeoutSecs: 8,
    })
    expect(daemon('exit_on=none').exitOn).toEqual([])
    expect(errorsOf('[supervisord]\nexit_on=none,fatal')[0]?.message).toBe('exit_on says none and fatal')
    expect(errorsOf('[supervisord]\nexit_on=fatal,never')[0]?.help).toContain('fatal, essential, all-exited')
    expect(errorsOf('[supervisord]\nshutdown_timeout=-1').map(({ code }) => code)).toEqual(['CONFIG_OUT_OF_RANGE'])
  })
  test('how lines are written: the program over the daemon', () => {
    const style = (daemon: string, program: string) => {
      const config = configOf(
        `[supervisord]\n${daemon}\n[program:x]\ncommand=/x\nprocess_name=x%(process_num)d\n${program}`,
      )
      const { logPrefix, logTimestamps, logFormat, essential } = processesOf(config)['x:x0'] ?? {}
      return { ...config.daemon.lines, logPrefix, logTimestamps, logFormat, essential }
    }
    expect(style('', '')).toEqual({})
    expect(style('log_prefix=true\nlog_timestamps=true', '')).toEqual({
      prefix: true,
      timestamps: 'iso',
      logPrefix: 'x:x0 |',
      logTimestamps: 'iso',
    })
    expect(
      style('log_prefix=on\nlog_format=json', 'log_prefix=%(program_name)s-%(process_num)d:\nlog_format=text'),
    ).toEqual({
      prefix: true,
      format: 'json',
      logPrefix: 'x-0:',
    })
    expect(style('log_prefix=all:', 'log_prefix=no\nlog_timestamps=unix\nessential=true')).toEqual({
      prefix: 'all:',
      logTimestamps: 'unix',
      essential: true,
    })
  })
  test('killasgroup follows stopasgroup', () => {
    expect(x('stopasgroup=true').killAsGroup).toBe(true)
  })
  test('a log of the daemon may be syslog, and a path may begin at home', () => {
    expect(configOf('[supervisord]\nlogfile=syslog\npidfile=~/p.pid').daemon).toMatchObject({
      logfile: 'syslog',
      pidfile: '/root/p.pid',
    })
  })
})

describe('several processes', () => {
  test('numbers run from numprocs_start, names sort as text', () => {
    const config = configOf(prog('numprocs=3\nnumprocs_start=9\nprocess_name=%(program_name)s_%(process_num)d'))
    expect(config.groups[0]?.processes.map(({ name }) => name)).toEqual(['x_10', 'x_11', 'x_9'])
  })
  test('each has its own command, directory, environment and logs', () => {
    const text = prog(
      'process_name=%(process_num)02d\nnumprocs=2\ndirectory=/d%(process_num)d\nenvironment=N="%(process_num)d of %(numprocs)s"\nstdout_logfile=/tmp/%(group_name)s-%(process_num)s',
    )
    const specs = configOf(text).groups[0]?.processes.map(({ name, directory, environment, stdout }) => [
      name,
      directory,
      environment,
      stdout.logfile,
    ])
    expect(specs).toEqual([
      ['00', '/d0', { N: '0 of 2' }, { kind: 'file', path: '/tmp/x-0' }],
      ['01', '/d1', { N: '1 of 2' }, { kind: 'file', path: '/tmp/x-1' }],
    ])
  })
  test('none at all is an empty group and a warning', () => {
    const config = configOf(prog('numprocs=0'))
    expect(config.groups.map(({ name, processes }) => [name, processes.length])).toEqual([['x', 0]])
    expect(config.warnings.map(({ code }) => code)).toEqual(['CONFIG_NO_EFFECT'])
  })
})

describe('expansions', () => {
  test('a program sees its own environment, then that of the daemon, then that of the machine', () => {
    const text =
      '[supervisord]\nenvironment=A="daemon",B="daemon"\n[program:x]\nenvironment=A="own"\ncommand=%(ENV_A)s %(ENV_B)s %(ENV_COLOUR)s\n'
    expect(processesOf(configOf(text))['x:x']).toMatchObject({
      command: 'own daemon blue',
      environment: { A: 'own', B: 'daemon' },
    })
  })
  test('the environment of the daemon is not there for its other options', () => {
    expect(errorsOf('[supervisord]\nenvironment=A="a"\nidentifier=%(ENV_A)s')[0]?.classic).toContain("names ('ENV_A')")
  })
  test('group_name is that of the group a program is in', () => {
    const config = configOf(
      '[supervisord]\n[program:x]\ncommand=%(program_name)s in %(group_name)s\n[group:g]\nprograms=x\n',
    )
    expect(processesOf(config)['g:x']?.command).toBe('x in g')
  })
  test('host_node_name is there for every option of the daemon', () => {
    expect(configOf('[supervisord]\nidentifier=%(host_node_name)s').daemon.identifier).toBe('box')
  })
  test('here is the directory of the main file without includes, of each file with them', () => {
    const main = '[supervisord]\n[include]\nfiles=/etc/y/*.conf\n[program:x]\ncommand=%(here)s\n'
    const config = configOf(main, {}, { '/etc/y/y.conf': '[program:y]\ncommand=%(here)s\n' })
    expect(Object.values(processesOf(config)).map(({ command }) => command)).toEqual(['/etc/x', '/etc/y'])
  })
})

describe('percent signs in names of logs', () => {
  const path = (value: string) => {
    const { logfile } = x(`stdout_logfile=${value}`).stdout
    return logfile.kind === 'file' ? logfile.path : logfile.kind
  }
  for (const [written, means, why] of [
    ['/tmp/a%%%%b', '/tmp/a%b', 'four make one, as the original wants it'],
    ['/tmp/a%%b', '/tmp/a%b', 'two make one, as everywhere else'],
    ['/tmp/%(ENV_PERCENTY)s', '/tmp/50%', 'one in a variable stays one'],
    ['/tmp/%(ENV_PERCENTY)s%%%%', '/tmp/50%%', 'both at once'],
    ['/tmp/%%(program_name)s', '/tmp/x', 'the second pass of the original expands what the first uncovered'],
  ] as const)
    test(`${written}: ${why}`, () => expect(path(written)).toBe(means))
})

describe('logs', () => {
  test('redirect_stderr leaves no log for standard error and says so when there was one', () => {
    const text = prog('redirect_stderr=true\nstderr_logfile=/tmp/err')
    expect(processesOf(configOf(text))['x:x']?.stderr.logfile).toEqual({ kind: 'none' })
    expect(notes(text)).toEqual([
      'warn For [program:x], redirect_stderr=true but stderr_logfile has also been set to a filename, the filename has been ignored',
    ])
    expect(codes(text)).toEqual(['CONFIG_NO_EFFECT'])
  })
  test('redirect_stderr alone is no reason for a note', () => {
    expect(notes(prog('redirect_stderr=true\nstderr_logfile=NONE'))).toEqual([])
  })
  test('syslog as a file name is the old way', () => {
    const text = prog('stdout_logfile=syslog')
    expect(processesOf(configOf(text))['x:x']?.stdout).toMatchObject({ logfile: { kind: 'none' }, syslog: true })
    expect(notes(text)).toEqual([
      'warn For [program:x], stdout_logfile=syslog but this is deprecated and will be removed.  Use stdout_syslog=true to enable syslog instead.',
    ])
  })
  test('an AUTO log without rotation is noted', () => {
    expect(notes(prog('stderr_logfile_maxbytes=0'))).toEqual([
      'warn For [program:x], AUTO logging used for stderr_logfile without rollover, set maxbytes > 0 to avoid filling up filesystem unintentionally',
    ])
  })
})

describe('the address that children are told', () => {
  const servers = '[inet_http_server:a]\nport=127.0.0.1:1\n[inet_http_server:b]\nport=*:2\n'
  test('is that of the first unix socket', () => {
    expect(x('', `${servers}[unix_http_server]\nfile=s.sock\n[unix_http_server:z]\nfile=/z`).serverUrl).toBe(
      'unix:///tmp/s.sock',
    )
  })
  test('is else that of the last TCP server', () => expect(x('', servers).serverUrl).toBe('http://localhost:2'))
  test('brackets an IPv6 address', () => {
    expect(x('', '[inet_http_server]\nport=[::1]:5').serverUrl).toBe('http://[::1]:5')
  })
  test('is what serverurl says, unless that is AUTO', () => {
    expect(x('serverurl=http://h:1', servers).serverUrl).toBe('http://h:1')
    expect(x('serverurl= auto ', servers).serverUrl).toBe('http://localhost:2')
    expect(x('serverurl=', servers).serverUrl).toBe(null)
  })
})

describe('groups', () => {
  const two = '[supervisord]\n[program:a]\ncommand=a\npriority=5\n[program:b]\ncommand=b\npriority=1\n'
  test('members keep the order in which the group names them and lose their own group', () => {
    const config = configOf(`${two}[group:g]\nprograms=a, b\npriority=7\n`)
    expect(
      config.groups.map(({ name, kind, priority, processes }) => [
        name,
        kind,
        priority,
        processes.map((one) => one.name),
      ]),
    ).toEqual([['g', 'group', 7, ['a', 'b']]])
  })
  test('groups come by priority, then by name', () => {
    const config = configOf(`${two}[program:0]\ncommand=c\npriority=5\n[eventlistener:z]\ncommand=z\nevents=TICK\n`)
    expect(config.groups.map(({ name }) => name)).toEqual(['z', 'b', '0', 'a'])
  })
  test('a program may be in several', () => {
    expect(Object.keys(processesOf(configOf(`${two}[group:g]\nprograms=a\n[group:h]\nprograms=a,b\n`)))).toEqual([
      'g:a',
      'h:a',
      'h:b',
    ])
  })
  test('of two with one name the first in the order counts, and the other is told of', () => {
    const text = `${two}[group:b]\nprograms=a\npriority=3\n`
    const config = configOf(text)
    expect(config.groups.map(({ name, kind }) => [name, kind])).toEqual([['b', 'program']])
    expect(config.warnings.map(({ code, at }) => [code, at?.line])).toEqual([['CONFIG_DUPLICATE_GROUP', 8]])
  })
  test('of two processes with one name the last counts, and it is told', () => {
    const config = configOf(`${two}[group:g]\nprograms=a,b\n`.replace('command=b', 'command=b\nprocess_name=a'))
    expect(processesOf(config)['g:a']?.command).toBe('b')
    expect(config.groups[0]?.processes).toHaveLength(1)
    expect(config.warnings.map(({ code }) => code)).toEqual(['CONFIG_DUPLICATE_PROCESS'])
  })
  test('a group without programs is empty', () => {
    expect(
      configOf('[supervisord]\n[group:g]\n').groups.map(({ name, processes }) => [name, processes.length]),
    ).toEqual([['g', 0]])
  })
})

describe('listeners and FastCGI', () => {
  test('a pool comes first, its events each once and in capitals', () => {
    const [pool] = configOf(
      `${prog('')}[eventlistener:e]\ncommand=e\nevents=tick_5, PROCESS_STATE,TICK_5\nbuffer_size=3\nlength_unit=bytes\n`,
    ).groups
    expect(pool).toMatchObject({
      name: 'e',
      priority: -1,
      kind: 'eventlistener',
      pool: { events: ['TICK_5', 'PROCESS_STATE'], bufferSize: 3, lengthUnit: 'bytes' },
    })
    expect(pool?.processes[0]?.priority).toBe(999)
  })
  test('an event that is nearly right gets a hint', () => {
    const [error] = errorsOf('[supervisord]\n[eventlistener:e]\ncommand=e\nevents=PROCES_STATE_EXITED')
    expect(error?.help).toBe('did you mean PROCESS_STATE_EXITED')
  })
  const fcgi =
    '[supervisord]\n[fcgi-program:f]\ncommand=f\nuser=nobody\nsocket=unix:///tmp/%(program_name)s/../f.sock\nsocket_owner=root:nogroup\nsocket_mode=0660\nsocket_backlog=5\n'
  const socket = {
    url: 'unix:///tmp/f/../f.sock',
    address: { kind: 'unix', path: '/tmp/f.sock' },
    backlog: 5,
    owner: { uid: 0, gid: 65_534 },
    mode: 0o660,
  }
  test('an fcgi-program has a socket', () => {
    const [group] = configOf(fcgi).groups
    expect(group).toMatchObject({ kind: 'fcgi-program', socket })
    expect(group?.processes[0]).toMatchObject({ kind: 'fcgi-program', uid: 65_534, socket })
  })
  test('and keeps it in a group', () => {
    const config = configOf(`${fcgi}[group:g]\nprograms=f\n`)
    expect(config.groups[0]).toMatchObject({ kind: 'group', socket: null })
    expect(processesOf(config)['g:f']).toMatchObject({ kind: 'fcgi-program', socket })
  })
  test('on TCP too, IPv6 in brackets', () => {
    const at = (url: string) =>
      configOf(`[supervisord]\n[fcgi-program:f]\ncommand=f\nsocket=${url}\n`).groups[0]?.socket?.address
    expect(at('tcp://h:80')).toEqual({ kind: 'tcp', host: 'h', port: 80 })
    expect(at('tcp://[::1]:80')).toEqual({ kind: 'tcp', host: '::1', port: 80 })
  })
})

describe('servers', () => {
  test('TCP ones come first, each section whose name begins so is one', () => {
    const text =
      '[supervisord]\n[unix_http_server]\nfile= ~/s.sock \nchmod=0770\nchown=nobody:nogroup\n[inet_http_server:a]\nport=9001\nusername=u\npassword={SHA}x\n'
    expect(configOf(text).servers).toEqual([
      {
        kind: 'inet',
        section: 'inet_http_server:a',
        host: '',
        port: 9001,
        credentials: { username: 'u', password: '{SHA}x' },
      },
      {
        kind: 'unix',
        section: 'unix_http_server',
        path: '/root/s.sock',
        mode: 0o770,
        uid: 65_534,
        gid: 65_534,
        credentials: null,
      },
    ])
  })
})

describe('what nobody reads', () => {
  test('an unknown option is a warning with a hint', () => {
    const [warning] = configOf(prog('autorestrat=true')).warnings
    expect(warning).toMatchObject({
      code: 'CONFIG_UNKNOWN_OPTION',
      help: 'did you mean autorestart',
      at: { line: 4, column: 1 },
    })
  })
  test('an unknown section too', () => {
    const [warning] = configOf('[supervisord]\n[Programm:x]\ncommand=a').warnings
    expect(warning).toMatchObject({ code: 'CONFIG_UNKNOWN_SECTION', help: 'did you mean [program:x]', at: { line: 2 } })
  })
  test('an option of another section is sent there', () => {
    expect(configOf('[supervisord]\nstopwaitsecs=3').warnings[0]?.help).toBe('stopwaitsecs belongs into [program:name]')
  })
  test('a header without its bracket is named, not only the option that it became', () => {
    const [warning] = configOf('[supervisord]\n[program:web\ncommand=a').warnings
    expect(warning).toMatchObject({ help: 'close the header of the section: [program:web]', at: { line: 2 } })
    expect(configOf('[supervisord]\n[key=hunter2\n').warnings[0]?.help).toBeNull()
  })
  test('they are errors for those who ask for strictness', () => {
    const loaded = loadText(prog('autorestrat=true'), { strict: true })
    expect(loaded.ok ? [] : loaded.errors.map(({ code }) => code)).toEqual(['CONFIG_UNKNOWN_OPTION'])
  })
  test('what [DEFAULT] gives to all sections is not blamed on those that do not know it', () => {
    const config = configOf(
      `[DEFAULT]\nstartsecs=7\n${prog('')}[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n`,
    )
    expect(config.warnings).toEqual([])
    expect(processesOf(config)['x:x']?.startSecs).toBe(7)
    expect(config.rpcInterfaces).toEqual([
      { name: 'supervisor', factory: 'supervisor.rpcinterface:make_main_rpcinterface', options: {} },
    ])
  })
})

describe('properties', () => {
  const OPTIONS = [
    'priority=3',
    'autostart=false',
    'startsecs=9',
    'environment=B="2",A="1"',
    'umask=027',
    'stdout_logfile=NONE',
    'stopsignal=INT',
    'redirect_stderr=true',
  ]
  const SECTIONS = [
    '[program:a]\ncommand=a\n',
    '[program:b]\ncommand=b\npriority=1\n',
    '[group:g]\nprograms=b,c\n',
    '[program:c]\ncommand=c\n',
    '[inet_http_server]\nport=1\n',
  ]
  const shuffled = <T>(items: readonly T[]) => fc.shuffledSubarray([...items], { minLength: items.length })

  test('the order of options and sections does not matter', () => {
    const reference = JSON.stringify(configOf(prog(OPTIONS.join('\n'), SECTIONS.join(''))).groups)
    fc.assert(
      fc.property(shuffled(OPTIONS), shuffled(SECTIONS), (options, sections) => {
        const text = `${sections.join('')}[program:x]\n${options.join('\n')}\ncommand=/bin/cat\n[supervisord]\n`
        // Within [environment] the order of variables is the one written, here always the same.
        expect(JSON.stringify(configOf(text).groups)).toBe(reference)
      }),
      { numRuns: 50 },
    )
  })
  test('no text throws, and what fails says why', () => {
    const line = fc.oneof(
      fc.constantFrom(
        '[supervisord]',
        '[program:a]',
        '[group:g]',
        '[eventlistener:e]',
        '[fcgi-program:f]',
        '[include]',
        '[rpcinterface:r]',
        '[unix_http_server]',
      ),
      fc
        .tuple(
          fc.constantFrom(
            'command',
            'numprocs',
            'process_name',
            'environment',
            'programs',
            'events',
            'socket',
            'file',
            'port',
            'files',
            'stdout_logfile',
            'user',
          ),
          fc.string({ maxLength: 20 }),
        )
        .map(([key, value]) => `${key}=${value}`),
      fc.string({ maxLength: 20 }),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const loaded = loadText(lines.join('\n'))
        if (!loaded.ok) expect(loaded.errors.length).toBeGreaterThan(0)
      }),
      { numRuns: 300 },
    )
  })
})
