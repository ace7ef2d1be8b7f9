import { spawn, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { configText, type Options } from './config-text.js'
import { type Daemon, startDaemon } from './harness.js'
import { eventually } from './run.js'

// What can happen to a file between a person and the daemon. In every one of these the programs that the last version
// still wants must go on as the processes they were.

const CAT: Options = { command: '/bin/cat', startsecs: 0 }
const INCLUDE = '[include]\nfiles=conf.d/*.conf\n'
const program = (name: string, options: Options = CAT) =>
  `[program:${name}]\n${Object.entries(options)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')}`
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`p${n}`, CAT]))

/** A daemon with programs that all run; `unharmed` fails when one of them is not the process it was. */
async function steady(options: Parameters<typeof startDaemon>[0], count: number) {
  const daemon = await startDaemon(options)
  await eventually('all run', async () => {
    const rows = Object.values(await daemon.status())
    return rows.length === count && rows.every((row) => row.statename === 'RUNNING')
  })
  const before = await pids(daemon)
  return {
    daemon,
    unharmed: async () => expect(await pids(daemon)).toMatchObject(before),
    accepted: (name: string) => daemon.until(name, 'RUNNING'),
    told: (text: RegExp) =>
      eventually(`status says ${text}`, async () => text.test((await daemon.svctl('status')).stderr)),
  }
}

async function pids(daemon: Daemon): Promise<Readonly<Record<string, number>>> {
  const rows = Object.entries(await daemon.status())
  return Object.fromEntries(rows.map(([name, row]) => [name, row.pid]))
}

describe('a file that is written', () => {
  test('by vim, with its swap file, its test for writing, and a rename for the backup', async () => {
    const { daemon, unharmed, accepted } = await steady({ programs: many(3) }, 3)
    const { dir, configFile } = daemon
    writeFileSync(join(dir, '.supervisord.conf.swp'), 'b0VIM 9.0')
    writeFileSync(join(dir, '4913'), '')
    rmSync(join(dir, '4913'))
    renameSync(configFile, `${configFile}~`)
    writeFileSync(configFile, configText(dir, { programs: { ...many(3), fresh: CAT } }))
    rmSync(`${configFile}~`)
    rmSync(join(dir, '.supervisord.conf.swp'))
    await accepted('fresh')
    await unharmed()
  })

  test('in place: cut to nothing, then written in pieces', async () => {
    const { daemon, unharmed, accepted } = await steady({ programs: many(3) }, 3)
    const text = configText(daemon.dir, { programs: { ...many(3), fresh: CAT } })
    const fd = openSync(daemon.configFile, 'w')
    for (let at = 0; at < text.length; at += 64) writeSync(fd, text.slice(at, at + 64))
    closeSync(fd)
    await accepted('fresh')
    await unharmed()
  })

  test('by somebody who pauses for three seconds in the middle', async () => {
    const { daemon, unharmed } = await steady({ programs: many(10) }, 10)
    const text = configText(daemon.dir, { programs: { ...many(10), fresh: CAT } })
    // What is there during the pause is a good file without its last four programs: no guard would object.
    const middle = text.indexOf('[program:p7]')
    const script = 'exec 3>"$1"; printf %s "$2" >&3; sleep 3; printf %s "$3" >&3'
    const writer = spawn('sh', ['-c', script, 'sh', daemon.configFile, text.slice(0, middle), text.slice(middle)])
    onTestFinished(() => void writer.kill('SIGKILL'))
    const seen = new Set<number>()
    await eventually('fresh is accepted', async () => {
      const rows = await daemon.status()
      seen.add(Object.keys(rows).length)
      return rows.fresh !== undefined
    })
    expect([...seen]).toEqual([10, 11])
    await unharmed()
  })

  test('from A to B and back to A, over and over', async () => {
    const { daemon, unharmed, accepted } = await steady({ programs: many(3) }, 3)
    const b = { ...many(3), p1: { ...CAT, environment: 'FLAP="1"' } }
    for (let turn = 0; turn < 10; turn++) {
      daemon.configure({ programs: turn % 2 === 0 ? b : many(3) })
      await new Promise((resolve) => setTimeout(resolve, 50)) // the writer's own pace, shorter than the settle time
    }
    daemon.configure({ programs: { ...many(3), fresh: CAT } })
    await accepted('fresh')
    await unharmed()
  })
})

