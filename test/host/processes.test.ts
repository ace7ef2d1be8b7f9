import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { getLimit, setLimit } from '../../src/host/native/posix.js'
import type { ProcessKey } from '../../src/model/names.js'
import { type Bench, createBench, NO_STREAM, openFiles, root, until } from './harness.js'

const bytes = (text: string) => new TextEncoder().encode(text)

let bench: Bench
const open = (options: Parameters<typeof createBench>[0] = {}) => {
  bench = createBench(options)
  return bench
}
afterEach(() => bench.close())

describe('a process', () => {
  test('runs with both outputs in their logs and ends with its status', async () => {
    const { host, run, request, log } = open()
    const { spawn, exit } = await run(request('both', 'echo out; echo err >&2; exit 3'))
    expect(spawn).toMatchObject({ ok: true })
    expect(exit).toMatchObject({ key: 'g:both', status: { code: 3, signal: null, coreDumped: false } })
    expect([log('both.out'), log('both.err')]).toEqual(['out\n', 'err\n'])
    expect(host.writeStdin('g:both', Buffer.from('x'))).toBe('no-pipe')
  })

  test('appends to its log at each start', async () => {
    const { run, request, log } = open()
    await run(request('twice', 'echo 1'))
    await run(request('twice', 'echo 2'))
    expect(log('twice.out')).toBe('1\n2\n')
  })

  test('tells the signal that ended it', async () => {
    const { host, request, exitOf, log } = open()
    const spawned = host.spawn(request('sig', 'echo ready; exec sleep 100'))
    if (!spawned.ok) throw new Error(spawned.error)
    await until(() => log('sig.out') !== '')
    expect(host.signal(spawned.pid, 15, 'process')).toEqual({ ok: true })
    expect((await exitOf(spawned.pid)).status).toEqual({ code: null, signal: 15, coreDumped: false })
    expect(host.signal(spawned.pid, 15, 'process')).toEqual({
      ok: false,
      gone: true,
      error: '[Errno 3] No such process',
    })
  })

  test('is signalled alone or with its group', async () => {
    const { host, request, exitOf, log } = open()
    const spawned = host.spawn(request('group', 'sleep 100 & echo $!; wait'))
    if (!spawned.ok) throw new Error(spawned.error)
    const child = Number(await until(() => log('group.out').trim()))
    expect(host.signal(spawned.pid, 9, 'group')).toEqual({ ok: true })
    await exitOf(spawned.pid)
    await until(() => !existsSync(`/proc/${child}`))
  })

  test('is never signalled by a number that is not a live child of ours', () => {
    const { host } = open()
    for (const pid of [0, -1, 1, process.pid, NaN])
      expect(host.signal(pid, 0, 'group')).toMatchObject({ ok: false, gone: true })
  })

  test('may send stderr the way of stdout, in order', async () => {
    const { run, request, log, folder } = open()
    await run(request('redirect', 'echo 1; echo 2 >&2; echo 3', { redirectStderr: true }))
    expect(log('redirect.out')).toBe('1\n2\n3\n')
    expect(existsSync(join(folder, 'redirect.err'))).toBe(false)
  })

  test('may open its own outputs by name', async () => {
    const { run, request, log } = open()
    await run(request('reopen', 'echo out >/dev/stdout; echo err >/proc/self/fd/2'))
    expect([log('reopen.out'), log('reopen.err')]).toEqual(['out\n', 'err\n'])
  })

  test.runIf(root)('may open its own outputs by name as another user', async () => {
    const { run, request, log } = open()
    await run(request('other', 'id -un >/dev/stdout; id -G >/dev/stderr', { uid: 33 }))
    expect([log('other.out'), log('other.err')]).toEqual(['www-data\n', '33\n'])
  })

  test('runs without any log', async () => {
    const { run, request, events } = open()
    const { exit } = await run(
      request('silent', 'yes | head -c 1000000', { stdout: { ...NO_STREAM, tap: true }, stderr: NO_STREAM }),
    )
    expect(exit?.status.code).toBe(0)
    const bytes = events.reduce((sum, event) => sum + (event.type === 'output' ? event.data.length : 0), 0)
    expect(bytes).toBe(1_000_000)
    expect(events.at(-1)?.type).toBe('exited')
  })

  test('has all its output logged before its end is told, however it was written', async () => {
    const { run, request, log } = open()
    for (let i = 0; i < 20; i++) {
      const { exit } = await run(request(`flood${i}`, 'seq 1 20000; echo end >&2'))
      expect(exit?.status.code).toBe(0)
      expect(log(`flood${i}.out`).length).toBe(108_894)
      expect(log(`flood${i}.err`)).toBe('end\n')
    }
  })

  test('is not started twice under one key', async () => {
    const { host, request, exitOf } = open()
    const first = host.spawn(request('once', 'sleep 100'))
    if (!first.ok) throw new Error(first.error)
    expect(host.spawn(request('once', 'true'))).toEqual({ ok: false, error: "process 'once' already running" })
    host.signal(first.pid, 9, 'process')
    await exitOf(first.pid)
  })

  test('gets the environment it is to have, without variables of ours', async () => {
    const { run, request, log } = open()
    const environment = { A: '1', SVCTL_SECRET: 'x', EMPTY: '', QUOTE: `a'b"c\nd` }
    await run(request('env', '', { filename: '/usr/bin/env', argv: ['env'], environment }))
    expect(log('env.out')).toBe(`A=1\nEMPTY=\nQUOTE=a'b"c\nd\n`)
  })

  test('gets the limit of open files that the host was made with', async () => {
    const { run, request, log } = open({ childFileLimit: 321 })
    await run(request('limit', 'ulimit -Sn'))
    expect(log('limit.out')).toBe('321\n')
  })

  test('whose end leaves a grandchild with the pipe is told at once, and the grandchild is never blocked', async () => {
    const { run, request, log, folder } = open()
    const done = join(folder, 'done')
    const script = `echo before; (while [ ! -e ${folder}/go ]; do sleep 0.02; done; head -c 3000000 /dev/zero; touch ${done}) & exit 0`
    const { exit } = await run(request('leaver', script))
    expect(exit?.status.code).toBe(0)
    expect(existsSync(done)).toBe(false)
    writeFileSync(join(folder, 'go'), '')
    await until(() => existsSync(done))
    expect(log('leaver.out')).toBe('before\n')
  })

  test('that closes its outputs lives on', async () => {
    const { host, request, exitOf, log } = open()
    const spawned = host.spawn(request('closer', 'echo last; exec >&- 2>&-; read line; exit 5'))
    if (!spawned.ok) throw new Error(spawned.error)
    await until(() => log('closer.out') === 'last\n')
    expect(host.writeStdin('g:closer', Buffer.from('go\n'))).toBe('ok')
    expect((await exitOf(spawned.pid)).status.code).toBe(5)
  })
})

