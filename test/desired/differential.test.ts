import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { loadFile } from './load.js'
import { askOriginal, inOriginalTerms, originalIsHere, type Reading } from './original.js'

const root = mkdtempSync(join(tmpdir(), 'differential-'))
afterAll(() => rmSync(root, { recursive: true }))
const ENVIRONMENT = { HOME: '/root', COLOUR: 'blue', NUMBER: '7' }

/** Values for options of each type, good and bad, that the two readers are to take alike. */
const NUMBERS = [
  '0',
  '1',
  ' 7 ',
  '-3',
  '+4',
  '007',
  '1_000',
  'x',
  '1.5',
  '0x10',
  '',
  '1__0',
  '%(ENV_NUMBER)s',
  '9 ; remark',
]
const TRUTHS = ['true', 'No', 'ON', '0', '1', '2', 'unexpected', '', 'yes ', '%(ENV_COLOUR)s']
const SIZES = ['1', '5MB', '5 mb', '1GB', '2kb', 'MB', '1TB', '1.5MB', '-1KB', '']
const LOGS = [
  'AUTO',
  'none',
  'OFF',
  'syslog',
  '/tmp/x',
  '/no/such/x',
  'bare',
  '~/x',
  '%(program_name)s.log',
  '/tmp/%%%%',
  '/tmp/%(nosuch)s',
  '/tmp/%d',
]
const NAMES = [
  '%(program_name)s',
  'n%(process_num)d',
  '%(program_name)s_%(process_num)02d',
  'a b',
  'a:b',
  'plain',
  '%(process_num)x-%(numprocs)s',
  '%(ENV_COLOUR)s%(process_num)5d',
]
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  command: [
    '/bin/cat',
    '/bin/cat "a ; b"',
    '',
    '%(here)s/x %(program_name)-6s|',
    'x %%',
    'x %',
    'x %(process_num)s %(ENV_COLOUR)s',
  ],
  process_name: NAMES,
  numprocs: ['1', '2', '3', '0', '-1', 'two'],
  numprocs_start: ['0', '1', '-2', 'x'],
  priority: NUMBERS,
  autostart: TRUTHS,
  autorestart: TRUTHS,
  startsecs: NUMBERS,
  startretries: NUMBERS,
  stopsignal: ['TERM', 'sigusr1', ' hup ', '9', '64', '33', 'RTMIN+1', 'CLD', '', '0', 'SIGSIGTERM'],
  stopwaitsecs: NUMBERS,
  stopasgroup: TRUTHS,
  killasgroup: TRUTHS,
  exitcodes: ['0', '0, 2', '0,,2', '', '256', '-1', '0,2,', 'x', '1_0'],
  user: ['root', '0', 'nobody', 'nosuch', '99999', ''],
  redirect_stderr: TRUTHS,
  stdout_logfile: LOGS,
  stderr_logfile: LOGS,
  stdout_logfile_maxbytes: SIZES,
  stderr_logfile_maxbytes: SIZES,
  stdout_logfile_backups: NUMBERS,
  stdout_capture_maxbytes: SIZES,
  stdout_events_enabled: TRUTHS,
  stderr_syslog: TRUTHS,
  environment: [
    'A=1',
    'A="1",B=\'x y\'',
    'A=1,',
    'A=1;B=2',
    'A',
    'A=',
    '="x"',
    'A="%(process_num)d"',
    'A="%(nosuch)s"',
    'A=/a/b.c-d:e',
    'A="open',
    '',
  ],
  directory: ['/tmp', '%(here)s', 'relative', '', '~'],
  umask: ['022', '22', '0o22', '9', '', '777'],
  serverurl: ['AUTO', 'http://h:1', '', 'auto '],
}
const DAEMON: Readonly<Record<string, readonly string[]>> = {
  logfile: ['/tmp/l', 'syslog', '/no/such/l', 'l', '~/l'],
  pidfile: ['/tmp/p', 'p', '/no/such/p'],
  logfile_maxbytes: SIZES,
  logfile_backups: NUMBERS,
  loglevel: ['info', 'WARN', 'warning', '10', 'blather'],
  umask: ['022', '8', '0o7'],
  minfds: NUMBERS,
  nodaemon: TRUTHS,
  identifier: ['x', '%(here)s', '%(ENV_COLOUR)s', '%(nosuch)s', '"quoted"'],
  directory: ['/tmp', '/no/such', '~'],
  environment: ['G="g"', 'COLOUR="red"', 'G=', 'G="%(here)s"'],
  strip_ansi: TRUTHS,
}
const OTHERS = [
  '[group:g]\nprograms=a\n',
  '[group:g]\nprograms=b, a\npriority=5\n',
  '[group:g h]\nprograms=a\n',
  '[group:g]\nprograms=\n',
  '[group:b]\nprograms=a\npriority=1000\n',
  '[inet_http_server]\nport=*:9001\n',
  '[inet_http_server:x]\nport=H:70000\n',
  '[inet_http_server:y]\nport= 127.0.0.1:9001 \nusername=u\npassword=p\n',
  '[unix_http_server]\nfile=s.sock\nchmod=0777\nchown=nobody\n',
  '[unix_http_server]\nfile=%(here)s/s.sock\nchown=nobody:nosuch\n',
  '[eventlistener:l]\ncommand=l\nevents=tick_5,TICK_5,EVENT\nbuffer_size=3\n',
  '[eventlistener:l]\ncommand=l\nevents=TICK_7\npriority=x\n',
  '[fcgi-program:f]\ncommand=f\nsocket=tcp://localhost:80\nsocket_backlog=5\n',
  '[fcgi-program:f]\ncommand=f\nsocket=unix:///tmp/%(program_name)s\nsocket_owner=nobody\nuser=nosuch\n',
  '[fcgi-program:f]\nsocket=tcp://a:b\nsocket_mode=07\n',
  '[unknown]\nx=%(nosuch)s\n',
]

