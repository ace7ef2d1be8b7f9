import { describe, expect, test } from 'vitest'
import { errorsOf, loadText } from './load.js'

const FILE = '/etc/x/supervisord.conf'
const IN_X = ` in section 'program:x' (file: '${FILE}')`
const sup = (more: string) => `[supervisord]\n${more}\n`
const prog = (more: string) => `[supervisord]\n[program:x]\ncommand=/bin/cat\n${more}\n`
const listener = (more: string) => `[supervisord]\n[eventlistener:e]\ncommand=/bin/cat\n${more}\n`
const fcgi = (more: string) => `[supervisord]\n[fcgi-program:f]\ncommand=/bin/cat\n${more}\n`
const INCOMPLETE =
  'contains incomplete authentication: If a username or a password is specified, both the username and password must be specified'

/** Text, what Debian's supervisord 4.2.5 printed for it, and the line and column we point to. */
const TABLE: readonly (readonly [name: string, text: string, classic: string, at: string])[] = [
  ['no [supervisord]', '[program:x]\ncommand=/bin/cat\n', '.ini file does not include supervisord section', '1:1'],
  ['an empty file', '', '.ini file does not include supervisord section', '1:1'],
  [
    'no command',
    '[supervisord]\n[program:x]\nautostart=true\n',
    `program section program:x does not specify a command${IN_X}`,
    '2:1',
  ],
  ['a word for a number', prog('startsecs=soon'), `invalid literal for int() with base 10: 'soon'${IN_X}`, '4:11'],
  ['a word for yes or no', prog('autostart=perhaps'), `not a valid boolean value: 'perhaps'${IN_X}`, '4:11'],
  ['a policy that is none', prog('autorestart=sometimes'), `invalid 'autorestart' value 'sometimes'${IN_X}`, '4:13'],
  ['a signal that is none', prog('stopsignal=NOSUCH'), `value 'NOSUCH' is not a valid signal name${IN_X}`, '4:12'],
  ['a signal number that is none', prog('stopsignal=999'), `value '999' is not a valid signal number${IN_X}`, '4:12'],
  ['a word among exit codes', prog('exitcodes=0,x'), `not a valid list of exit codes: '0,x'${IN_X}`, '4:11'],
  ['an exit code out of range', prog('exitcodes=0,256'), `not a valid list of exit codes: '0,256'${IN_X}`, '4:11'],
  ['a mask that is not octal', prog('umask=9'), `9 can not be converted to an octal type${IN_X}`, '4:7'],
  [
    'a size that is none',
    prog('stdout_logfile_maxbytes=lots'),
    `invalid literal for int() with base 10: 'lots'${IN_X}`,
    '4:25',
  ],
  ['a user that is not there', prog('user=no-such-user'), `Invalid user name no-such-user${IN_X}`, '4:6'],
  ['half a pair', prog('environment=A'), `Unexpected end of key/value pairs in value 'A'${IN_X}`, '4:13'],
  [
    'pairs without commas',
    prog('environment=A=1 B=2'),
    `Unexpected end of key/value pairs in value 'A=1 B=2'${IN_X}`,
    '4:13',
  ],
  ['an open quote', prog('environment=A="unclosed'), `No closing quotation${IN_X}`, '4:13'],
  [
    'a format that is none',
    prog('directory=/tmp/%H'),
    `Format string '/tmp/%H' for 'program:x.directory' is badly formatted: unsupported format character 'H' (0x48) at index 6${IN_X}`,
    '4:16',
  ],
  [
    'several processes with one name',
    prog('numprocs=2'),
    `%(process_num) must be present within process_name when numprocs > 1${IN_X}`,
    '4:10',
  ],
  [
    'a group stopped and half killed',
    prog('stopasgroup=true\nkillasgroup=false'),
    `Cannot set stopasgroup=true and killasgroup=false${IN_X}`,
    '5:13',
  ],
  ['a colon in a name', sup('[program:a:b]\ncommand=/bin/cat'), "Invalid name: 'a:b' because of character: ':'", '2:1'],
  ['a blank in a name', sup('[program:a b]\ncommand=/bin/cat'), "Invalid name: 'a b' because of character: ' '", '2:1'],
  [
    'a colon in a process name',
    prog('process_name=a:b'),
    `Invalid name: 'a:b' because of character: ':'${IN_X}`,
    '4:14',
  ],
  [
    'a member that is not there',
    sup('[group:g]\nprograms=nothere'),
    '[group:g] names unknown program or fcgi-program nothere',
    '3:10',
  ],
  [
    'a log in a folder that is not there',
    sup('logfile=/nofolder/l.log'),
    'The directory named as part of the path /nofolder/l.log does not exist',
    '2:9',
  ],
  [
    'a pid file in a folder that is not there',
    sup('pidfile=/nofolder/p'),
    'The directory named as part of the path /nofolder/p does not exist',
    '2:9',
  ],
  ['a directory that is not there', sup('directory=/nofolder'), '/nofolder is not an existing directory', '2:11'],
  [
    'a folder for logs that is not there',
    sup('childlogdir=/nofolder'),
    '/nofolder is not an existing directory',
    '2:13',
  ],
  ['a level that is none', sup('loglevel=chatty'), "bad logging level name 'chatty'", '2:10'],
  ['a daemon that is maybe one', sup('nodaemon=maybe'), "not a valid boolean value: 'maybe'", '2:10'],
  ['a user of the daemon that is not there', sup('user=no-such-user'), 'Invalid user name no-such-user', '2:6'],
  [
    'a log of a program in a folder that is not there',
    prog('stdout_logfile=/nofolder/x'),
    `The directory named as part of the path /nofolder/x does not exist${IN_X}`,
    '4:16',
  ],
  [
    'a TCP server without a port',
    sup('[inet_http_server]\nusername=a\npassword=b'),
    'section [inet_http_server] has no port value',
    '2:1',
  ],
  ['a port that is none', sup('[inet_http_server]\nport=notaport'), "not a valid port number: 'notaport' ", '3:6'],
  [
    'a port by name',
    sup('[inet_http_server]\nport=127.0.0.1:http'),
    "invalid literal for int() with base 10: 'http'",
    '3:6',
  ],
  [
    'a name without a password',
    sup('[inet_http_server]\nport=127.0.0.1:9001\nusername=a'),
    `Section [inet_http_server] ${INCOMPLETE}`,
    '2:1',
  ],
  [
    'a unix server without a file',
    sup('[unix_http_server]\nchmod=0700'),
    'section [unix_http_server] has no file value',
    '2:1',
  ],
  ['a mode that is none', sup('[unix_http_server]\nfile=/tmp/s\nchmod=9x'), 'Invalid chmod value 9x', '4:7'],
  [
    'an owner that is not there',
    sup('[unix_http_server]\nfile=/tmp/s\nchown=a:b'),
    'Invalid sockchown value a:b',
    '4:7',
  ],
  [
    'a password without a name',
    sup('[unix_http_server]\nfile=/tmp/s\npassword=a'),
    `Section [unix_http_server] ${INCOMPLETE}`,
    '2:1',
  ],
  ['a listener that listens to nothing', listener(''), '[eventlistener:e] section requires an "events" line', '2:1'],
  [
    'an event that does not exist',
    listener('events=NO_SUCH_EVENT'),
    'Unknown event type NO_SUCH_EVENT in [eventlistener:e] events',
    '4:8',
  ],
  [
    'a listener without a buffer',
    listener('events=TICK_5\nbuffer_size=0'),
    '[eventlistener:e] section sets invalid buffer_size (0)',
    '5:13',
  ],
  [
    'a handler in Python',
    listener('events=TICK_5\nresult_handler=x.y:z'),
    'x.y:z cannot be resolved within [eventlistener:e]',
    '5:16',
  ],
  ['FastCGI without a socket', fcgi(''), '[fcgi-program:f] section requires a "socket" line', '2:1'],
  [
    'a socket of an unknown kind',
    fcgi('socket=udp://localhost:1'),
    "('Bad socket format %s', 'udp://localhost:1') in [fcgi-program:f] socket",
    '4:8',
  ],
  [
    'a socket with a relative path',
    fcgi('socket=unix://rel.sock'),
    "('Unix socket path %s is not an absolute path', 'rel.sock') in [fcgi-program:f] socket",
    '4:8',
  ],
  [
    'a socket mode that is none',
    fcgi('socket=unix:///tmp/s\nsocket_mode=xyz'),
    'Invalid socket_mode value xyz',
    '5:13',
  ],
  [
    'a socket owner that is not there',
    fcgi('socket=unix:///tmp/s\nsocket_owner=joe'),
    'Invalid socket_owner value joe',
    '5:14',
  ],
  [
    'a mode for TCP',
    fcgi('socket=tcp://127.0.0.1:1\nsocket_mode=0700'),
    'socket_owner and socket_mode params should only be used with a Unix domain socket in [fcgi-program:f] socket',
    '5:13',
  ],
  [
    'a backlog out of range',
    fcgi('socket=unix:///tmp/s\nsocket_backlog=99999'),
    'Invalid socket_backlog value 99999',
    '5:16',
  ],
  [
    'a name that two sections have',
    sup(
      '[group:g]\nprograms=a\n[program:a]\ncommand=/bin/cat\n[fcgi-program:a]\ncommand=/bin/cat\nsocket=unix:///tmp/s',
    ),
    '[group:g] name a is ambiguous (exists as program and fcgi-program)',
    '3:10',
  ],
  [
    'a plugin without a factory',
    sup('[rpcinterface:foo]\nx=1'),
    'section [rpcinterface:foo] does not specify a supervisor.rpcinterface_factory',
    '2:1',
  ],
  [
    'a plugin in Python',
    sup('[rpcinterface:foo]\nsupervisor.rpcinterface_factory=foo.bar:make'),
    'foo.bar:make cannot be resolved within [rpcinterface:foo]',
    '3:33',
  ],
  [
    'a plugin whose module is not there',
    sup('[rpcinterface:foo]\nsupervisor.rpcinterface_factory=./foo.mjs:make'),
    './foo.mjs:make cannot be resolved within [rpcinterface:foo]',
    '3:33',
  ],
  [
    'a plugin that does not name its factory',
    sup('[rpcinterface:foo]\nsupervisor.rpcinterface_factory=./foo.mjs'),
    './foo.mjs cannot be resolved within [rpcinterface:foo]',
    '3:33',
  ],
]

