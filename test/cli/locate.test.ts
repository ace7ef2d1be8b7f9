import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { parseArguments } from '../../src/cli/svctl/arguments.js'
import { locate } from '../../src/cli/svctl/locate.js'
import type { Terminal } from '../../src/cli/svctl/terminal.js'

test('an address that nobody has named comes with what to name', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'svctl-locate-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  const file = join(dir, 'a.conf')
  writeFileSync(file, '[supervisorctl]\nserverurl=unix:///a\n')
  const guessed = async (env: Readonly<Record<string, string>>, ...argv: readonly string[]) => {
    const read = parseArguments(['status', ...argv])
    if (read.kind !== 'run') throw new Error(`status ${argv.join(' ')} is no command`)
    const located = await locate(read.options, { env, directory: dir, err: () => {} } as unknown as Terminal)
    if (!located.ok) throw new Error(located.error.message)
    return located.guessed
  }
  // Whether there is a file in the usual places depends on the machine.
  expect(await guessed({})).toMatch(/^; (there is no|\/).*: name its file with --client-config or SVCTL_CONFIG$/)
  expect(await guessed({ SVCTL_CONFIG: file })).toBe('')
  expect(await guessed({}, '-c', file)).toBe('')
  expect(await guessed({}, '-s', 'unix:///a')).toBe('')
})
