import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { errnoName } from '../../src/host/native/errno.js'
import * as posix from '../../src/host/native/posix.js'
import { root, until } from './harness.js'

const folder = mkdtempSync(join(tmpdir(), 'posix-'))
afterAll(() => rmSync(folder, { recursive: true }))

const sources = new URL('../../src/host/native/posix/', import.meta.url)
const prebuilt = new URL('../../src/host/native/prebuilt/', import.meta.url)
const hash = createHash('sha256')
for (const name of readdirSync(sources).sort()) hash.update(readFileSync(new URL(name, sources)))
const sourceHash = hash.digest('hex')

const BASE: posix.NativeSpawn = {
  ...posix.NO_ATTRIBUTES,
  file: '/bin/sh',
  argv: ['sh', '-c', 'true'],
  environment: ['PATH=/usr/bin:/bin'],
  directory: null,
  fds: [0, 1, 2],
  user: null,
  umask: -1,
  nofile: -1,
  deathSignal: 0,
  session: false,
  refuse: false,
  listenPid: false,
}

type Native = Pick<typeof posix, 'spawn' | 'reap'>

/** Runs a script with its output in a file, so that nothing of ours has to read along. */
async function output(native: Native, script: string, more: Partial<posix.NativeSpawn> = {}) {
  const path = join(folder, `out-${Math.random()}`)
  const fd = openSync(path, 'w+')
  chmodSync(path, 0o666)
  const spawned = native.spawn({ ...BASE, argv: ['sh', '-c', script], fds: [0, fd, fd], ...more })
  closeSync(fd)
  const ended = await ending(native, spawned.pid)
  return { spawned, ended, text: readFileSync(path, 'utf8').trimEnd() }
}

async function ending(native: Native, pid: number) {
  const ended = await until(() => native.reap())
  expect(ended.pid).toBe(pid)
  return ended
}

/** The facade over another file than the one in the repository. */
function load(path: string): Native {
  const addon = createRequire(import.meta.url)(path)
  return {
    reap: addon.reap,
    spawn: (request) => {
      const { pid, stage, item, errno } = addon.spawn(request)
      return { pid, stage: posix.STAGES[stage] ?? 'exec', item, errno: errno === 0 ? '' : errnoName(errno) }
    },
  }
}

describe('the prebuilt files', () => {
  test('are built from the present source', () => {
    expect(posix.sourceHash()).toBe(sourceHash)
    for (const arch of ['x64', 'arm64'])
      expect(readFileSync(new URL(`posix-linux-${arch}.node`, prebuilt)).includes(sourceHash)).toBe(true)
  })

  test('need no library', () => {
    for (const arch of ['x64', 'arm64']) {
      const file = readFileSync(new URL(`posix-linux-${arch}.node`, prebuilt), 'latin1')
      expect(file).not.toMatch(/libc\.so|ld-linux|GLIBC_/)
    }
  })
})

const builds: [string, () => Native][] = [['the committed file', () => posix]]
const compiler = spawnSync('cc', ['--version']).status === 0
if (compiler) {
  const fresh = join(folder, 'fresh.node')
  builds.push([
    'a fresh build',
    () => {
      const script = new URL('../../src/build/native.mjs', import.meta.url).href
      const program = `import(${JSON.stringify(script)}).then((m) => m.compile('cc', process.arch, ${JSON.stringify(fresh)}))`
      execFileSync(process.execPath, ['-e', program])
      return load(fresh)
    },
  ])
}