describe('a mistake is told in the words of the original, at its place', () => {
  for (const [name, text, classic, at] of TABLE)
    test(name, () => {
      const [first] = errorsOf(text)
      expect(first?.classic).toBe(classic)
      expect(`${first?.at?.line}:${first?.at?.column}`).toBe(at)
      expect(first?.message).not.toMatch(/\.$/)
    })
})

describe('which mistake comes first', () => {
  const first = (text: string) => errorsOf(text)[0]?.classic?.replace(/ in section .*/, '')

  test('an option of the daemon comes before any program, wherever it stands', () => {
    expect(first('[program:x]\nstartsecs=a\n[supervisord]\nminfds=b\n')).toBe(
      "invalid literal for int() with base 10: 'b'",
    )
  })
  test('plugins come before groups, groups before programs, listeners before FastCGI, servers last', () => {
    const sections = [
      '[unix_http_server]\nchmod=0700\n',
      '[inet_http_server]\nport=x\n',
      '[fcgi-program:f]\ncommand=a\n',
      '[eventlistener:e]\ncommand=a\n',
      '[program:p]\nstartsecs=1\n',
      '[group:g]\nprograms=none\n',
      '[rpcinterface:r]\n',
    ]
    const expected = [
      'section [rpcinterface:r] does not specify a supervisor.rpcinterface_factory',
      '[group:g] names unknown program or fcgi-program none',
      'program section program:p does not specify a command',
      '[eventlistener:e] section requires an "events" line',
      '[fcgi-program:f] section requires a "socket" line',
      "not a valid port number: 'x' ",
      'section [unix_http_server] has no file value',
    ]
    const all = errorsOf(`[supervisord]\n${sections.join('')}`).map(({ classic }) =>
      classic?.replace(/ in section .*/, ''),
    )
    expect(all).toEqual(expected)
  })
  test('the user of the daemon is looked for last', () => {
    expect(first('[supervisord]\nuser=nosuch\n[inet_http_server]\nport=x\n')).toBe("not a valid port number: 'x' ")
  })
  test('a bad priority is told without its section, as the original does', () => {
    expect(errorsOf(prog('priority=high')).map(({ classic }) => classic)).toEqual([
      "invalid literal for int() with base 10: 'high'",
    ])
  })
  test('a bad priority of a member of a group is told with its section', () => {
    expect(errorsOf(prog('priority=high\n[group:g]\nprograms=x'))[0]?.classic).toBe(
      `invalid literal for int() with base 10: 'high'${IN_X}`,
    )
  })
  test('every mistake is told, each once, however many processes have it', () => {
    const text = prog('numprocs=3\nprocess_name=%(process_num)d\nstdout_logfile_backups=many\nstderr_syslog=perhaps')
    expect(errorsOf(text).map(({ code }) => code)).toEqual(['CONFIG_BAD_NUMBER', 'CONFIG_BAD_BOOLEAN'])
  })
  test('a file is named as it was typed; an included one by its path', () => {
    const text = '[supervisord]\n[include]\nfiles=d/*.conf\n[program:x]\nstartsecs=a\n'
    const others = { '/etc/x/d/y.conf': '[program:y]\nstartsecs=b\n' }
    const loaded = loadText(text, { file: 'supervisord.conf', cwd: '/etc/x' }, { [FILE]: text, ...others })
    expect(loaded.ok).toBe(false)
    expect(
      loaded.ok ? [] : loaded.errors.map(({ classic }) => classic).filter((one) => one?.includes('int()')),
    ).toEqual([
      "invalid literal for int() with base 10: 'a' in section 'program:x' (file: 'supervisord.conf')",
      "invalid literal for int() with base 10: 'b' in section 'program:y' (file: '/etc/x/d/y.conf')",
    ])
  })
  test('an unknown second member is blamed on the group, not on the first member', () => {
    expect(first('[supervisord]\n[program:a]\ncommand=a\n[group:g]\nprograms=a,b\n')).toBe(
      '[group:g] names unknown program or fcgi-program b',
    )
  })
})

