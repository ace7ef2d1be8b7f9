import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Daemon, readText, startDaemon } from './harness.js'
import { testWith } from './needs.js'
import { statusLine } from './processes.js'
import { eventually } from './run.js'

/** Writes one JSON line for each event to the file it is called with, and says OK. */
const RECORDER = `
import { appendFileSync } from 'node:fs'
let buffer = ''
process.stdin.setEncoding('utf8').on('data', (text) => {
  buffer += text
  for (;;) {
    const end = buffer.indexOf('\\n')
    if (end < 0) return
    const head = Object.fromEntries(buffer.slice(0, end).split(' ').map((pair) => pair.split(':')))
    const chars = [...buffer.slice(end + 1)]
    if (chars.length < Number(head.len)) return
    const body = chars.slice(0, Number(head.len)).join('')
    buffer = chars.slice(Number(head.len)).join('')
    appendFileSync(process.argv[2], JSON.stringify({ ...head, body }) + '\\n')
    process.stdout.write('RESULT 2\\nOKREADY\\n')
  }
})
process.stdout.write('READY\\n')
`

interface Recorded {
  readonly eventname: string
  readonly pool: string
  readonly body: string
}

const recorded = (daemon: Daemon, file = 'events.jsonl') =>
  readText(join(daemon.dir, file))
    .split('\n')
    .slice(0, -1) // what has no end yet is still being written
    .map((line) => JSON.parse(line) as Recorded)

const listener = (name: string, command: string, events: string, more = '') =>
  `[eventlistener:${name}]\ncommand=${command}\nevents=${events}\n${more}\n`

const RECORD = `${process.execPath} recorder.mjs`
const FILES = { 'recorder.mjs': RECORDER }

