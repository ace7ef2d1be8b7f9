import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { configText } from './config-text.js'
import { readText, scratch, untilGone } from './harness.js'
import { MARK } from './processes.js'
import { cleanEnv, eventually, ROOT, run } from './run.js'

test('npm pack and npm install -g, offline, give commands that work', async () => {
  const { dir, mark } = scratch()
  const prefix = join(dir, 'prefix')
  const npm = { HOME: dir, npm_config_cache: join(dir, 'cache'), npm_config_offline: 'true' }
  const env = { ...cleanEnv(), ...npm, PATH: `${prefix}/bin:${cleanEnv().PATH}`, [MARK]: mark }

  const packed = await run('npm', ['pack', '--pack-destination', dir], { cwd: ROOT, env, timeoutMs: 60_000 })
  expect(packed.code, packed.stderr).toBe(0)
  const tarball = readdirSync(dir).find((name) => name.endsWith('.tgz')) ?? ''
  const listed = (await run('tar', ['-tzf', join(dir, tarball)])).stdout.split('\n')
  for (const name of [
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
    'dist/THIRD_PARTY_LICENSES',
    'examples/quickstart/supervisord.conf',
  ])
    expect(listed).toContain(`package/${name}`)
  expect(
    listed.filter((name) => /\/(src|test|node_modules)\/|\.log$|\.sock|\.pid|\.inputs|\.cache/.test(name)),
  ).toEqual([])

  const install = ['install', '-g', '--prefix', prefix, '--no-audit', '--no-fund', join(dir, tarball)]
  const installed = await run('npm', install, { cwd: dir, env, timeoutMs: 60_000 })
  expect(installed.code, installed.stderr).toBe(0)
  expect(readdirSync(join(prefix, 'lib/node_modules'))).toEqual(['svctl'])
  expect(readdirSync(join(prefix, 'lib/node_modules/svctl'))).not.toContain('node_modules')

  const sample = await run('echo_supervisord_conf', [], { env })
  expect(sample).toMatchObject({ code: 0, stdout: expect.stringContaining('Sample supervisor config file') })
  expect((await run('pidproxy', [], { env })).code).toBe(1)

  const file = join(dir, 'supervisord.conf')
  writeFileSync(file, configText(dir, { programs: { cat: { command: '/bin/cat', startsecs: 0 } } }))
  const daemon = await run('supervisord', ['-c', file], { env, cwd: dir })
  expect(daemon.code, daemon.stderr).toBe(0)
  const pid = Number(readText(join(dir, 'supervisord.pid')))
  await eventually('cat runs', async () =>
    /^cat\s+RUNNING/.test((await run('supervisorctl', ['-c', file, 'status'], { env })).stdout),
  )
  expect((await run('svctl', ['-s', `unix://${dir}/s.sock`, 'status'], { env })).code).toBe(0)
  expect((await run('supervisorctl', ['-c', file, 'shutdown'], { env })).stdout).toBe('Shut down\n')
  await untilGone(pid)
}, 180_000)
