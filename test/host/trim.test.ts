import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from '../e2e/run.js'
import { createProgram } from './program.js'

const folder = mkdtempSync(join(tmpdir(), 'trim-'))
afterAll(() => rmSync(folder, { recursive: true }))

let program: string
beforeAll(async () => {
  program = await createProgram(
    folder,
    `
    import { readFileSync } from 'node:fs'
    import { trimMemory } from '@host/native/posix.ts'
    const fileKib = () => Number(/^RssFile:\\s*(\\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))[1])
    const before = fileKib()
    const trimmed = trimMemory()
    const after = fileKib()
    // Uses again what was given back: the compiler, regular expressions, ICU.
    const works = new Function('a', 'return a.sort().join()')(['b', 'a']) + /\\p{L}+/u.exec('1ä2')[0]
    console.log(JSON.stringify({ before, after, trimmed, works: works + 'I'.toLocaleLowerCase('tr') }))
    `,
  )
})

test.each([
  ['Node as it is', [], 0.5],
  ['a Node whose text was moved to memory of its own', ['--use-largepages=silent'], 1],
])('%s gives back what it has read of its own file, and goes on', async (_, options, share) => {
  const { code, stdout, stderr } = await run(process.execPath, [...options, program])
  expect(code, stderr).toBe(0)
  const { before, after, ...rest } = JSON.parse(stdout)
  expect(rest).toEqual({ trimmed: { ok: true, value: null }, works: 'a,bäı' })
  expect(after).toBeLessThan(before * share)
})