describe('included files', () => {
  test('of which git checks out fifty at once', async () => {
    const files = (tag: string) =>
      Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`c${n}`, `; ${tag}\n${program(`c${n}`)}`]))
    const { daemon, unharmed, accepted } = await steady({ programs: { main: CAT } }, 1)
    const folder = join(daemon.dir, 'conf.d')
    const git = (...args: readonly string[]) => {
      const done = spawnSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.org', ...args], { cwd: folder })
      expect(String(done.stderr)).not.toMatch(/^(fatal|error)/m)
    }
    mkdirSync(folder)
    git('init', '-q', '-b', 'one')
    const commit = (branch: string, extra: string) => {
      for (const [name, text] of Object.entries(files(branch))) writeFileSync(join(folder, `${name}.conf`), text)
      writeFileSync(join(folder, 'extra.conf'), extra)
      git('add', '.')
      git('commit', '-q', '-m', branch)
    }
    commit('one', program('old'))
    git('checkout', '-q', '-b', 'two')
    commit('two', program('new'))
    git('checkout', '-q', 'one')
    daemon.configure({ programs: { main: CAT }, more: INCLUDE })
    await eventually('all run', async () => {
      const rows = Object.values(await daemon.status())
      return rows.length === 52 && rows.every((row) => row.statename === 'RUNNING')
    })
    const { old: _old, ...before } = await pids(daemon)
    git('checkout', '-q', 'two')
    await accepted('new')
    expect(await pids(daemon)).toMatchObject(before)
    await unharmed()
  })

  test('in a ConfigMap, whose ..data is swapped', async () => {
    const volume = (dir: string, version: number, text: string) => {
      mkdirSync(join(dir, 'vol', `..${version}`), { recursive: true })
      writeFileSync(join(dir, 'vol', `..${version}`, 'apps.conf'), text)
      symlinkSync(`..${version}`, join(dir, 'vol', '..data_tmp'))
      renameSync(join(dir, 'vol', '..data_tmp'), join(dir, 'vol', '..data'))
    }
    const { daemon, accepted } = await steady({ programs: { main: CAT } }, 1)
    volume(daemon.dir, 1, program('app'))
    symlinkSync('..data/apps.conf', join(daemon.dir, 'vol', 'apps.conf'))
    daemon.configure({ programs: { main: CAT }, more: '[include]\nfiles=vol/*.conf\n' })
    await accepted('app')
    const before = await pids(daemon)
    for (const version of [2, 3]) {
      volume(daemon.dir, version, program('app') + program(`v${version}`))
      rmSync(join(daemon.dir, 'vol', `..${version - 1}`), { recursive: true })
      await accepted(`v${version}`)
    }
    expect(await pids(daemon)).toMatchObject(before)
  })

  test('in a folder that goes away and comes back', async () => {
    const files = { programs: { main: CAT }, more: INCLUDE }
    const { daemon, unharmed, accepted, told } = await steady({ programs: { main: CAT, other: CAT, third: CAT } }, 3)
    const folder = join(daemon.dir, 'conf.d')
    mkdirSync(folder)
    writeFileSync(join(folder, 'app.conf'), program('app'))
    daemon.configure({ programs: { main: CAT, other: CAT, third: CAT }, more: files.more })
    await accepted('app')
    const { app } = await pids(daemon)
    renameSync(folder, `${folder}.away`)
    await told(/conf\.d: the folder is gone/)
    expect((await pids(daemon)).app).toBe(app)
    renameSync(`${folder}.away`, folder)
    writeFileSync(join(folder, 'more.conf'), program('more'))
    await accepted('more')
    expect((await pids(daemon)).app).toBe(app)
    await unharmed()
  })

  const mountable = spawnSync('unshare', ['--mount', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt']).status === 0
  test.runIf(mountable)('in a file system that is unmounted and mounted again', async () => {
    // The daemon lives in a mount namespace of its own, and we reach into it.
    const { daemon, unharmed, told, accepted } = await steady({ programs: many(3), prefix: ['unshare', '--mount'] }, 3)
    const folder = join(daemon.dir, 'conf.d')
    const inside = (script: string) => {
      const done = spawnSync('nsenter', ['-t', String(daemon.pid), '-m', 'sh', '-ec', script, 'sh', folder])
      expect(String(done.stderr)).toBe('')
    }
    mkdirSync(folder)
    const file = `printf '${program('app').replaceAll('\n', '\\n')}' > "$1/app.conf"`
    inside(`mount -t tmpfs tmpfs "$1"; ${file}`)
    daemon.configure({ programs: many(3), more: INCLUDE })
    await accepted('app')
    const { app } = await pids(daemon)
    inside('umount "$1"')
    await told(/conf\.d: the folder was unmounted/)
    expect((await pids(daemon)).app).toBe(app)
    inside(`mount -t tmpfs tmpfs "$1"; ${file}`)
    daemon.configure({ programs: { ...many(3), fresh: CAT }, more: INCLUDE })
    await accepted('fresh')
    expect((await pids(daemon)).app).toBe(app)
    await unharmed()
  })

  test('behind a link that is pointed elsewhere', async () => {
    const { daemon, unharmed, accepted } = await steady({ programs: { main: CAT } }, 1)
    for (const [release, names] of [
      ['r1', ['app']],
      ['r2', ['app', 'second']],
    ] as const) {
      mkdirSync(join(daemon.dir, release))
      for (const name of names) writeFileSync(join(daemon.dir, release, `${name}.conf`), program(name))
    }
    symlinkSync('r1', join(daemon.dir, 'current'))
    daemon.configure({ programs: { main: CAT }, more: '[include]\nfiles=current/*.conf\n' })
    await accepted('app')
    const { app } = await pids(daemon)
    symlinkSync('r2', join(daemon.dir, 'next'))
    renameSync(join(daemon.dir, 'next'), join(daemon.dir, 'current'))
    await accepted('second')
    expect((await pids(daemon)).app).toBe(app)
    await unharmed()
  })
})