describe.each(builds)('a child spawned by %s', (_, get) => {
  const native = get()

  test('is its own process group in our session', async () => {
    const { spawned, text } = await output(native, 'cut -d" " -f1,5,6 /proc/self/stat; cut -d" " -f6 /proc/$PPID/stat')
    const session = readFileSync('/proc/self/stat', 'utf8').split(' ')[5]
    const [child, ours] = text.split('\n')
    expect(child?.split(' ').slice(1)).toEqual([String(spawned.pid), session])
    expect(ours).toBe(session)
  })

  test('is a session of its own on request', async () => {
    const { spawned, text } = await output(native, 'cut -d" " -f5,6 /proc/self/stat', { session: true })
    expect(text).toBe(`${spawned.pid} ${spawned.pid}`)
  })

  test('gets exactly the given environment, arguments, folder, umask and limit', async () => {
    const { text } = await output(native, '', {
      file: '/usr/bin/env',
      argv: ['env', 'sh', '-c', 'umask; pwd; ulimit -Sn; echo "$0|$1"', 'zero', 'ä b'],
      environment: ['PATH=/usr/bin:/bin'],
      directory: '/usr',
      umask: 0o27,
      nofile: 123,
    })
    expect(text.split('\n')).toEqual(['0027', '/usr', '123', 'zero|ä b'])
    const environment = ['PATH=/usr/bin:/bin', 'A=1=2', 'Ü=ß', 'EMPTY=']
    const listed = await output(native, '', { file: '/usr/bin/env', argv: ['env'], environment })
    expect(listed.text.split('\n')).toEqual(environment)
  })

  test('finds its own number in LISTEN_PID when asked to, beside what it was given', async () => {
    const { spawned, text } = await output(native, 'echo $LISTEN_PID $A; env | grep -c LISTEN', {
      environment: ['PATH=/usr/bin:/bin', 'A=1'],
      listenPid: true,
    })
    expect(text.split('\n')).toEqual([`${spawned.pid} 1`, '1'])
    expect((await output(native, 'echo $LISTEN_PID')).text).toBe('')
  })

  test('never gets more open files than the hard limit', async () => {
    const { text } = await output(native, 'ulimit -Sn; ulimit -Hn', { nofile: 2 ** 40 })
    const [soft, hard] = text.split('\n')
    expect(soft).toBe(hard)
  })

  test('gets descriptors in any order, doubled, closed and beyond 2', async () => {
    const files = ['a', 'b', 'c'].map((name) => {
      writeFileSync(join(folder, name), name)
      return openSync(join(folder, name), 'r')
    })
    const [a, b, c] = files as [number, number, number]
    const path = join(folder, 'mapped')
    const out = openSync(path, 'w')
    const spawned = native.spawn({
      ...BASE,
      argv: ['sh', '-c', 'for i in 0 2 3 4 5; do readlink /proc/$$/fd/$i || echo none; done'],
      fds: [c, out, b, -1, a, a],
    })
    await ending(native, spawned.pid)
    expect(readFileSync(path, 'utf8').split('\n').slice(0, 5)).toEqual(
      ['c', 'b', 'none', 'a', 'a'].map((name) => (name === 'none' ? name : join(folder, name))),
    )
    for (const fd of [...files, out]) closeSync(fd)
  })

  test('has default signals and an empty mask, whatever we ignore', async () => {
    const { text } = await output(native, 'grep -E "Sig(Blk|Ign)" /proc/self/status | tr -d "\\t"')
    expect(text.split('\n')).toEqual(['SigBlk:0000000000000000', 'SigIgn:0000000000000000'])
    expect(readFileSync('/proc/self/status', 'utf8')).toMatch(/SigIgn:\t.*1...$/m) // we do ignore SIGPIPE
  })

  test('tells how it ended', async () => {
    expect((await output(native, 'exit 77')).ended).toMatchObject({ code: 77, signal: 0, core: false })
    expect((await output(native, 'kill -TERM $$')).ended).toMatchObject({ code: -1, signal: 15, core: false })
  })

  const notExecutable = join(folder, 'not-executable')
  const noInterpreter = join(folder, 'no-interpreter')
  const noFormat = join(folder, 'no-format')
  writeFileSync(notExecutable, '#!/bin/sh\n')
  writeFileSync(noInterpreter, '#!/nonexistent/sh\n')
  writeFileSync(noFormat, 'echo hi\n')
  chmodSync(notExecutable, 0o644)
  chmodSync(noInterpreter, 0o755)
  chmodSync(noFormat, 0o755)

  test.each([
    ['a missing program', { file: '/nonexistent' }, 'exec', 'ENOENT'],
    ['a file without permission', { file: notExecutable }, 'exec', 'EACCES'],
    ['a missing interpreter', { file: noInterpreter }, 'exec', 'ENOENT'],
    ['a script without #!', { file: noFormat }, 'exec', 'ENOEXEC'],
    ['a folder as program', { file: '/tmp' }, 'exec', 'EACCES'],
    ['a missing folder', { directory: '/nonexistent' }, 'directory', 'ENOENT'],
    ['a file as folder', { directory: '/etc/passwd' }, 'directory', 'ENOTDIR'],
    ['a descriptor that is not open', { fds: [0, 1, 9999] }, 'descriptors', 'EBADF'],
    ['an impossible signal', { deathSignal: 64, refuse: true }, 'refused', ''],
    ['too long an argument', { argv: ['x'.repeat(200_000)] }, 'exec', 'E2BIG'],
  ] as const)('names stage and error of %s, and ends with 127', async (_name, more, stage, errno) => {
    const spawned = native.spawn({ ...BASE, ...more })
    expect(spawned).toMatchObject({ stage, errno })
    expect(await ending(native, spawned.pid)).toEqual({ pid: spawned.pid, code: 127, signal: 0, core: false })
  })

  test('dies with us when asked to', async () => {
    const file = join(folder, `pid-${Math.random()}`)
    const addon = new URL(`posix-linux-${process.arch}.node`, prebuilt).pathname
    const program = `
      const addon = require(${JSON.stringify(addon)})
      const request = ${JSON.stringify({ ...BASE, file: '/bin/sleep', argv: ['sleep', '100'], deathSignal: 9 })}
      require('fs').writeFileSync(${JSON.stringify(file)}, String(addon.spawn(request).pid))
      process.kill(process.pid, 'SIGKILL')`
    spawnSync(process.execPath, ['-e', program], { stdio: 'ignore' })
    const pid = Number(readFileSync(file, 'utf8'))
    // Zombies of a container without init stay: dead is enough.
    await until(() => {
      try {
        return /^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
      } catch {
        return true
      }
    })
  })

  const WRITE = { writes: ['/proc/self/oom_score_adj', '500'] }
  const LIMITS = { limits: [4, 0, 0, 7, 50, 60, 8, 4096, 4096] } // core, nofile, memlock

  test.each([
    ['a limit', LIMITS, 'ulimit -Sc; ulimit -Hc; ulimit -Sn; ulimit -Hn; ulimit -Hl', ['0', '0', '50', '60', '4']],
    ['no limit', { limits: [1, -1, -1] }, 'ulimit -Hf', ['unlimited']],
    ['a place in the queue for CPUs', { nice: 7 }, 'nice', ['7']],
    ['a place in the queue for disks', { ioPriority: (3 << 13) | 0 }, 'ionice -p $$', ['idle']],
    ['what it writes below /proc', WRITE, 'cat /proc/self/oom_score_adj', ['500']],
    [
      'all of them and a session',
      { ...LIMITS, ...WRITE, nice: 3, ioPriority: (2 << 13) | 6, session: true, nofile: 20, umask: 0o77 },
      'ulimit -Sn; cat /proc/self/oom_score_adj; nice; ionice -p $$; umask',
      ['50', '500', '3', 'best-effort: prio 6', '0077'],
    ],
  ] as const)('gets %s', async (_name, more, script, lines) => {
    const { spawned, text } = await output(native, script, more)
    expect(spawned.stage).toBe('none')
    expect(text.split('\n')).toEqual(lines)
  })

  test.runIf(root)('gets what only root may give before it becomes another user', async () => {
    const user = { uid: 33, gid: 33, groups: [33] }
    const more = { ...LIMITS, ...WRITE, nice: -5, ioPriority: (1 << 13) | 4, user }
    const { text } = await output(native, 'id -u; nice; ionice -p $$; cat /proc/self/oom_score_adj', more)
    expect(text.split('\n')).toEqual(['33', '-5', 'realtime: prio 4', '500'])
  })

  test('gets limits that leave no file to open after all that takes one', async () => {
    const spawned = native.spawn({ ...BASE, ...WRITE, limits: [7, 0, 0] })
    expect(spawned.stage).toBe('none')
    expect((await ending(native, spawned.pid)).code).toBe(127) // its loader
  })

  test.each([
    ['a file that is not there', { writes: [...WRITE.writes, '/proc/nonesuch', '1'] }, 'file', 1, 'ENOENT'],
    ['a text that the file does not take', { writes: ['/proc/self/oom_score_adj', '5000'] }, 'file', 0, 'EINVAL'],
    ['an impossible class', { ioPriority: 7 << 13 }, 'io-priority', 0, 'EINVAL'],
    ['a soft limit above the hard one', { limits: [4, 0, 0, 7, 60, 50] }, 'limit', 1, 'EINVAL'],
  ] as const)('names the attribute that failed: %s', async (_name, more, stage, item, errno) => {
    const spawned = native.spawn({ ...BASE, ...more })
    expect(spawned).toMatchObject({ stage, item, errno })
    expect((await ending(native, spawned.pid)).code).toBe(127)
  })

  test.runIf(root)('becomes another user with all groups', async () => {
    const { text } = await output(native, 'id -u; id -g; id -G; umask; pwd', {
      user: { uid: 33, gid: 33, groups: [33, 4, 1] },
      directory: '/tmp',
      umask: 0o77,
      deathSignal: 9,
      session: true,
      nofile: 99,
    })
    expect(text.split('\n')).toEqual(['33', '33', '33 1 4', '0077', '/tmp'])
  })

  test.runIf(root)('enters its folder as that user', async () => {
    const closed = mkdtempSync(join(folder, 'closed-'))
    chmodSync(folder, 0o755)
    const spawned = native.spawn({ ...BASE, directory: closed, user: { uid: 33, gid: 33, groups: [33] } })
    expect(spawned).toMatchObject({ stage: 'directory', errno: 'EACCES' })
    await ending(native, spawned.pid)
  })

  test.skipIf(root)('names the stage when it may not change its user', async () => {
    const spawned = native.spawn({ ...BASE, user: { uid: 0, gid: 0, groups: [0] } })
    expect(spawned).toMatchObject({ stage: 'groups', errno: 'EPERM' })
    await ending(native, spawned.pid)
  })
})

