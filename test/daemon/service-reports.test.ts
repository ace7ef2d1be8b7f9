import { describe, expect, test } from 'vitest'
import { reportToServiceManager } from '../../src/daemon/service-reports.js'
import { configOf, groupOf, specOf } from '../support/specs.js'
import { steadyDaemon } from '../support/steady-daemon.js'

function reporting(watchdogMs: number | null = null, mainPid: number | null = null) {
  const daemon = steadyDaemon(configOf([groupOf('web', [specOf({ name: 'web' })])]))
  const sent: string[] = []
  const manager = { watchdogMs, send: (...lines: readonly string[]) => void sent.push(lines.join(' ')) }
  const { clock, control } = daemon
  const reports = reportToServiceManager({ manager, control, clock, monotonicUsec: () => 7n, mainPid })
  return { daemon, reports, sent }
}

describe('a service manager hears', () => {
  test('that we are up, how things are once they change, and that we go down', () => {
    const { daemon, reports, sent } = reporting()
    reports.ready()
    expect(sent.splice(0)).toEqual(['READY=1 STATUS=0 of 1 processes running, not converged'])
    daemon.pass(5_000)
    expect(sent.splice(0)).toEqual(['STATUS=1 of 1 processes running, converged'])
    reports.operator.shutdown()
    expect(sent.splice(0)).toEqual(['STOPPING=1 STATUS=stopping, 1 of 1 processes running'])
  })

  test('of a reload from its start to its end, but not of one that comes too late', () => {
    const { daemon, reports, sent } = reporting()
    reports.ready()
    daemon.pass(5_000)
    sent.length = 0
    reports.operator.reload()
    expect(sent.splice(0)).toEqual(['RELOADING=1 MONOTONIC_USEC=7', 'READY=1'])
    reports.operator.shutdown()
    sent.length = 0
    reports.operator.reload()
    expect(sent).toEqual([])
  })

  test('nothing twice, and not more than one line of status a second', () => {
    const { daemon, reports, sent } = reporting()
    reports.ready()
    daemon.pass(5_000)
    sent.length = 0
    const key = 'web:web' as const
    for (let i = 0; i < 4; i++) {
      reports.operator.restart([key])
      daemon.pass(200)
    }
    expect(sent.length).toBeLessThanOrEqual(1)
    daemon.pass(10_000)
    expect(sent.at(-1)).toBe('STATUS=1 of 1 processes running, converged')
    sent.length = 0
    reports.operator.release([key])
    daemon.pass(5_000)
    expect(sent).toEqual([])
  })

  test('signs of life twice as often as it must, until the end', () => {
    const { daemon, reports, sent } = reporting(1_000)
    daemon.pass(2_600)
    expect(sent.filter((line) => line === 'WATCHDOG=1')).toHaveLength(5)
    reports.close()
    sent.length = 0
    daemon.pass(5_000)
    expect(sent).toEqual([])
  })

  test('who we are when we are not the process it started', () => {
    const { reports, sent } = reporting(null, 42)
    reports.ready()
    expect(sent[0]).toMatch(/^READY=1 MAINPID=42 /)
  })
})