describe('rights', () => {
  const root = process.getuid?.() === 0
  test.runIf(root)('that are lost and regained', async () => {
    const prefix = ['setpriv', '--reuid=33', '--regid=33', '--clear-groups']
    const { daemon, unharmed, accepted, told } = await steady(
      { programs: many(2), more: INCLUDE, prefix, owner: 33, files: { 'app.conf': program('app') } },
      2,
    )
    mkdirSync(join(daemon.dir, 'conf.d'))
    const file = join(daemon.dir, 'conf.d', 'app.conf')
    renameSync(join(daemon.dir, 'app.conf'), file)
    await accepted('app')
    const { app } = await pids(daemon)
    chmodSync(file, 0o000)
    await told(/app\.conf: EACCES/)
    expect((await pids(daemon)).app).toBe(app)
    writeFileSync(file, program('app') + program('fresh'))
    chmodSync(file, 0o644)
    await accepted('fresh')
    expect((await pids(daemon)).app).toBe(app)
    await unharmed()
  })
})

const limited =
  spawnSync('unshare', ['--user', '--map-root-user', 'sh', '-c', 'echo 0 > /proc/sys/user/max_inotify_watches'])
    .status === 0
test.runIf(limited)('without a single inotify watch left, the timer finds the change and status says so', async () => {
  const script = 'echo 0 > /proc/sys/user/max_inotify_watches; exec "$0" "$@"'
  const prefix = ['unshare', '--user', '--map-root-user', 'sh', '-c', script]
  const { daemon, unharmed, accepted, told } = await steady({ programs: many(2), prefix }, 2)
  await told(/cannot watch configuration files: ENOSPC, looking every 2000 ms instead/)
  appendFileSync(daemon.configFile, program('fresh'))
  await accepted('fresh')
  await unharmed()
})
