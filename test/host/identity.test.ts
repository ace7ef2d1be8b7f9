import { spawnSync } from 'node:child_process'
import { chmodSync, closeSync, mkdtempSync, readSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { childFileLimit, inheritedFileLimit, raiseLimits } from '../../src/host/limits.js'
import { bindUnix } from '../../src/host/native/posix.js'
import { dropPrivileges } from '../../src/host/privileges.js'
import { createSyslog } from '../../src/host/syslog.js'
import { createUsers } from '../../src/host/users.js'
import { hasPython, root } from './harness.js'
import { createProgram } from './program.js'

const folder = mkdtempSync(join(tmpdir(), 'identity-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('users and groups', () => {
  const users = createUsers()

  test('are found by name and by number', () => {
    expect(users.user('root')).toEqual({ uid: 0, gid: 0, name: 'root', home: '/root' })
    expect(users.user('0')).toEqual(users.user('root'))
    expect(users.group('root')).toEqual({ gid: 0, name: 'root' })
    expect(users.group('0')).toEqual(users.group('root'))
    expect(users.user(userInfo().username)?.uid).toBe(userInfo().uid)
  })

  test.each(['no-such-user', '', '54321', '4294967295', '99999999999999999999', '-1', 'a\0b', 'root '])(
    'that do not exist are null: %j',
    (name) => {
      expect([users.user(name), users.group(name)]).toEqual([null, null])
    },
  )

  test('come with every group that id(1) knows, the primary one first', () => {
    for (const name of ['root', 'www-data', userInfo().username]) {
      const uid = users.user(name)?.uid ?? -1
      const wanted = spawnSync('id', ['-G', name], { encoding: 'utf8' }).stdout.trim().split(' ').map(Number)
      expect(users.credentials(uid)).toEqual({ uid, gid: wanted[0], groups: wanted })
    }
    expect(users.credentials(54321)).toBe(null)
  })

  test('are looked up again after a refresh', () => {
    const first = users.user('root')
    expect(users.user('root')).toBe(first)
    users.refresh()
    expect(users.user('root')).not.toBe(first)
  })
})

describe('limits', () => {
  test('that are high enough are left alone', () => {
    expect(raiseLimits(10, 10, null)).toEqual({ ok: true, infos: [] })
    expect(raiseLimits(10, 10, 5)).toEqual({ ok: true, infos: ['Increased RLIMIT_NOFILE limit to 10'] })
  })

  test('of children are what we were started with, at least minfds', () => {
    expect([childFileLimit(1024, null), childFileLimit(1024, 256), childFileLimit(1024, 4096)]).toEqual([
      1024, 1024, 4096,
    ])
    expect(childFileLimit(1024, Infinity)).toBe(2 ** 40)
    expect([inheritedFileLimit({ SVCTL_NOFILE: '77' }), inheritedFileLimit({ SVCTL_NOFILE: 'unlimited' })]).toEqual([
      77,
      Infinity,
    ])
  })
})

describe('the daemon in a process of its own', () => {
  let program: string
  beforeAll(async () => {
    chmodSync(folder, 0o755)
    program = await createProgram(
      folder,
      `
      import { readFileSync } from 'node:fs'
      import { raiseLimits } from '@host/limits.ts'
      import { dropPrivileges } from '@host/privileges.ts'
      import { createUsers } from '@host/users.ts'
      import { getLimit } from '@host/native/posix.ts'
      const [what, ...args] = process.argv.slice(2)
      const before = getLimit('nofile').value
      const result = what === 'drop'
        ? dropPrivileges(args[0], createUsers())
        : raiseLimits(Number(args[0]), Number(args[1]), null)
      const status = readFileSync('/proc/thread-self/status', 'utf8')
      const line = (name) => new RegExp('^' + name + ':\\\\s+(.*\\\\S)\\\\s*$', 'm').exec(status)?.[1].split(/\\s+/).join(' ')
      console.log(JSON.stringify({ result, uid: line('Uid'), gid: line('Gid'), groups: line('Groups'), before, nofile: getLimit('nofile').value, nproc: getLimit('nproc').value }))
      `,
    )
  })
  const run = (prefix: readonly string[], ...args: string[]) => {
    const { stdout, stderr, status, signal } = spawnSync('env', [...prefix, process.execPath, program, ...args], {
      encoding: 'utf8',
    })
    if (stdout === '') throw new Error(`it ended with ${signal ?? status}: ${stderr}`)
    return JSON.parse(stdout)
  }
  const as = (user: string) => ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups']

  test.runIf(root)('becomes its user with all groups', () => {
    const groups = createUsers().credentials(33)?.groups ?? []
    expect(run([], 'drop', 'www-data')).toMatchObject({
      result: { ok: true, note: { level: 'info', text: 'Set uid to user 33 succeeded' } },
      uid: '33 33 33 33',
      gid: '33 33 33 33',
      groups: [...groups].sort((a, b) => a - b).join(' '),
    })
    expect(run([], 'drop', '33').uid).toBe('33 33 33 33')
  })

  test.runIf(root)('that is not root stays itself or fails', () => {
    expect(run(as('www-data'), 'drop', 'www-data').result).toMatchObject({ ok: true })
    expect(run(as('www-data'), 'drop', 'root').result).toEqual({
      ok: false,
      error: "Can't drop privilege as nonroot user",
    })
  })

  test('names a user that does not exist', () => {
    const users = createUsers()
    expect(dropPrivileges('nobody-here', users)).toEqual({ ok: false, error: 'Invalid user name nobody-here' })
    expect(dropPrivileges('54321', users)).toEqual({ ok: false, error: 'Invalid user id 54321' })
    expect(dropPrivileges(null, users)).toMatchObject({ ok: true })
  })

  test('raises its limits within the hard ones', () => {
    const raised = run(['prlimit', '--nofile=300:400', '--nproc=7000:8000'], 'raise', '350', '7500')
    expect(raised).toMatchObject({
      result: { ok: true, infos: ['Increased RLIMIT_NPROC limit to 7500'] }, // Node raised the files to 400 itself
      nofile: { soft: 400, hard: 400 },
      nproc: { soft: 7500, hard: 8000 },
    })
  })

  const mayRaise = spawnSync('prlimit', ['--nofile=300:400', 'prlimit', '--nofile=500:500', 'true']).status === 0
  test.runIf(mayRaise)('raises the hard limits when it may', () => {
    const raised = run(['prlimit', '--nofile=300:400', '--nproc=7000:8000'], 'raise', '500', '9000')
    expect(raised).toMatchObject({
      result: { ok: true, infos: ['Increased RLIMIT_NOFILE limit to 500', 'Increased RLIMIT_NPROC limit to 9000'] },
      nofile: { soft: 500, hard: 500 },
      nproc: { soft: 9000, hard: 9000 },
    })
  })

  test.runIf(root)('says which limit keeps it from starting', () => {
    const files = run([...as('www-data'), 'prlimit', '--nofile=300:400'], 'raise', '500', '1').result
    expect(files).toMatchObject({ ok: false })
    expect(files.error).toBe(
      'The minimum number of file descriptors required to run this process is 500 as per the "minfds" command-line ' +
        'argument or config file setting. The current environment will only allow you to open 500 file descriptors.  ' +
        'Either raise the number of usable file descriptors in your environment (see README.rst) or lower the minfds ' +
        'setting in the config file to allow the process to start.',
    )
    expect(files.detail).toBe('the hard limit RLIMIT_NOFILE here is 400')
    const processes = run([...as('www-data'), 'prlimit', '--nproc=5000:6000'], 'raise', '1', '7000').result
    expect(processes.error).toMatch(
      /^The minimum number of available processes required to run this program is 7000 .* 7000 processes\./,
    )
    expect(processes.detail).toBe('the hard limit RLIMIT_NPROC here is 6000')
  })
})

describe('syslog', () => {
  // A stream socket refuses datagrams, so this needs a real datagram receiver: Python has one in two lines.
  test.runIf(hasPython)('messages have the form that libc gives them, and a missing log daemon costs nothing', () => {
    const path = join(folder, 'log')
    const program = `
import socket, subprocess, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(sys.argv[1]); s.settimeout(5)
p = subprocess.Popen(sys.argv[2:])
print(s.recv(1000).decode()); print(s.recv(1000).decode()); p.wait()`
    return createProgram(
      mkdtempSync(join(folder, 'syslog-')),
      `import { createSyslog } from '@host/syslog.ts'
       createSyslog('supervisord', '/nonexistent')(6, 'lost')
       const send = createSyslog('supervisord', ${JSON.stringify(path)})
       send(6, 'cat hällo'); send(3, '')`,
    ).then((file) => {
      const { stdout } = spawnSync('python3', ['-c', program, path, process.execPath, file], { encoding: 'utf8' })
      expect(stdout).toMatch(
        /^<14>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d supervisord: cat hällo\n<11>.* supervisord: \n$/,
      )
    })
  })

  test('a log daemon that does not read costs messages, never time', () => {
    const path = join(folder, 'stuck')
    const bound = bindUnix(path)
    const send = createSyslog('x', path)
    const started = Date.now()
    for (let i = 0; i < 1000; i++) send(6, 'y')
    expect(Date.now() - started).toBeLessThan(2000)
    if (!bound.ok) throw new Error(bound.text)
    expect(() => readSync(bound.value, Buffer.alloc(1))).toThrow()
    closeSync(bound.value)
  })
})
