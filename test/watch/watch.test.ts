import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createClock } from '../../src/host/clock.js'
import { hostFiles } from '../../src/host/files.js'
import { fingerprint } from '../../src/host/fingerprint.js'
import { type ConfigWatch, watchConfig } from '../../src/host/watch.js'
import { findPlaces } from '../../src/host/watch-places.js'

const SETTLE_MS = 60
// Many changes, each waited out.
vi.setConfig({ testTimeout: 60_000 })
let dir = ''
let watching: ConfigWatch | null = null
let settled = 0

beforeEach(() => {
  dir = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'svctl-watch-')))
  settled = 0
})
afterEach(() => {
  watching?.close()
  watching = null
  fs.rmSync(dir, { recursive: true, force: true })
})

const at = (name: string) => path.join(dir, name)
const write = (name: string, text: string) => fs.writeFileSync(at(name), text)
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Starts a watch whose slow timer is far off, so that what is seen was reported by the system. */
async function start(files: readonly string[], patterns: readonly string[] = [], rescanMs = 600_000) {
  const degraded: string[] = []
  watching = watchConfig({
    files: () => files.map(at),
    patterns: () => patterns.map(at),
    glob: hostFiles.glob,
    clock: createClock(),
    settleMs: SETTLE_MS,
    rescanMs,
    onSettled: () => {
      settled += 1
    },
    onDegraded: (message) => void degraded.push(message ?? 'recovered'),
  })
  // A first change proves that the watch is armed.
  const first = files[0] ?? 'main.conf'
  await expect
    .poll(
      () => {
        fs.utimesSync(at(first), new Date(), new Date())
        return settled
      },
      { timeout: 15_000, interval: 150 },
    )
    .toBeGreaterThan(0)
  await quiet()
  settled = 0
  return degraded
}

/** Until nothing was reported for several settle times. */
async function quiet() {
  for (let before = -1; before !== settled; ) {
    before = settled
    await pause(4 * SETTLE_MS)
  }
}

async function seenOnce() {
  await expect.poll(() => settled, { timeout: 15_000, interval: 10 }).toBe(1)
  await quiet()
  expect(settled).toBe(1)
  settled = 0
}

async function seenNothing() {
  await quiet()
  expect(settled).toBe(0)
}

describe('watchConfig sees once', () => {
  test('a file written in place', async () => {
    write('main.conf', 'a')
    await start(['main.conf'])
    write('main.conf', 'b')
    await seenOnce()
  })

  test('an editor that writes beside and renames, again and again', async () => {
    write('main.conf', 'a')
    await start(['main.conf'])
    for (const text of ['b', 'c', 'd']) {
      write('4913', '')
      fs.unlinkSync(at('4913'))
      write('.main.conf.swp', 'x')
      fs.renameSync(at('main.conf'), at('main.conf~'))
      write('main.conf', text)
      fs.unlinkSync(at('.main.conf.swp'))
      await seenOnce()
    }
  })

  test('a file that is cut and then written with pauses shorter than the silence', async () => {
    write('main.conf', 'a')
    await start(['main.conf'])
    fs.truncateSync(at('main.conf'))
    for (let i = 0; i < 4; i++) {
      await pause(SETTLE_MS / 3)
      fs.appendFileSync(at('main.conf'), 'more')
    }
    await seenOnce()
  })

  test('a file that was removed, and its return', async () => {
    write('main.conf', 'a')
    write('other.conf', 'a')
    await start(['other.conf', 'main.conf'])
    fs.unlinkSync(at('main.conf'))
    await seenOnce()
    write('main.conf', 'a')
    await seenOnce()
  })

  test('each swap of a Kubernetes volume', async () => {
    fs.mkdirSync(at('v0'))
    write('v0/main.conf', 'a')
    fs.symlinkSync('v0', at('..data'))
    fs.symlinkSync('..data/main.conf', at('main.conf'))
    await start(['main.conf'])
    for (const version of ['v1', 'v2', 'v3']) {
      fs.mkdirSync(at(version))
      write(`${version}/main.conf`, 'a')
      fs.symlinkSync(version, at('..data_tmp'))
      fs.renameSync(at('..data_tmp'), at('..data'))
      await seenOnce()
    }
  })

  test('a link to a release that is pointed elsewhere', async () => {
    for (const release of ['r1', 'r2']) {
      fs.mkdirSync(at(`releases/${release}/conf`), { recursive: true })
      write(`releases/${release}/conf/main.conf`, 'a')
    }
    fs.symlinkSync(at('releases/r1'), at('current'))
    await start(['current/conf/main.conf'])
    fs.symlinkSync(at('releases/r2'), at('next'))
    fs.renameSync(at('next'), at('current'))
    await seenOnce()
    write('releases/r2/conf/main.conf', 'b')
    await seenOnce()
    write('releases/r1/conf/main.conf', 'b')
    await seenNothing()
  })

  test('files that come to, change in and go from an include folder', async () => {
    write('main.conf', 'a')
    fs.mkdirSync(at('conf.d'))
    await start(['main.conf'], ['conf.d/*.conf'])
    write('conf.d/a.conf', 'a')
    await seenOnce()
    write('conf.d/a.conf', 'b')
    await seenOnce()
    fs.unlinkSync(at('conf.d/a.conf'))
    await seenOnce()
  })

  test('an include folder that is made later, several levels at once', async () => {
    write('main.conf', 'a')
    await start(['main.conf'], ['deep/er/conf.d/*.conf'])
    fs.mkdirSync(at('deep/er/conf.d'), { recursive: true })
    write('deep/er/conf.d/a.conf', 'a')
    await seenOnce()
    write('deep/er/conf.d/b.conf', 'a')
    await seenOnce()
  })

  test('an include folder that is removed and made anew', async () => {
    write('main.conf', 'a')
    fs.mkdirSync(at('conf.d'))
    write('conf.d/a.conf', 'a')
    await start(['main.conf'], ['conf.d/*.conf'])
    for (let round = 0; round < 3; round++) {
      fs.rmSync(at('conf.d'), { recursive: true })
      await seenOnce()
      fs.mkdirSync(at('conf.d'))
      write('conf.d/a.conf', 'a')
      await seenOnce()
      write('conf.d/a.conf', 'b')
      await seenOnce()
    }
  })

  test('an include folder that is exchanged by rename', async () => {
    write('main.conf', 'a')
    fs.mkdirSync(at('conf.d'))
    fs.mkdirSync(at('new.d'))
    await start(['main.conf'], ['conf.d/*.conf'])
    fs.renameSync(at('conf.d'), at('old.d'))
    fs.renameSync(at('new.d'), at('conf.d'))
    await seenOnce()
    write('conf.d/a.conf', 'b')
    await seenOnce()
    write('old.d/a.conf', 'b')
    await seenNothing()
  })

  test('a folder that a wildcard in the middle matches later', async () => {
    write('main.conf', 'a')
    fs.mkdirSync(at('apps/one'), { recursive: true })
    await start(['main.conf'], ['apps/*/svc.conf'])
    fs.mkdirSync(at('apps/two'))
    await seenOnce()
    write('apps/two/svc.conf', 'a')
    await seenOnce()
    write('apps/one/svc.conf', 'a')
    await seenOnce()
  })

  test('a change that the system does not report, on the slow timer', async () => {
    write('main.conf', 'a')
    fs.mkdirSync(at('real/conf'), { recursive: true })
    fs.mkdirSync(at('spare/conf'), { recursive: true })
    write('real/conf/a.conf', 'a')
    write('spare/conf/a.conf', 'a')
    await start(['main.conf', 'real/conf/a.conf'], [], 200)
    // No watch is on the parent's parent: the watched folder itself stays as it was.
    fs.renameSync(at('real'), at('gone'))
    fs.renameSync(at('spare'), at('real'))
    await seenOnce()
  })
})