test.runIf(root).each([
  ['a lower nice value', { nice: -5 }, 'nice', 'EACCES'],
  ['the realtime class', { ioPriority: (1 << 13) | 4 }, 'io-priority', 'EPERM'],
  ['a higher hard limit', { limits: [4, 0, 0, 8, 4096, 8192] }, 'limit', 'EPERM'],
  ['less to fear when memory runs out', { writes: ['/proc/self/oom_score_adj', '-900'] }, 'file', 'EACCES'],
] as const)('a daemon of nobody cannot give %s', (_name, more, stage, errno) => {
  const addon = new URL(`posix-linux-${process.arch}.node`, prebuilt).pathname
  const program = `
    const addon = require(${JSON.stringify(addon)})
    if (${stage === 'limit'}) addon.setLimit(8, 4096, 4096)
    process.stdout.write(JSON.stringify(addon.spawn(${JSON.stringify({ ...BASE, ...more })})))`
  const words = ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, '-e', program]
  const spawned = JSON.parse(execFileSync('setpriv', words, { encoding: 'utf8', cwd: '/' }))
  expect(posix.STAGES[spawned.stage]).toBe(stage)
  expect(errnoName(spawned.errno)).toBe(errno)
  expect(spawned.item).toBe(stage === 'limit' ? 1 : 0)
})