describe('a failed set-up of the child', () => {
  const tail = 'supervisor: child process was not spawned\n'

  test.each([
    ['a program that is gone', { filename: '/nonexistent', argv: ['prog', 'x'] }, "couldn't exec prog: ENOENT"],
    ['a program of no format', { filename: 'NOFORMAT', argv: ['p'] }, "couldn't exec p: ENOEXEC"],
    ['a missing folder', { directory: '/nonexistent' }, "couldn't chdir to /nonexistent: ENOENT"],
    ['an unknown user', { uid: 54321 }, "couldn't setuid to 54321: Can't find uid 54321"],
  ] as const)('%s is told on stderr, with a pid and status 127', async (_, more, line) => {
    const { run, request, log, folder } = open()
    const noFormat = join(folder, 'noformat')
    writeFileSync(noFormat, 'x\n')
    chmodSync(noFormat, 0o755)
    const wanted = request('fail', 'true', { ...more })
    const { spawn, exit } = await run(wanted.filename === 'NOFORMAT' ? { ...wanted, filename: noFormat } : wanted)
    expect(spawn).toMatchObject({ ok: true, pid: expect.any(Number) })
    expect(exit?.status).toEqual({ code: 127, signal: null, coreDumped: false })
    expect([log('fail.out'), log('fail.err')]).toEqual(['', `supervisor: ${line}\n${tail}`])
  })

  test('of any length never blocks us', async () => {
    const { run, request, log } = open()
    const { exit } = await run(request('long', '', { argv: ['x'.repeat(300_000)] }))
    expect(exit?.status.code).toBe(127)
    expect(log('long.err').slice(-60)).toMatch(/x\nsupervisor: child process was not spawned\n$/)
  })

  test('goes to the stdout log when stderr is redirected', async () => {
    const { run, request, log } = open()
    await run(request('fail', '', { filename: '/nonexistent', argv: ['x'], redirectStderr: true }))
    expect(log('fail.out')).toBe(`supervisor: couldn't exec x: ENOENT\n${tail}`)
  })

  test.skipIf(root)('another user needs root', async () => {
    const { run, request, log } = open()
    await run(request('fail', '', { uid: 0 }))
    expect(log('fail.err')).toBe(`supervisor: couldn't setuid to 0: Can't drop privilege as nonroot user\n${tail}`)
  })
})

