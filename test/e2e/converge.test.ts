import { appendFileSync, mkdirSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Options } from './config-text.js'
import { type Daemon, readText, startDaemon } from './harness.js'
import { alive } from './processes.js'
import { eventually } from './run.js'

const CAT: Options = { command: '/bin/cat', startsecs: 0 }

describe('an edited file converges by itself', () => {
  test('one program of twenty changes and nineteen pids stay', async () => {
    const programs = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`cat${n}`, CAT]))
    const daemon = await startDaemon({ programs })
    const before = await untilAllRun(daemon, 20)
    daemon.configure({ programs: { ...programs, cat7: { ...CAT, environment: 'NEW="1"' } } })
    await daemon.untilReplaced('cat7', before.cat7 ?? 0)
    const after = await pids(daemon)
    expect({ ...after, cat7: 0 }).toEqual({ ...before, cat7: 0 })
  })

  test('within a second of the settle time', async () => {
    const daemon = await startDaemon({ programs: { cat: CAT } })
    await daemon.until('cat', 'RUNNING')
    const edited = performance.now()
    daemon.configure({ programs: { cat: CAT, dog: CAT } })
    await eventually('dog is declared', async () => (await daemon.status()).dog !== undefined)
    await daemon.until('dog', 'RUNNING')
    expect(performance.now() - edited).toBeLessThan(1_500)
  })

  test('numprocs 3 to 5 starts two and leaves three, 5 to 2 stops the surplus', async () => {
    const numprocs = (count: number) => ({
      programs: { w: { ...CAT, numprocs: count, process_name: '%(program_name)s_%(process_num)02d' } },
    })
    const daemon = await startDaemon(numprocs(3))
    const three = await untilAllRun(daemon, 3)
    daemon.configure(numprocs(5))
    const five = await untilAllRun(daemon, 5)
    expect(five).toMatchObject(three)
    daemon.configure(numprocs(2))
    const two = await untilAllRun(daemon, 2)
    expect(two).toEqual({ 'w:w_00': three['w:w_00'], 'w:w_01': three['w:w_01'] })
    expect(alive(five['w:w_04'] ?? 0)).toBe(false)
  })

  test('a rotation size changes without a restart and is in force', async () => {
    const talk = (bytes: string) => ({
      programs: {
        talk: {
          command: '/bin/sh -c "while :; do echo 0123456789012345678901234567890123456789; sleep 0.01; done"',
          startsecs: 0,
          stdout_logfile: '%(here)s/talk.log',
          stdout_logfile_maxbytes: bytes,
          stdout_logfile_backups: 2,
        },
      },
    })
    const daemon = await startDaemon(talk('50MB'))
    const { pid } = await daemon.until('talk', 'RUNNING')
    daemon.configure(talk('1KB'))
    await eventually('the log rotates', () => readText(join(daemon.dir, 'talk.log.1')) !== '')
    expect((await daemon.process('talk')).pid).toBe(pid)
  })

  test('a restart policy changes without a restart and is in force', async () => {
    const daemon = await startDaemon({ programs: { cat: { ...CAT, autorestart: false } } })
    const { pid } = await daemon.until('cat', 'RUNNING')
    daemon.configure({ programs: { cat: { ...CAT, autorestart: true } } })
    await eventually('the change is accepted', async () => (await daemon.svctl('diff')).code === 0)
    expect((await daemon.process('cat')).pid).toBe(pid)
    process.kill(pid, 'SIGKILL')
    await daemon.untilReplaced('cat', pid)
  })

  test('a comment, another order of keys and other quotes restart nothing', async () => {
    const text = (body: string) =>
      `[supervisord]\nlogfile=@DIR@/supervisord.log\npidfile=@DIR@/supervisord.pid\n[unix_http_server]\nfile=@DIR@/s.sock\n` +
      `[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n` +
      `[supervisorctl]\nserverurl=unix://@DIR@/s.sock\n${body}`
    const daemon = await startDaemon({ config: text('[program:cat]\ncommand=/bin/cat\nenvironment=A="1",B="2"\n') })
    const { pid } = await daemon.until('cat', 'RUNNING')
    daemon.configure(
      text(
        "; a comment\n[program:cat]\nenvironment = B='2',A=1\nCOMMAND : /bin/cat\n[program:dog]\ncommand=/bin/cat\n",
      ),
    )
    await eventually('the new text is accepted', async () => (await daemon.status()).dog !== undefined)
    expect((await daemon.process('cat')).pid).toBe(pid)
  })

  test('a removed program is stopped and gone, an added one starts', async () => {
    const daemon = await startDaemon({ programs: { a: CAT, b: CAT, c: CAT } })
    const before = await untilAllRun(daemon, 3)
    daemon.configure({ programs: { a: CAT, c: CAT, d: CAT } })
    await eventually('d runs and b is gone', async () => {
      const rows = await daemon.status()
      return rows.d?.statename === 'RUNNING' && rows.b === undefined
    })
    expect(alive(before.b ?? 0)).toBe(false)
    expect(await pids(daemon)).toMatchObject({ a: before.a, c: before.c })
  })

  test('files of [include] are watched too, also ones that appear', async () => {
    const daemon = await startDaemon({
      programs: { main: CAT },
      more: '[include]\nfiles=conf.d/*.conf\n',
    })
    await daemon.until('main', 'RUNNING')
    mkdirSync(join(daemon.dir, 'conf.d'))
    writeFileSync(join(daemon.dir, 'conf.d', 'x.conf'), '[program:x]\ncommand=/bin/cat\nstartsecs=0\n')
    await eventually('x runs', async () => (await daemon.status()).x?.statename === 'RUNNING', { timeoutMs: 40_000 })
    appendFileSync(join(daemon.dir, 'conf.d', 'x.conf'), '[program:y]\ncommand=/bin/cat\nstartsecs=0\n')
    await eventually('y runs', async () => (await daemon.status()).y?.statename === 'RUNNING')
  })

  test('a directory that is swapped by a symlink is seen, again and again', async () => {
    const program = (name: string) => `[program:${name}]\ncommand=/bin/cat\nstartsecs=0\n`
    const daemon = await startDaemon({ programs: { main: CAT }, more: '[include]\nfiles=data/*.conf\n' })
    for (const version of ['one', 'two', 'three']) {
      mkdirSync(join(daemon.dir, version))
      writeFileSync(join(daemon.dir, version, 'x.conf'), program(version))
      rmSync(join(daemon.dir, 'data'), { force: true })
      symlinkSync(version, join(daemon.dir, 'data'))
      await eventually(`${version} runs`, async () => (await daemon.status())[version]?.statename === 'RUNNING', {
        timeoutMs: 40_000,
      })
    }
    await eventually('the others are gone', async () => Object.keys(await daemon.status()).join() === 'main,three')
  }, 150_000)
})