describe('a listener', () => {
  test('hears the start of every program, however many there are', async () => {
    const programs = Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [`p${i}`, { command: 'sleep 1000', startsecs: 0 }]),
    )
    const daemon = await startDaemon({
      files: FILES,
      programs,
      more: listener('all', `${RECORD} events.jsonl`, 'PROCESS_STATE_STARTING', 'directory=%(here)s'),
    })
    await eventually('all events are there', () => recorded(daemon).length >= 31)
    expect(recorded(daemon).map(({ body }) => /processname:(\S+)/.exec(body)?.[1])).toEqual(
      expect.arrayContaining(Object.keys(programs)),
    )
    expect(daemon.log()).not.toContain('overflowed')
  })

  test('hears of the end of everything else before its own', async () => {
    const daemon = await startDaemon({
      files: FILES,
      programs: {
        cat: { command: 'cat', startsecs: 0, priority: 2 },
        slow: { command: `/bin/sh -c "trap 'sleep 0.5; exit' TERM; while :; do sleep 0.1; done"`, priority: 1 },
      },
      more: listener('all', `${RECORD} events.jsonl`, 'PROCESS_STATE,SUPERVISOR_STATE_CHANGE', 'directory=%(here)s'),
    })
    await eventually('the start was told', () =>
      recorded(daemon).some(({ body }) => /:all .*from_state:STARTING/.test(body)),
    )
    const { pid } = await daemon.until('cat', 'RUNNING')
    const { pid: slow } = await daemon.until('slow', 'RUNNING')
    expect(await daemon.stop()).toBe(0)
    const names = recorded(daemon).map(({ eventname }) => eventname)
    expect(names).toContain('SUPERVISOR_STATE_CHANGE_RUNNING')
    const stopping = names.indexOf('SUPERVISOR_STATE_CHANGE_STOPPING')
    // The end of the last one may come when the listener is already being stopped itself, as in the original.
    expect(recorded(daemon).slice(stopping, stopping + 4)).toMatchObject([
      { eventname: 'SUPERVISOR_STATE_CHANGE_STOPPING', body: '' },
      { body: `processname:cat groupname:cat from_state:RUNNING pid:${pid}` },
      { body: `processname:cat groupname:cat from_state:STOPPING pid:${pid}` },
      { body: `processname:slow groupname:slow from_state:RUNNING pid:${slow}` },
    ])
  })

  test('can be one line of shell', async () => {
    const loop = 'echo READY; while read line; do head -c "${line##*len:}" >>out; printf "RESULT 2\\nOKREADY\\n"; done'
    const daemon = await startDaemon({
      more: listener('sh', `/bin/sh -c '${loop}'`, 'REMOTE_COMMUNICATION', 'directory=%(here)s'),
    })
    await daemon.until('sh', 'RUNNING')
    for (const data of ['one\n', 'two\n']) await daemon.rpc('supervisor.sendRemoteCommEvent', 'x', data)
    await eventually('both arrived', () => readText(join(daemon.dir, 'out')) === 'type:x\none\ntype:x\ntwo\n')
  })

  testWith('/usr/bin/supervisord')('written for the original works unmodified', async () => {
    const script = `
import os, sys
from supervisor import childutils
refused = False
rpc = childutils.getRPCInterface(os.environ)
while True:
    headers, payload = childutils.listener.wait(sys.stdin, sys.stdout)
    if headers['eventname'] == 'REMOTE_COMMUNICATION' and not refused:
        refused = True
        childutils.listener.fail(sys.stdout)
        continue
    if headers['eventname'] == 'PROCESS_STATE_RUNNING':
        head, data = childutils.eventdata(payload + '\\n')
        info = rpc.supervisor.getProcessInfo(head['groupname'] + ':' + head['processname'])
        payload += ' ' + info['statename']
    childutils.pcomm.send((headers['eventname'] + ' ' + payload).encode(), sys.stderr.buffer)
    childutils.listener.ok(sys.stdout)
`
    const daemon = await startDaemon({
      files: { ...FILES, 'listener.py': script },
      programs: { cat: { command: 'cat', autostart: false } },
      more:
        listener(
          'python',
          '/usr/bin/python3 listener.py',
          'REMOTE_COMMUNICATION,PROCESS_STATE_RUNNING',
          'directory=%(here)s\nstderr_capture_maxbytes=1MB',
        ) + listener('witness', `${RECORD} events.jsonl`, 'PROCESS_COMMUNICATION', 'directory=%(here)s'),
    })
    await daemon.until('python', 'RUNNING')
    await daemon.until('witness', 'RUNNING')
    await daemon.rpc('supervisor.sendRemoteCommEvent', 'x', 'dätä 😀')
    await daemon.ctl('start', 'cat')
    const said = (text: string) => () =>
      recorded(daemon).some(({ body }) => body.split('\n').slice(1).join('\n') === text)
    await eventually('the refused event came again', said('REMOTE_COMMUNICATION type:x\ndätä 😀'), {
      explain: () => JSON.stringify(recorded(daemon)) + daemon.log(),
    })
    const { pid } = await daemon.process('cat')
    await eventually(
      'the state of cat was asked for',
      said(`PROCESS_STATE_RUNNING processname:cat groupname:cat from_state:STARTING pid:${pid} RUNNING`),
      { explain: () => JSON.stringify(recorded(daemon)) },
    )
    expect(daemon.log()).toContain('WARN python: event was rejected')
    expect(recorded(daemon).map(({ eventname }) => eventname)).toContain('PROCESS_COMMUNICATION_STDERR')
  })

  test('is understood before strip_ansi takes from what it says, and its log after', async () => {
    const red = '\\033[31m'
    const daemon = await startDaemon({
      supervisord: { strip_ansi: true },
      files: {
        'listener.sh': `echo READY
first=1
while read line; do
  head -c "\${line##*len:}" >>out
  if [ $first = 1 ]; then first=0; printf 'RESULT 9\\n${red}FAILREADY\\n'; else printf 'RESULT 2\\nOKREADY\\n'; fi
done
`,
      },
      more: listener(
        'sh',
        '/bin/sh listener.sh',
        'REMOTE_COMMUNICATION',
        'directory=%(here)s\nstdout_logfile=%(here)s/sh.log',
      ),
    })
    await daemon.until('sh', 'RUNNING')
    await daemon.rpc('supervisor.sendRemoteCommEvent', 'x', 'a\n')
    await daemon.rpc('supervisor.sendRemoteCommEvent', 'x', 'b\n')
    await eventually(
      'both arrived, one again',
      () => readText(join(daemon.dir, 'out')) === 'type:x\na\ntype:x\na\ntype:x\nb\n',
    )
    await eventually('all was logged', () =>
      readText(join(daemon.dir, 'sh.log')).endsWith(
        'READY\nRESULT 9\nFAILREADY\nRESULT 2\nOKREADY\nRESULT 2\nOKREADY\n',
      ),
    )
  })

  test('hears of other things after an edit, and is not restarted for it', async () => {
    const more = (events: string) => listener('all', `${RECORD} events.jsonl`, events, 'directory=%(here)s')
    const daemon = await startDaemon({ files: FILES, more: more('REMOTE_COMMUNICATION') })
    const { pid } = await daemon.until('all', 'RUNNING')
    daemon.configure({ programs: { cat: { command: 'cat' } }, more: more('PROCESS_GROUP') })
    await eventually('the group was told', () => recorded(daemon).some(({ body }) => body === 'groupname:cat\n'))
    expect((await daemon.process('all')).pid).toBe(pid)
  })
})