describe('a spawn that comes to nothing', () => {
  test('names the error of a log, and leaves no descriptor open', () => {
    const { host, request, folder } = open()
    mkdirSync(join(folder, 'dir'))
    const before = openFiles()
    const spawn = (path: string) => host.spawn(request('bad', 'true', { stderr: { ...NO_STREAM, path } }))
    expect(spawn(join(folder, 'dir'))).toEqual({
      ok: false,
      passing: false,
      error: "unknown error making dispatchers for 'bad': EISDIR",
    })
    expect(spawn('/nonexistent/log')).toEqual({
      ok: false,
      passing: true,
      error: "unknown error making dispatchers for 'bad': ENOENT",
    })
    expect(openFiles()).toBe(before)
  })

  test('names the shortage of descriptors', async () => {
    const { host, request, run } = open()
    const limit = getLimit('nofile')
    if (!limit.ok) throw new Error(limit.text)
    // Descriptors are counted by number: with every number below the limit taken, what is closed again is what is left.
    setLimit('nofile', { soft: 100, hard: limit.value.hard })
    const taken: number[] = []
    try {
      for (;;) taken.push(openSync('/dev/null', 'r'))
    } catch (error) {
      expect(error).toMatchObject({ code: 'EMFILE' })
    }
    const results: unknown[] = []
    for (let spare = 0; spare < 8; spare++) {
      results.push(host.spawn(request('many', 'true')))
      closeSync(taken.pop() ?? -1)
    }
    const counted = taken.length
    // Nothing was left open by the failures: all eight are free.
    while (taken.length < counted + 8) taken.push(openSync('/dev/null', 'r'))
    setLimit('nofile', limit.value)
    for (const fd of taken) closeSync(fd)
    for (const result of results)
      expect(result).toEqual({ ok: false, error: "too many open files to spawn 'many'", passing: true })
    expect((await run(request('many', 'true'))).exit?.status.code).toBe(0)
  })

  test('refuses a NUL', () => {
    const { host, request } = open()
    expect(host.spawn(request('nul', 'a\0b'))).toMatchObject({ ok: false })
    expect(host.spawn(request('nul', 'true', { environment: { 'A\0': '' } }))).toMatchObject({ ok: false })
  })
})

describe('standard input', () => {
  test('carries any amount to a process that reads, and stays open', async () => {
    const { host, request, exitOf, folder } = open()
    const spawned = host.spawn(request('cat', 'exec cat'))
    if (!spawned.ok) throw new Error(spawned.error)
    const data = Buffer.alloc(5_000_000, 'abcdefghij')
    expect(host.writeStdin('g:cat', data)).toBe('ok')
    await until(() => statSync(join(folder, 'cat.out')).size === data.length)
    expect(host.writeStdin('g:cat', Buffer.from('more'))).toBe('ok')
    await until(() => statSync(join(folder, 'cat.out')).size === data.length + 4)
    expect(readFileSync(join(folder, 'cat.out')).equals(Buffer.concat([data, Buffer.from('more')]))).toBe(true)
    host.signal(spawned.pid, 9, 'process')
    await exitOf(spawned.pid)
  })

  test('of a process that does not read is full after a while, and takes nothing then', async () => {
    const { host, request, exitOf } = open()
    const spawned = host.spawn(request('deaf', 'exec sleep 100'))
    if (!spawned.ok) throw new Error(spawned.error)
    const results = Array.from({ length: 40 }, () => host.writeStdin('g:deaf', Buffer.alloc(50_000)))
    expect(results.indexOf('full')).toBe(22) // 64 KiB in the pipe, then 1 MiB waiting
    expect(results.slice(22).every((result) => result === 'full')).toBe(true)
    host.signal(spawned.pid, 9, 'process')
    await exitOf(spawned.pid)
  })

  test('that the process closed is told', async () => {
    const { host, request, exitOf, log } = open()
    const spawned = host.spawn(request('closed', 'exec <&-; echo done; exec sleep 100'))
    if (!spawned.ok) throw new Error(spawned.error)
    await until(() => log('closed.out') !== '')
    expect(host.writeStdin('g:closed', Buffer.from('x'))).toBe('closed')
    expect(host.writeStdin('g:closed', Buffer.from('x'))).toBe('closed')
    host.signal(spawned.pid, 9, 'process')
    await exitOf(spawned.pid)
    expect(host.writeStdin('g:none' as ProcessKey, Buffer.from('x'))).toBe('no-pipe')
  })
})

