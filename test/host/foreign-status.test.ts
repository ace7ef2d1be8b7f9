import { spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import { release } from 'node:os'
import { expect, onTestFinished, test } from 'vitest'
import { startedAt, watchForeign } from '../../src/host/foreign.js'
import { openPidfd, pidfdStatus } from '../../src/host/native/posix.js'
import { eventually } from '../e2e/run.js'

const [major = 0, minor = 0] = release().split('.').map(Number)
const tells = major > 6 || (major === 6 && minor >= 15)

for (const [end, status] of [
  ['exit 42', { code: 42, signal: 0, core: false }],
  ['kill -TERM $$', { code: -1, signal: 15, core: false }],
] as const) {
  test.skipIf(!tells)(`the end of a process that is not our child is known: ${end}`, async () => {
    // The shell in between is its parent and reaps it.
    const shell = spawn('sh', ['-c', `exec 3<&0; sh -c 'read line <&3; ${end}' & echo $!; wait`], {
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    shell.stdin.on('error', () => {})
    const pid = await new Promise<number>((resolve) => shell.stdout.once('data', (data) => resolve(Number(data))))
    const opened = openPidfd(pid)
    if (!opened.ok) throw new Error(opened.text)
    shell.stdin.end('\n')
    const found = await eventually('it is told', () => {
      const now = pidfdStatus(opened.value)
      return now.ok && now
    })
    expect(found.value).toEqual(status)
    closeSync(opened.value)
  })
}

for (const [end, status] of [
  ['exit 42', { code: 42, signal: null, coreDumped: false }],
  ['exit 0', { code: 0, signal: null, coreDumped: false }],
  ['kill -TERM $$', { code: null, signal: 15, coreDumped: false }],
] as const) {
  test(`the end of a process is known although its parent never asks: ${end}`, async () => {
    const parent = spawn('sh', ['-c', `exec 3<&0; sh -c 'read line <&3; ${end}' & echo $!; exec sleep 60 3<&-`], {
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    onTestFinished(() => void parent.kill('SIGKILL'))
    const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (data) => resolve(Number(data))))
    const process = watchForeign(pid, startedAt(pid) ?? '')
    expect(process.ended()).toBeNull()
    parent.stdin.write('\n')
    expect(await eventually('it is told', () => process.ended() ?? false)).toEqual(status)
    process.close()
  })
}

test('a process is known by its number and its start', () => {
  expect(startedAt(process.pid)).toMatch(/^\d+$/)
  expect(startedAt(2 ** 22)).toBeNull()
})
