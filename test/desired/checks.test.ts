import { describe, expect, test } from 'vitest'
import { readDocument } from '../../src/config/read.js'
import { checkMeaning } from '../../src/desired/checks/all.js'
import type { Finding } from '../../src/desired/checks/finding.js'
import { createOwners } from '../../src/desired/checks/owners.js'
import { interpret } from '../../src/desired/load.js'
import { resolveDocument } from '../../src/desired/resolve.js'
import { filesOf, requestFor, TWO_USERS } from './load.js'

const MAIN = '/etc/x/supervisord.conf'
const SOUND = `[supervisord]
[unix_http_server]
file=/tmp/s.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix:///tmp/s.sock
`

/** What is said about a configuration that the daemon accepts. */
function findingsOf(text: string, others: Readonly<Record<string, string>> = {}): readonly Finding[] {
  const files = filesOf({ ...others, [MAIN]: text })
  const request = requestFor(MAIN, { hostName: 'box' })
  const read = readDocument({ ...request, shownAs: MAIN }, files)
  if (!read.ok) throw new Error(JSON.stringify(read.errors))
  const parsed = interpret(read.value, request, files, TWO_USERS)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  const resolved = resolveDocument(read.value)
  const document = resolved.ok ? resolved.value : read.value
  return checkMeaning({ request, files, written: read.value, document, config: parsed.value })
}

/** `line:column severity CODE [section]`, the file in front when it is not the main one. */
function brief({ severity, code, at, section }: Finding): string {
  const file = at === null || at.file === MAIN ? '' : `${at.file}:`
  return `${file}${at?.line}:${at?.column} ${severity} ${code} [${section}]`
}

describe('what is hardly meant', () => {
  for (const { name, text, others, wanted } of [
    { name: 'a sound file has nothing to hear', text: '[program:a]\ncommand=/bin/cat', wanted: [] },
    {
      name: 'a pattern that matches nothing, at the pattern',
      text: '[include]\nfiles = a/*.conf   b.d/*.ini',
      others: { '/etc/x/a/1.conf': '[program:a]\ncommand=/bin/cat' },
      wanted: ['9:20 warning CHECK_EMPTY_INCLUDE [include]'],
    },
    {
      name: 'a section and an option in two files, at the later one',
      text: '[program:a]\ncommand=/bin/cat\n[include]\nfiles=more.conf',
      others: { '/etc/x/more.conf': '[program:a]\ncommand=/bin/true\nstartsecs=2' },
      wanted: [
        '/etc/x/more.conf:1:1 warning CHECK_REPEATED_SECTION [program:a]',
        '/etc/x/more.conf:2:1 warning CHECK_REPEATED_OPTION [program:a]',
      ],
    },
    {
      name: 'options of the daemon may be changed by an included file: a note',
      text: '[include]\nfiles=more.conf',
      others: { '/etc/x/more.conf': '[supervisord]\nloglevel=debug' },
      wanted: ['/etc/x/more.conf:1:1 note CHECK_REPEATED_SECTION [supervisord]'],
    },
    {
      name: 'an option and a section twice in one file',
      text: '[program:a]\ncommand=/bin/cat\nCommand=/bin/true\n[program:a]',
      wanted: ['11:1 warning CHECK_REPEATED_SECTION [program:a]', '10:1 warning CHECK_REPEATED_OPTION [program:a]'],
    },
    {
      name: 'two outputs in one log that is rotated',
      text: '[program:a]\ncommand=/bin/cat\nstdout_logfile=/tmp/l\n[program:b]\ncommand=/bin/cat\nstdout_logfile=/tmp/./l',
      others: { '/tmp/./x': '' },
      wanted: ['13:16 warning CHECK_SHARED_LOG [program:b]'],
    },
    {
      name: 'processes of one section in one log that never rotates: a note',
      text: '[program:a]\ncommand=/bin/cat\nnumprocs=3\nprocess_name=%(process_num)d\nstdout_logfile=/tmp/l\nstdout_logfile_maxbytes=0',
      wanted: ['12:16 note CHECK_SHARED_LOG [program:a]'],
    },
    {
      name: 'devices are shared as one likes',
      text: '[program:a]\ncommand=/bin/cat\nstdout_logfile=/dev/null\nstderr_logfile=/dev/null',
      others: { '/dev/null': '' },
      wanted: [],
    },
    {
      name: 'one port for two servers, one of them on every interface',
      text: '[inet_http_server]\nport=9001\n[inet_http_server:b]\nport=127.0.0.1:9001',
      wanted: ['11:6 error CHECK_SHARED_ADDRESS [inet_http_server:b]'],
    },
    {
      name: 'one socket for a server and a FastCGI program',
      text: '[fcgi-program:f]\ncommand=/bin/cat\nsocket=unix:///tmp/s.sock',
      wanted: ['10:8 error CHECK_SHARED_ADDRESS [fcgi-program:f]'],
    },
    {
      name: 'one port for two programs that listen; processes of one program share it',
      text: '[program:a]\ncommand=/bin/cat\nlisten=80\nnumprocs=2\nprocess_name=%(process_num)d\n[program:b]\ncommand=/bin/cat\nlisten=[::1]:80,127.0.0.1:80',
      wanted: ['15:8 error CHECK_SHARED_ADDRESS [program:b]'],
    },
    {
      name: 'one port on two addresses is fine',
      text: '[inet_http_server]\nport=127.0.0.2:9001\n[inet_http_server:b]\nport=127.0.0.1:9001',
      wanted: [],
    },
    {
      name: 'a program in two groups',
      text: '[program:a]\ncommand=/bin/cat\n[group:g]\nprograms=a\n[group:h]\nprograms=a',
      wanted: ['13:10 warning CHECK_TWO_GROUPS [group:h]'],
    },
    {
      name: 'a listener for output that nobody sends',
      text: '[program:a]\ncommand=/bin/cat\nstdout_events_enabled=true\n[eventlistener:l]\ncommand=/bin/cat\nevents=PROCESS_LOG,PROCESS_LOG_STDERR,PROCESS_COMMUNICATION,TICK_5',
      wanted: [
        '13:8 warning CHECK_SILENT_EVENTS [eventlistener:l]',
        '13:8 warning CHECK_SILENT_EVENTS [eventlistener:l]',
      ],
    },
    {
      name: 'a program that is killed at once, and one that may loop',
      text: '[program:a]\ncommand=/bin/cat\nstopwaitsecs=0\nstartsecs=0\nautorestart=true',
      wanted: ['10:14 warning CHECK_KILLED_AT_ONCE [program:a]', '11:11 note CHECK_RESTART_LOOP [program:a]'],
    },
    {
      name: 'a command that cannot be split',
      text: '[program:a]\ncommand=/bin/echo "x',
      wanted: ['9:9 error CHECK_BAD_COMMAND [program:a]'],
    },
  ] as const) {
    test(name, () => {
      expect(findingsOf(SOUND + text, others).map(brief)).toEqual(wanted)
    })
  }
})