describe('watchConfig passes over', () => {
  test('what editors and package managers leave beside the files', async () => {
    write('main.conf', 'a')
    fs.mkdirSync(at('conf.d'))
    await start(['main.conf'], ['conf.d/*'])
    for (const name of ['a.conf~', '.#a.conf', '4913', 'a.swp', 'a.conf.rpmsave', 'a.conf.dpkg-new', '.hidden']) {
      write(`conf.d/${name}`, 'x')
    }
    await seenNothing()
  })

  test('but not when the configuration was read from it', async () => {
    write('main.conf', 'a')
    fs.mkdirSync(at('conf.d'))
    write('conf.d/a.conf~', 'a')
    await start(['main.conf', 'conf.d/a.conf~'], ['conf.d/*'])
    write('conf.d/a.conf~', 'b')
    await seenOnce()
  })

  test('other files in the same folders, such as logs', async () => {
    write('main.conf', 'a')
    await start(['main.conf'], ['*.ini'])
    write('supervisord.log', 'x')
    fs.mkdirSync(at('run'))
    await seenNothing()
  })

  test('everything after close', async () => {
    write('main.conf', 'a')
    await start(['main.conf'])
    watching?.close()
    write('main.conf', 'b')
    await seenNothing()
  })
})

test('a change beside logs that are written so often that the watch rests', async () => {
  write('main.conf', 'a')
  await start(['main.conf'])
  for (let turn = 0; turn < 10; turn++) {
    // Two by turns: the system tells equal reports in a row once.
    for (let line = 0; line < 100; line++) fs.appendFileSync(at(line % 2 === 0 ? 'a.log' : 'b.log'), 'x')
    await pause(5)
  }
  write('main.conf', 'b')
  await seenOnce()
})

test('refresh looks at once', async () => {
  write('main.conf', 'a')
  const files = ['main.conf']
  await start(files)
  write('late.conf', 'a')
  files.push('late.conf')
  watching?.refresh()
  await seenOnce()
})

describe('fingerprint', () => {
  test('tells files apart by everything but their names and order', () => {
    write('a', 'x')
    write('b', 'x')
    expect(fingerprint([at('a'), at('b'), at('a')])).toBe(fingerprint([at('b'), at('a')]))
    const before = fingerprint([at('a')])
    fs.chmodSync(at('a'), 0o600)
    expect(fingerprint([at('a')])).not.toBe(before)
    expect(fingerprint([at('none')])).not.toBe(fingerprint([at('a/below')]))
  })

  test('knows a folder by its identity only', () => {
    fs.mkdirSync(at('d'))
    const before = fingerprint([at('d')])
    write('d/x', 'x')
    expect(fingerprint([at('d')])).toBe(before)
    fs.renameSync(at('d'), at('e'))
    fs.mkdirSync(at('d'))
    expect(fingerprint([at('d')])).not.toBe(before)
  })
})

test('findPlaces survives links that go round', () => {
  fs.symlinkSync(at('b'), at('a'))
  fs.symlinkSync(at('a'), at('b'))
  const places = findPlaces([at('a')], [at('a/*')], hostFiles.glob)
  expect(places.folders.map((folder) => folder.path)).toEqual([dir])
  expect([places.concerns(dir, 'a'), places.concerns(dir, 'b'), places.concerns(dir, 'c')]).toEqual([true, true, false])
})
