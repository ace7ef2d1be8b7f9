import { spawnSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { test } from 'vitest'

/**
 * `test` when every program is installed; else a skipped test, told to the runner so that it prints why. In CI
 * nothing is skipped: there the test runs and fails for want of the program.
 */
export function testWith(...programs: readonly string[]): typeof test | typeof test.skip {
  const missing = programs.filter((program) => !onPath(program))
  if (missing.length === 0 || process.env.CI === 'true') return test
  const list = process.env.SVCTL_TEST_SKIPS
  if (list) appendFileSync(list, `tests with ${programs.join(' and ')}\t${missing.join(', ')} not installed\n`)
  return test.skip
}

function onPath(program: string): boolean {
  return spawnSync('/bin/sh', ['-c', `command -v ${program}`]).status === 0
}

/** `test` where the kernel lets us make namespaces, which takes root; told and treated as above where not. */
export function testInNamespace(...kinds: readonly string[]): typeof test | typeof test.skip {
  const allowed = spawnSync('unshare', [...kinds, '--fork', 'true']).status === 0
  if (allowed || process.env.CI === 'true') return test
  const list = process.env.SVCTL_TEST_SKIPS
  if (list) appendFileSync(list, `tests in namespaces (${kinds.join(' ')})\tunshare is refused here\n`)
  return test.skip
}
