import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { configText } from './config-text.js'
import { readText, scratch, untilGone } from './harness.js'
import { alive, descriptors, groupOf, MARK } from './processes.js'
import { call } from './rpc.js'
import { cleanEnv, command, eventually } from './run.js'

describe('supervisord without -n', () => {
  test('the parent exits 0 only once the child answers', async () => {
    const { dir, mark } = scratch()
    const file = join(dir, 'supervisord.conf')
    writeFileSync(file, configText(dir, { programs: { cat: { command: '/bin/cat' } } }))
    const parent = await command('supervisord', ['-c', file], { env: { ...cleanEnv(), [MARK]: mark }, cwd: dir })
    expect(parent).toMatchObject({ code: 0, stderr: '' })
    expect(await call(join(dir, 's.sock'), 'supervisor.getPID')).toBeGreaterThan(1)
    const pid = Number(readText(join(dir, 'supervisord.pid')))
    expect(alive(pid)).toBe(true)
    expect(groupOf(pid).session).toBe(pid)
    const { 0: stdin, 1: stdout, 2: stderr } = descriptors(pid)
    expect([stdin, stdout, stderr]).toEqual(['/dev/null', '/dev/null', '/dev/null'])
    await eventually('cat runs', () => /success: cat entered RUNNING/.test(readText(join(dir, 'supervisord.log'))))
    process.kill(pid, 'SIGTERM')
    await untilGone(pid)
    expect(readText(join(dir, 'supervisord.pid'))).toBe('')
  })

  test('a bad option is told on standard error with status 2', async () => {
    const { dir } = scratch()
    const file = join(dir, 'supervisord.conf')
    writeFileSync(file, configText(dir, { programs: { cat: { command: '/bin/cat', startsecs: 'soon' } } }))
    const parent = await command('supervisord', ['-c', file], { cwd: dir })
    expect(parent.code).toBe(2)
    expect(parent.stderr).toMatch(/soon/)
  })

  test('a server that cannot be opened is told on standard error, and no child stays behind', async () => {
    const { dir, mark } = scratch()
    const file = join(dir, 'supervisord.conf')
    const busy = createServer()
    await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve))
    try {
      const address = busy.address()
      const port = typeof address === 'object' && address ? address.port : 0
      const more = `[inet_http_server]\nport=127.0.0.1:${port}\n`
      writeFileSync(file, configText(dir, { programs: { cat: { command: '/bin/cat' } }, more }))
      const parent = await command('supervisord', ['-c', file], { env: { ...cleanEnv(), [MARK]: mark }, cwd: dir })
      expect(parent.code).toBe(2)
      expect(parent.stderr).toMatch(/Another program is already listening on a port/)
    } finally {
      busy.close()
    }
  })

  test('a second daemon on the same socket is refused and the first goes on', async () => {
    const { dir, mark } = scratch()
    const env = { ...cleanEnv(), [MARK]: mark }
    const file = join(dir, 'supervisord.conf')
    writeFileSync(file, configText(dir, { programs: { cat: { command: '/bin/cat' } } }))
    expect((await command('supervisord', ['-c', file], { env, cwd: dir })).code).toBe(0)
    const pid = await call(join(dir, 's.sock'), 'supervisor.getPID')
    const second = await command('supervisord', ['-c', file], { env, cwd: dir })
    expect(second.code).toBe(2)
    expect(second.stderr).toMatch(/Another program is already listening/)
    expect(await call(join(dir, 's.sock'), 'supervisor.getPID')).toBe(pid)
    process.kill(Number(pid), 'SIGTERM')
    await untilGone(Number(pid))
  })

  test('the socket of a daemon that was killed does not stand in the way', async () => {
    const { dir, mark } = scratch()
    const env = { ...cleanEnv(), [MARK]: mark }
    const file = join(dir, 'supervisord.conf')
    writeFileSync(file, configText(dir, {}))
    expect((await command('supervisord', ['-c', file], { env, cwd: dir })).code).toBe(0)
    const first = Number(await call(join(dir, 's.sock'), 'supervisor.getPID'))
    process.kill(first, 'SIGKILL')
    await untilGone(first)
    expect((await command('supervisord', ['-c', file], { env, cwd: dir })).code).toBe(0)
    const second = Number(await call(join(dir, 's.sock'), 'supervisor.getPID'))
    expect(second).not.toBe(first)
    process.kill(second, 'SIGTERM')
    await untilGone(second)
  })
})

describe('the command line of supervisord', () => {
  test('-v prints a version, -h a usage, both exit 0', async () => {
    expect(await command('supervisord', ['-v'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    })
    expect(await command('supervisord', ['-h'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('--configuration'),
    })
  })

  const mistakes: readonly { args: readonly string[]; says: string }[] = [
    { args: ['-Z'], says: 'option -Z not recognized' },
    { args: ['-c'], says: 'option -c requires argument' },
    { args: ['foo'], says: "positional arguments are not supported: ['foo']" },
    { args: ['-c', '/nonexistent.conf'], says: 'could not find config file /nonexistent.conf' },
    { args: ['-e', 'bogus'], says: "invalid value for -e 'bogus': bad logging level name 'bogus'" },
  ]
  for (const { args, says } of mistakes)
    test(`supervisord ${args.join(' ')} exits 2 and says why`, async () => {
      const run = await command('supervisord', args)
      expect(run.code).toBe(2)
      expect(run.stderr).toContain(`Error: ${says}\nFor help, use `)
    })

  test('without -c the search order ends in etc/supervisord.conf and supervisord.conf of the working directory', async () => {
    const { dir, mark } = scratch()
    mkdirSync(join(dir, 'etc'))
    writeFileSync(join(dir, 'supervisord.conf'), configText(dir, { supervisord: { identifier: 'found' } }))
    const run = await command('supervisord', [], { env: { ...cleanEnv(), [MARK]: mark }, cwd: dir })
    expect(run.code).toBe(0)
    if (process.getuid?.() === 0) expect(run.stderr).toContain('Supervisord is running as root and it is searching')
    expect(await call(join(dir, 's.sock'), 'supervisor.getIdentification')).toBe('found')
    const pid = Number(await call(join(dir, 's.sock'), 'supervisor.getPID'))
    process.kill(pid, 'SIGTERM')
    await untilGone(pid)
  })
})