const line = (pool: Readonly<Record<string, readonly string[]>>) =>
  fc
    .constantFrom(...Object.keys(pool))
    .chain((name) => fc.constantFrom(...(pool[name] ?? [])).map((value) => `${name}=${value}`))
const program = (name: string) =>
  fc.array(line(OPTIONS), { maxLength: 4 }).map((lines) => `[program:${name}]\ncommand=/bin/cat\n${lines.join('\n')}\n`)
const texts = fc
  .tuple(
    fc.array(line(DAEMON), { maxLength: 2 }).map((lines) => `[supervisord]\n${lines.join('\n')}\n`),
    program('a'),
    program('b'),
    fc.subarray(OTHERS, { maxLength: 3 }),
  )
  .chain(([daemon, a, b, others]) => fc.shuffledSubarray([daemon, a, b, ...others], { minLength: 3 }))
  .map((sections) => sections.join(''))

/** The original blames the member named before (quirks.md, row 10). */
function deliberate(theirs: Reading): boolean {
  return /^\[program:.*\] names unknown program/.test(theirs.error ?? '')
}

const hasOriginal = originalIsHere('random configurations')
describe.skipIf(!hasOriginal)('random configurations', () => {
  test('mean what they mean to the original, or fail with the same words', () => {
    mkdirSync(join(root, 'x'))
    const cases = fc
      .sample(texts, { numRuns: Number(process.env.RUNS ?? 400), seed: Number(process.env.SEED ?? 1) })
      .map((text, i) => {
        const file = join(root, 'x', `${i}.conf`)
        writeFileSync(file, text)
        return { file, text, cwd: join(root, 'x'), environment: ENVIRONMENT }
      })
    const answers = askOriginal(cases)
    let understood = 0
    const differing = cases.flatMap(({ file, text, cwd }, i) => {
      const theirs = answers[i] ?? { error: 'no answer' }
      const loaded = loadFile(file, { environment: ENVIRONMENT, cwd })
      const ours: Reading = loaded.ok
        ? inOriginalTerms(loaded.value)
        : { error: loaded.errors[0]?.classic ?? 'no text of the original' }
      if (ours.error === null) understood++
      return deliberate(theirs) || isDeepStrictEqual(ours, theirs) ? [] : [{ text, ours, theirs }]
    })
    expect(differing).toEqual([])
    expect(understood).toBeGreaterThan(cases.length / 20)
  })
})