describe('a stop by hand is a hold', () => {
  test('it survives an edit of something else, and start ends it', async () => {
    const daemon = await startDaemon({ programs: { a: CAT, b: CAT } })
    await untilAllRun(daemon, 2)
    expect((await daemon.ctl('stop', 'a')).stdout).toBe('a: stopped\n')
    daemon.configure({ programs: { a: CAT, b: { ...CAT, environment: 'N="1"' }, c: CAT } })
    await daemon.until('c', 'RUNNING')
    expect((await daemon.process('a')).statename).toBe('STOPPED')
    expect((await daemon.ctl('start', 'a')).stdout).toBe('a: started\n')
    await daemon.until('a', 'RUNNING')
  })
})

describe('a broken file stops nothing, says where it is wrong, and the next good one converges', () => {
  const good = { programs: { a: CAT, b: CAT } }
  const cases: readonly { name: string; breakIt: (daemon: Daemon) => void; says: RegExp }[] = [
    {
      name: 'a syntax error',
      breakIt: (daemon) => daemon.configure(`${readText(daemon.configFile)}\nthis is no option\n`),
      says: /supervisord\.conf:\d+:\d+: error/,
    },
    {
      name: 'an unknown signal',
      breakIt: (daemon) => daemon.configure({ programs: { a: CAT, b: { ...CAT, stopsignal: 'TREM' } } }),
      says: /supervisord\.conf:\d+:\d+: error [A-Z_]+: .*TREM/,
    },
    { name: 'an empty file', breakIt: (daemon) => daemon.configure(''), says: /supervisord\.conf/ },
    { name: 'a deleted file', breakIt: (daemon) => unlinkSync(daemon.configFile), says: /supervisord\.conf/ },
    {
      name: 'a directory in place of the file',
      breakIt: (daemon) => {
        unlinkSync(daemon.configFile)
        mkdirSync(daemon.configFile)
      },
      says: /supervisord\.conf/,
    },
    {
      name: 'a half-written file',
      breakIt: (daemon) => {
        const text = readText(daemon.configFile)
        writeFileSync(daemon.configFile, text.slice(0, text.indexOf('[program:b]') + '[program:b]\ncomm'.length))
      },
      says: /supervisord\.conf:\d+:\d+: error/,
    },
    {
      name: 'a bad number in an included file',
      breakIt: (daemon) => {
        writeFileSync(join(daemon.dir, 'more.conf'), '[program:c]\ncommand=/bin/cat\nstartsecs=1 minute\n')
        daemon.configure({ ...good, more: '[include]\nfiles=more.conf\n' })
      },
      says: /more\.conf:3:11: error [A-Z_]+: .*1 minute/,
    },
  ]
  for (const { name, breakIt, says } of cases)
    test(name, async () => {
      const daemon = await startDaemon(good)
      const before = await untilAllRun(daemon, 2)
      breakIt(daemon)
      await eventually('status tells of the error', async () => says.test((await daemon.svctl('status')).stderr))
      expect(await pids(daemon)).toEqual(before)
      const reread = await daemon.ctl('reread')
      expect(reread.code).toBe(1)
      expect(reread.stdout).toMatch(/^ERROR: CANT_REREAD: /)
      expect((await daemon.svctl('diff')).code).toBe(6)
      rmSync(daemon.configFile, { recursive: true, force: true })
      daemon.configure({ programs: { ...good.programs, fixed: CAT } })
      await eventually(
        'the next good file is accepted',
        async () => (await daemon.status()).fixed?.statename === 'RUNNING',
      )
      expect(await pids(daemon)).toMatchObject(before)
      expect((await daemon.svctl('status')).stderr).toBe('')
    })

  test('the place is shown with the line and a caret', async () => {
    const daemon = await startDaemon(good)
    await untilAllRun(daemon, 2)
    daemon.configure({ programs: { a: CAT, b: { ...CAT, startsecs: '1 minute' } } })
    const diff = await daemon.svctl('diff')
    expect(diff.code).toBe(6)
    expect(diff.stderr).toMatch(
      /supervisord\.conf:(\d+):11: error [A-Z_]+: .*\n\s+\1 \| startsecs=1 minute\n\s+\|\s+\^{8}\n/,
    )
  })
})