test('a child gets nothing of what we were started with: descriptors, ignored and blocked signals, limits', () => {
  const addon = new URL(`posix-linux-${process.arch}.node`, prebuilt).pathname
  const script = 'ls /proc/self/fd | tr "\\n" " "; grep -hE "Sig(Blk|Ign)" /proc/self/status; ulimit -Sn'
  const program = `
    const addon = require(${JSON.stringify(addon)})
    addon.spawn(${JSON.stringify({ ...BASE, argv: ['sh', '-c', script], nofile: 200 })})
    const wait = () => addon.reap() ?? setTimeout(wait, 5)
    wait()`
  const launcher =
    'exec 5</dev/null 33</dev/null 251</dev/null; ulimit -Sn 300; exec env --ignore-signal=HUP,RTMIN+6 "$@"'
  const text = execFileSync('bash', ['-c', launcher, 'bash', process.execPath, '-e', program], { encoding: 'utf8' })
  expect(text).toBe('0 1 2 3 SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n200\n')
})

describe('arguments', () => {
  test.each([
    ['nothing', undefined],
    ['no argv', { ...BASE, argv: undefined }],
    ['numbers as argv', { ...BASE, argv: [1] }],
    ['a NUL in argv', { ...BASE, argv: ['a\0b'] }],
    ['a NUL in the environment', { ...BASE, environment: ['A=\0'] }],
    ['a NUL in the folder', { ...BASE, directory: '/\0' }],
    ['too few descriptors', { ...BASE, fds: [0] }],
    ['too many descriptors', { ...BASE, fds: Array.from({ length: 65 }, () => 0) }],
    ['a fraction as descriptor', { ...BASE, fds: [0, 1, 1.5] }],
    ['a user without groups', { ...BASE, user: { uid: 1, gid: 1 } }],
    ['the uid that means none', { ...BASE, user: { uid: 2 ** 32 - 1, gid: 1, groups: [] } }],
    ['NaN as umask', { ...BASE, umask: NaN }],
    ['a signal out of range', { ...BASE, deathSignal: 65 }],
    ['a word as flag', { ...BASE, refuse: 'no' }],
  ])('of the wrong kind are a TypeError: %s', (_, request) => {
    expect(() => posix.spawn(request as posix.NativeSpawn)).toThrow(TypeError)
    expect(posix.reap()).toBe(null)
  })
})

