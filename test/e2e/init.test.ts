import { chownSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readText, scratch } from './harness.js'
import { MARK } from './processes.js'
import { cleanEnv, command, commandWords, eventually, run } from './run.js'

const NOBODY = 65_534

test('what init writes runs as it is, without root', async () => {
  const { dir, mark } = scratch()
  const asNobody =
    process.getuid?.() === 0 ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--'] : []
  if (asNobody.length > 0) chownSync(dir, NOBODY, NOBODY)
  const env = {
    ...cleanEnv(),
    SVCTL_CONFIG: join(dir, 'svctl.yaml'),
    SVCTL_STATE_DIRECTORY: join(dir, 'state'),
    [MARK]: mark,
  }
  const ours = (name: string, ...args: readonly string[]) => {
    const [program = '', ...words] = [...asNobody, ...commandWords(name), ...args]
    return run(program, words, { env, cwd: dir })
  }
  expect(await ours('svctl', 'init')).toMatchObject({ code: 0, stderr: '' })
  expect(await ours('svctl', 'check')).toMatchObject({ code: 0 })
  expect(await ours('supervisord', '-c', 'svctl.yaml')).toMatchObject({ code: 0, stderr: '' })
  expect(await ours('svctl', 'wait', '--timeout', '10s')).toMatchObject({ code: 0 })
  await eventually('it says hello', async () => readText(join(dir, 'hello.log')).startsWith('hello\n'))
  expect(await command('supervisorctl', ['-c', 'svctl.yaml', 'shutdown'], { env, cwd: dir })).toMatchObject({ code: 0 })
  await eventually('the daemon is gone', async () => (await ours('svctl', 'status')).code === 7)
})