describe('guards', () => {
  test('a file that would remove most programs waits for a person', async () => {
    const programs = Object.fromEntries(Array.from({ length: 6 }, (_, n) => [`cat${n}`, CAT]))
    const daemon = await startDaemon({ programs })
    const before = await untilAllRun(daemon, 6)
    daemon.configure({ programs: { cat0: CAT } })
    await eventually('status names the command that goes on', async () =>
      (await daemon.svctl('status')).stderr.includes('svctl apply --allow-removals'),
    )
    expect(await pids(daemon)).toEqual(before)
    expect((await daemon.svctl('apply')).code).toBe(8)
    expect(await pids(daemon)).toEqual(before)
    expect((await daemon.svctl('apply', '--allow-removals')).code).toBe(0)
    await eventually('five are gone', async () => Object.keys(await daemon.status()).length === 1)
    expect(await pids(daemon)).toEqual({ cat0: before.cat0 })
  })

  test('a file held back is told once, however often it is saved', async () => {
    const programs = Object.fromEntries(Array.from({ length: 4 }, (_, n) => [`cat${n}`, CAT]))
    const daemon = await startDaemon({ programs })
    await untilAllRun(daemon, 4)
    const told = () => readText(join(daemon.dir, 'supervisord.log')).match(/revision held back/g)?.length ?? 0
    daemon.configure({ programs: { cat0: CAT } })
    await eventually('the log tells of it', () => told() > 0)
    daemon.configure({ programs: { cat0: CAT }, more: '# one more comment\n' })
    process.kill(daemon.pid, 'SIGHUP')
    await eventually('the signal is heard', () =>
      readText(join(daemon.dir, 'supervisord.log')).includes('received SIGHUP'),
    )
    daemon.configure({ programs: { ...programs, dog: CAT } })
    await untilAllRun(daemon, 5)
    expect(told()).toBe(1)
  })
})

async function pids(daemon: Daemon): Promise<Readonly<Record<string, number>>> {
  return Object.fromEntries(Object.entries(await daemon.status()).map(([name, { pid }]) => [name, pid]))
}

/** Waits until exactly `count` processes are declared and all run; their pids. */
function untilAllRun(daemon: Daemon, count: number): Promise<Readonly<Record<string, number>>> {
  return eventually(`${count} processes run`, async () => {
    const rows = Object.values(await daemon.status())
    return rows.length === count && rows.every(({ statename }) => statename === 'RUNNING') && pids(daemon)
  })
}