describe('events', () => {
  test('never arrive inside a call, and the pieces of output name their process', async () => {
    const { host, run, request, events } = open()
    const before = events.length
    const spawned = host.spawn(request('fail', '', { filename: '/nonexistent', stderr: { ...NO_STREAM, tap: true } }))
    host.reopenLogs('g:fail')
    host.clearLogs('g:fail')
    expect(events.length).toBe(before)
    await run(request('next', 'true'))
    const pid = spawned.ok ? spawned.pid : 0
    expect(events.filter((event) => event.type === 'output')).toEqual([
      {
        type: 'output',
        key: 'g:fail',
        pid,
        channel: 'stderr',
        data: bytes("supervisor: couldn't exec sh: ENOENT\nsupervisor: child process was not spawned\n"),
      },
    ])
  })

  test('carry what stands between capture tokens', async () => {
    const { run, request, events, log, folder } = open()
    const script = 'printf "a<!--XSUPERVISOR:BEGIN-->hello<!--XSUPERVISOR:END-->b"'
    const stdout = { ...NO_STREAM, path: join(folder, 'cap.out'), captureBytesMax: 1000 }
    await run(request('cap', script, { stdout }))
    expect(events.filter((event) => event.type === 'captured')).toMatchObject([
      { key: 'g:cap', channel: 'stdout', data: bytes('hello') },
    ])
    expect(log('cap.out')).toBe('ab')
  })

  test('tell of orphans, which are reaped', async () => {
    const { run, request, events, log } = open()
    const script =
      'i=0; while [ $i -lt 50 ]; do (setsid sh -c "exit 7" & echo $! >/dev/null) ; i=$((i+1)); done; sh -c "sleep 0.1; exit 9" & echo $!'
    await run(request('parent', script))
    const last = Number(log('parent.out'))
    await until(() => events.some((event) => event.type === 'reaped-unknown' && event.pid === last))
    expect(events.find((event) => event.type === 'reaped-unknown' && event.pid === last)).toMatchObject({
      status: { code: 9, signal: null },
    })
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim()
    const zombies = children.split(' ').filter((pid) => {
      try {
        return pid !== '' && / Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
      } catch {
        return false
      }
    })
    expect(zombies).toEqual([])
  })
})

describe('logs of a live process', () => {
  test('are opened anew, cleared and configured', async () => {
    const { host, request, exitOf, log, folder } = open()
    const wanted = request('cat', 'exec cat')
    const spawned = host.spawn(wanted)
    if (!spawned.ok) throw new Error(spawned.error)
    const say = async (text: string) => {
      host.writeStdin('g:cat', Buffer.from(text))
      await until(() => log('cat.out').includes(text))
    }
    await say('one\n')
    renameSync(join(folder, 'cat.out'), join(folder, 'cat.old'))
    host.reopenLogs('g:cat')
    await say('two\n')
    expect([log('cat.old'), log('cat.out')]).toEqual(['one\n', 'two\n'])
    expect(host.clearLogs('g:cat')).toEqual({ ok: true })
    await say('three\n')
    expect(log('cat.out')).toBe('three\n')
    host.configure('g:cat', { stdout: { ...wanted.stdout, logBytesMax: 10, logBackups: 1 }, stderr: wanted.stderr })
    host.writeStdin('g:cat', Buffer.from('0123456789'))
    await until(() => existsSync(join(folder, 'cat.out.1')))
    expect([log('cat.out.1'), log('cat.out')]).toEqual(['three\n0123456789', ''])
    host.signal(spawned.pid, 9, 'process')
    await exitOf(spawned.pid)
  })

  test('AUTO ones get a file of their own', () => {
    const { host, folder } = open()
    const path = host.createAutoLog('web', 'stderr') ?? ''
    expect(path.startsWith(join(folder, 'web-stderr---supervisor-'))).toBe(true)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })
})

describe('many processes', () => {
  test('leave nothing behind', async () => {
    const { host, request, events } = open()
    const runs = async (count: number, offset: number) => {
      let started = 0
      let seen = events.length
      let exits = 0
      const ended = () => {
        for (; seen < events.length; seen++) if (events[seen]?.type === 'exited') exits++
        return exits
      }
      while (started < count) {
        for (; started < count && started - ended() < 8; started++) {
          const filename = started % 10 === 0 ? '/nonexistent' : '/bin/true'
          const more = { filename, argv: ['true'], stdout: NO_STREAM, stderr: NO_STREAM }
          expect(host.spawn(request(`p${offset + started}`, '', more)).ok).toBe(true)
        }
        await new Promise((resolve) => setImmediate(resolve))
      }
      await until(() => ended() === count)
    }
    await runs(100, 0)
    await new Promise((resolve) => setTimeout(resolve, 20))
    const before = openFiles()
    await runs(2000, 100)
    const codes = events.flatMap((event) => (event.type === 'exited' ? [event.status.code] : []))
    expect(codes.filter((code) => code === 127).length).toBe(210)
    expect(codes.filter((code) => code === 0).length).toBe(1890)
    await until(() => openFiles() <= before)
  }, 30_000)
})