describe('a listener that misbehaves', () => {
  const megabytes = (pid: number) => Number.parseInt(statusLine(pid, 'VmRSS'), 10) / 1024

  test.each([
    ['floods', 'echo READY; exec yes'],
    ['floods without a line end', 'echo READY; read line; exec tr "\\\\0" x </dev/zero'],
    ['never reads', 'echo READY; exec sleep 1000'],
    ['closes its input', 'exec 0<&-; echo READY; exec sleep 1000'],
    ['answers without reading', 'while :; do printf "READY\\nRESULT 2\\nOK"; done'],
    [
      'refuses everything',
      'echo READY; while read line; do head -c "${line##*len:}" >out; printf "RESULT 4\\nFAILREADY\\n"; done',
    ],
  ])('and %s does not hold up the daemon, nor cost it memory', async (_, script) => {
    const daemon = await startDaemon({
      files: FILES,
      more:
        listener('bad', `/bin/sh -c '${script}'`, 'REMOTE_COMMUNICATION', 'directory=%(here)s\nstdout_logfile=NONE') +
        listener('good', `${RECORD} events.jsonl`, 'REMOTE_COMMUNICATION', 'directory=%(here)s'),
    })
    await daemon.until('bad', ['RUNNING'])
    await daemon.until('good', ['RUNNING'])
    const data = 'x'.repeat(200_000)
    for (let i = 0; i < 5; i++) await daemon.rpc('supervisor.sendRemoteCommEvent', 'warm', data)
    const before = megabytes(daemon.pid)
    let slowestMs = 0
    for (let i = 0; i < 100; i++) {
      const startedMs = performance.now()
      await daemon.rpc('supervisor.sendRemoteCommEvent', 'x', data)
      await daemon.rpc('supervisor.getState')
      slowestMs = Math.max(slowestMs, performance.now() - startedMs)
    }
    expect(slowestMs).toBeLessThan(2_000)
    expect(megabytes(daemon.pid) - before).toBeLessThan(100)
    // It is nobody else's trouble: the other pool hears everything that its own buffer held, the last event at least.
    await daemon.rpc('supervisor.sendRemoteCommEvent', 'x', 'the last')
    await eventually('the other one heard', () => recorded(daemon).some(({ body }) => body.endsWith('the last')))
    expect((await daemon.process('bad')).statename).toBe('RUNNING')
    expect(await daemon.stop()).toBe(0)
  })
})

test('what waits for a listener is in the log when it is too much', async () => {
  const daemon = await startDaemon({
    more: listener('never', 'sleep 1000', 'REMOTE_COMMUNICATION', 'buffer_size=2'),
  })
  await daemon.until('never', 'RUNNING')
  for (let i = 0; i < 4; i++) await daemon.rpc('supervisor.sendRemoteCommEvent', 'x', String(i))
  const lines = readFileSync(join(daemon.dir, 'supervisord.log'), 'utf8').match(/ERRO .*/g)
  expect(lines).toEqual([
    'ERRO pool never event buffer overflowed, discarding event 0',
    'ERRO pool never event buffer overflowed, discarding event 1',
  ])
})