describe('mistakes that the original lets pass', () => {
  test('a variable may not smuggle a slash into a name', () => {
    expect(errorsOf(prog('process_name=x%(here)s')).map(({ code }) => code)).toEqual(['CONFIG_BAD_NAME'])
  })

  test('an empty process name is refused, and told as it stands', () => {
    expect(errorsOf(prog('process_name=')).map(({ message }) => message)).toEqual([
      'Cannot use "" as the name of a process',
    ])
  })
  test('blanks that a width makes stay, with a warning', () => {
    const loaded = loadText(prog('process_name=x%(process_num)3d'))
    expect(loaded.warnings.map(({ code }) => code)).toEqual(['CONFIG_BAD_NAME'])
    expect(loaded.ok && loaded.value.groups[0]?.processes[0]?.name).toBe('x  0')
  })
  test('a program needs a name', () => {
    expect(errorsOf('[supervisord]\n[program: ]\ncommand=a\n').map(({ code }) => code)).toEqual(['CONFIG_BAD_NAME'])
  })
  test('more processes than any machine runs are refused before they fill the memory', () => {
    const text = prog('numprocs=1000000000\nprocess_name=%(process_num)d')
    expect(errorsOf(text).map(({ code }) => code)).toEqual(['CONFIG_OUT_OF_RANGE'])
  })
  test('a bare %s is refused, and its dump of the environment with it', () => {
    const [error] = errorsOf(prog('directory=/tmp/%s'), { environment: { TOKEN: 'hush-hush' } })
    expect(error?.code).toBe('CONFIG_BAD_EXPANSION')
    expect(JSON.stringify(error)).not.toContain('hush-hush')
  })
})