describe('how clients get in', () => {
  const without = (part: string) =>
    SOUND.split(/(?=\[)/)
      .filter((one) => !one.startsWith(`[${part}`))
      .join('')
  for (const { part, code } of [
    { part: 'unix_http_server', code: 'CHECK_NO_SERVER' },
    { part: 'rpcinterface', code: 'CHECK_NO_RPC_INTERFACE' },
  ])
    test(`a file without [${part}] is told of`, () => {
      expect(findingsOf(without(part)).map((one) => one.code)).toEqual([code])
    })

  test('a client that looks elsewhere is sent to the socket of the file', () => {
    const [found, ...more] = findingsOf(SOUND.replace('serverurl=unix:///tmp/s.sock', ''))
    expect(found).toMatchObject({ code: 'CHECK_OTHER_SERVER', help: 'write serverurl=unix:///tmp/s.sock' })
    expect(more).toEqual([])
  })

  test('what the daemon never reads is checked, too', () => {
    const findings = findingsOf(`${SOUND}[ctlplugin:x]\nsupervisor.ctl_factory=some.python:make`)
    expect(findings).toMatchObject([{ severity: 'error', code: 'CONFIG_PYTHON_PLUGIN' }])
  })
})

describe('commands', () => {
  for (const { command, codes } of [
    { command: '/bin/sh -c "cd / && exec cat > x"', codes: [] },
    { command: 'find / -name x -exec ls {} +', codes: [] },
    { command: 'cd /srv && node x.js', codes: ['CHECK_SHELL_SYNTAX'] },
    { command: 'PORT=1 node x.js', codes: ['CHECK_SHELL_SYNTAX'] },
    { command: 'node x.js 2>&1', codes: ['CHECK_SHELL_SYNTAX'] },
    { command: 'node x.js >/tmp/log', codes: ['CHECK_SHELL_SYNTAX'] },
    { command: 'node x.js &', codes: ['CHECK_SHELL_SYNTAX'] },
    { command: 'redis-server --daemonize yes', codes: ['CHECK_BACKGROUND'] },
    { command: 'redis-server --daemonize no', codes: [] },
    { command: 'rsync --daemon --no-detach', codes: [] },
    { command: 'x --db-password=hunter2', codes: ['SECURITY_SECRET_ARGUMENT'] },
    { command: 'x --token-file=/run/t', codes: [] },
  ])
    test(`${command}: ${codes.join(', ') || 'nothing'}`, () => {
      const findings = findingsOf(`${SOUND}[program:a]\ncommand=${command}`)
      expect(findings.map(({ code }) => code)).toEqual(codes)
      expect(findings.map(({ message }) => message).join()).not.toContain('hunter2')
    })
})

test('a place belongs to the option or header above it, whatever file it is in', () => {
  const files = filesOf({
    [MAIN]: '[include]\nfiles=b.conf\n[program:a]\ncommand=/bin/cat\n  -v\n[supervisord]',
    '/etc/x/b.conf': '\n[program:a]\nstartsecs=1',
  })
  const read = readDocument({ ...requestFor(MAIN), shownAs: MAIN }, files)
  if (!read.ok) throw new Error('does not read')
  const ownerOf = createOwners(read.value)
  const owner = (file: string, line: number) => ownerOf({ file, line, column: 1 })
  expect(owner(MAIN, 5)).toMatchObject({ section: 'program:a', option: 'command' })
  expect(owner(MAIN, 6)).toMatchObject({ section: 'supervisord', option: null })
  expect(owner('/etc/x/b.conf', 3)).toMatchObject({ section: 'program:a', option: 'startsecs' })
  expect(owner('/etc/x/b.conf', 1)).toBeNull()
})
