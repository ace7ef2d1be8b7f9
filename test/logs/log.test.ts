import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { timeOf } from '../../src/host/logs/style.js'
import { type ActivityLogRequest, createActivityLog } from '../../src/log.js'

let dir = ''
let syslog: string[] = []
beforeEach(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'svctl-log-'))
  syslog = []
})
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }))

const wallMs = new Date(2026, 10, 2, 3, 4, 5, 6).getTime()
const STAMP = '2026-11-02 03:04:05,006'

function open(request: Partial<ActivityLogRequest> = {}) {
  const created = createActivityLog({
    file: path.join(dir, 'main.log'),
    syslog: false,
    level: 'info',
    logBytesMax: 0,
    logBackups: 0,
    stdout: false,
    clock: { wallMs: () => wallMs },
    deps: { syslog: (priority, text) => void syslog.push(`${priority} ${text}`) },
    ...request,
  })
  if (!created.ok) throw new Error(created.errno)
  return created.log
}
const text = (name = 'main.log') => fs.readFileSync(path.join(dir, name), 'utf8')

describe('the activity log', () => {
  test('writes time, level and message as the original does', () => {
    const log = open({ level: 'blather' })
    for (const level of ['critical', 'error', 'warn', 'info', 'debug', 'trace', 'blather'] as const)
      log.write(level, `é ${level}`)
    log.close()
    const codes = ['CRIT', 'ERRO', 'WARN', 'INFO', 'DEBG', 'TRAC', 'BLAT']
    const words = ['critical', 'error', 'warn', 'info', 'debug', 'trace', 'blather']
    expect(text()).toBe(codes.map((code, i) => `${STAMP} ${code} é ${words[i]}\n`).join(''))
  })

  test.each([
    ['%s %d %o %% {} %j', 'percent signs'],
    ["'cat' stdout output:\nhello\n", 'several lines'],
    ['', 'nothing'],
    ['"quoted" \\ \u0000 \u001b[0m \ud800', 'characters JSON escapes'],
  ])('writes a message as it is: %j (%s)', (message) => {
    const log = open()
    log.write('info', message)
    log.close()
    expect(text()).toBe(Buffer.from(`${STAMP} INFO ${message}\n`).toString())
  })

  test('writes what is at least as severe as its level, which may change', () => {
    const log = open({ level: 'warn' })
    log.write('info', 'no')
    log.write('warn', 'yes')
    expect([log.enabled('info'), log.enabled('warn')]).toEqual([false, true])
    log.setLevel('debug')
    expect([log.enabled('trace'), log.enabled('debug')]).toEqual([false, true])
    log.write('debug', 'now')
    log.close()
    expect(text()).toBe(`${STAMP} WARN yes\n${STAMP} DEBG now\n`)
  })

  test('keeps secrets out of fields', () => {
    const log = open()
    log.write('info', 'server', { port: 9001, password: 'p1', spec: { password: 'p2', environment: { A: 'p3' } } })
    log.close()
    const tail = 'port=9001 password=[redacted] spec={"password":"[redacted]","environment":"[redacted]"}'
    expect(text()).toBe(`${STAMP} INFO server ${tail}\n`)
  })

  test('rotates, opens anew and clears as other logs do', () => {
    const log = open({ logBytesMax: 40, logBackups: 1 })
    log.write('info', 'long enough to rotate')
    expect([text(), text('main.log.1')]).toEqual(['', `${STAMP} INFO long enough to rotate\n`])
    log.write('info', 'a')
    fs.renameSync(path.join(dir, 'main.log'), path.join(dir, 'moved'))
    log.reopen()
    log.write('info', 'b')
    expect([text('moved'), text()]).toEqual([`${STAMP} INFO a\n`, `${STAMP} INFO b\n`])
    expect(log.clear()).toEqual({ ok: true })
    log.write('info', 'c')
    log.close()
    expect(text()).toBe(`${STAMP} INFO c\n`)
  })

  test('goes to syslog line by line, each with its time and level', () => {
    const log = open({ file: null, syslog: true })
    log.write('warn', 'one\n\ntwo\n')
    log.close()
    expect(syslog).toEqual([`6 ${STAMP} WARN one`, `6 ${STAMP} WARN `, `6 ${STAMP} WARN two`])
  })

  test('tells why it cannot be opened', () => {
    const request = { syslog: false, level: 'info', logBytesMax: 0, logBackups: 0, stdout: false } as const
    const rest = { clock: { wallMs: () => 0 }, deps: { syslog: () => undefined } }
    expect(createActivityLog({ ...request, ...rest, file: path.join(dir, 'no/main.log') })).toEqual({
      ok: false,
      errno: 'ENOENT',
    })
  })

  test('survives a full disk', () => {
    const log = open({ file: '/dev/full' })
    for (let i = 0; i < 3; i++) log.write('info', 'x')
    log.close()
  })
})

test.each([
  [new Date(2026, 0, 1, 0, 0, 0, 0), '2026-01-01 00:00:00,000'],
  [new Date(2026, 11, 31, 23, 59, 59, 999), '2026-12-31 23:59:59,999'],
])('local time: %s', (at, expected) => {
  expect(timeOf('local', at.getTime())).toBe(expected)
})