describe('other calls', () => {
  test('a pipe has one non-blocking end and none that children inherit', () => {
    const made = posix.openPipe('read')
    if (!made.ok) throw new Error(made.text)
    const flags = (fd: number) =>
      Number.parseInt(/flags:\s+(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1] ?? '', 8)
    expect(flags(made.value.read) & 0o2004000).toBe(0o2004000)
    expect(flags(made.value.write) & 0o2004000).toBe(0o2000000)
    expect(() => readSync(made.value.read, Buffer.alloc(1))).toThrow('EAGAIN')
    expect(posix.growPipe(made.value.read, 262_144)).toEqual({ ok: true, value: 262_144 })
    closeSync(made.value.read)
    closeSync(made.value.write)
    expect(posix.growPipe(made.value.read, 4096)).toMatchObject({ ok: false, errno: 'EBADF' })
  })

  test('a lock is held by one open file', () => {
    const path = join(folder, 'lock')
    const [first, second] = [openSync(path, 'w'), openSync(path, 'w')] as const
    expect(posix.lockFile(first)).toEqual({ ok: true, value: null })
    expect(posix.lockFile(second)).toMatchObject({ ok: false, errno: 'EAGAIN' })
    closeSync(first)
    expect(posix.lockFile(second)).toEqual({ ok: true, value: null })
    closeSync(second)
  })

  test('somebody who has a file open for writing is noticed, readers are not', () => {
    const path = join(folder, 'written')
    writeFileSync(path, 'x')
    const [reader, other] = [openSync(path, 'r'), openSync(path, 'r')]
    expect(posix.isBeingWritten(reader)).toEqual({ ok: true, value: false })
    const writer = openSync(path, 'a')
    expect(posix.isBeingWritten(reader)).toEqual({ ok: true, value: true })
    closeSync(writer)
    expect(posix.isBeingWritten(reader)).toEqual({ ok: true, value: false })
    for (const fd of [reader, other]) closeSync(fd)
    expect(posix.isBeingWritten(9999)).toMatchObject({ ok: false, errno: 'EBADF' })
  })

  test('errors read as in Python', () => {
    expect(posix.connectUnix(join(folder, 'none'), 'stream')).toEqual({
      ok: false,
      errno: 'ENOENT',
      text: '[Errno 2] No such file or directory',
    })
    expect(posix.bindUnix('/tmp/'.padEnd(120, 'x'))).toMatchObject({ ok: false, errno: 'ENAMETOOLONG' })
    const unknown = posix.bindTcp('no such host', 1)
    expect(unknown).toMatchObject({ ok: false, errno: 'EADDRNOTAVAIL' })
    expect(unknown.ok ? '' : unknown.text).toMatch(/^\[Errno -\d+\] \w/)
  })

  test('limits are read and set', () => {
    const before = posix.getLimit('nofile')
    if (!before.ok) throw new Error(before.text)
    expect(posix.setLimit('nofile', { soft: 512, hard: before.value.hard })).toEqual({ ok: true, value: null })
    expect(posix.getLimit('nofile')).toEqual({ ok: true, value: { soft: 512, hard: before.value.hard } })
    expect(posix.setLimit('nofile', { soft: 513, hard: 512 })).toMatchObject({ ok: false, errno: 'EINVAL' })
    posix.setLimit('nofile', before.value)
    expect(posix.getLimit('nproc')).toMatchObject({ ok: true })
  })
})
