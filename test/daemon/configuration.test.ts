import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { SupervisordOptions } from '../../src/cli/supervisord-options.js'
import { createLoad } from '../../src/daemon/configuration.js'
import { createUsers } from '../../src/host/users.js'

const OPTIONS: SupervisordOptions = {
  config: null,
  help: false,
  version: false,
  overrides: {},
  converge: 'manual',
  strict: false,
  bootLastGood: false,
  stateDirectory: null,
  profileOptions: null,
}

test('the first update after the start reads as little as those after it', () => {
  const dir = mkdtempSync(join(tmpdir(), 'svctl-load-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  const file = join(dir, 'supervisord.conf')
  const write = (command: string) =>
    writeFileSync(file, `[supervisord]\n[program:a]\ncommand=cat\n[program:b]\ncommand=${command}\n`)
  write('cat')
  const load = createLoad(file, OPTIONS, createUsers())
  const groups = (read: ReturnType<typeof load>) => (read.ok ? read.value.groups : [])
  const atStart = load()
  expect(load(undefined, {})).toBe(atStart)
  write('true')
  const edited = groups(load(undefined, {}))
  expect(edited[0]).toBe(groups(atStart)[0])
  expect(edited[1]).not.toBe(groups(atStart)[1])
  const scale = { numprocs: 2, fileNumprocs: 1, sinceWallMs: 0, by: 'uid 0' }
  expect(load(undefined, { b: scale })).not.toBe(atStart)
})
