import { chmodSync, chownSync, cpSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scratch } from './harness.js'
import { cleanEnv, ROOT, run } from './run.js'

// What V8 made of the code of a command is kept beside it, and must never change what the command does.

interface Installed {
  /** The folder with the code. */
  readonly folder: string
  readonly codeFile: string
  /** Paths of what was kept, also half written. */
  kept(): readonly string[]
  /** `svctl --version` @returns what it printed */
  version(env?: Readonly<Record<string, string>>): Promise<string>
}

function installed(): Installed {
  const dist = join(scratch().dir, 'dist')
  cpSync(join(ROOT, 'dist'), dist, { recursive: true, filter: (path) => !path.endsWith('.cache') })
  const folder = join(dist, 'code')
  const code = readdirSync(folder).find((name) => /^svctl-\w+\.js$/.test(name)) ?? ''
  return {
    folder,
    codeFile: join(folder, code),
    kept: () =>
      readdirSync(folder)
        .filter((name) => !name.endsWith('.js'))
        .map((name) => join(folder, name)),
    async version(env = {}) {
      const ran = await run(process.execPath, [join(dist, 'svctl.js'), '--version'], { env: { ...cleanEnv(), ...env } })
      expect(ran).toMatchObject({ code: 0, stderr: '' })
      return ran.stdout
    },
  }
}

const { version: VERSION } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))

test('the first run keeps it, the next one leaves it as it is; readable for all, writable for us', async () => {
  const { kept, version } = installed()
  await version()
  const [file = '', ...more] = kept()
  expect(more).toEqual([])
  expect(file.endsWith(`.js.${process.version}-${process.arch}.cache`), file).toBe(true)
  const { ino, mode, size } = statSync(file)
  expect(mode & 0o777).toBe(0o644)
  expect(size).toBeGreaterThan(10_000)
  expect(await version()).toContain(VERSION)
  expect(kept().map((path) => statSync(path).ino)).toEqual([ino])
})

test('what was made under other flags, or is damaged anywhere, is of no consequence; damaged it is made anew', async () => {
  const { kept, version } = installed()
  await version({ NODE_OPTIONS: '--stack-trace-limit=20' })
  expect(await version()).toContain(VERSION)
  const [file = ''] = kept()
  const good = readFileSync(file)
  const torn = Buffer.from(good).fill(0, Math.floor(good.length / 8), Math.floor(good.length / 4))
  for (const damaged of [torn, good.subarray(0, 5000), Buffer.alloc(4096), Buffer.alloc(0)]) {
    writeFileSync(file, damaged)
    expect(await version()).toContain(VERSION)
    expect(statSync(file).size).toBeGreaterThan(10_000)
  }
})

test('what somebody else could have written is not run, and made anew', async () => {
  const { kept, version } = installed()
  await version()
  const harms = [(path: string) => chmodSync(path, 0o666), (path: string) => chmodSync(path, 0o664)]
  if (process.getuid?.() === 0) harms.push((path) => chownSync(path, 12345, 12345))
  for (const harm of harms) {
    const [file = ''] = kept()
    const { ino } = statSync(file)
    harm(file)
    expect(await version()).toContain(VERSION)
    const made = statSync(file)
    expect(made.ino).not.toBe(ino)
    expect([made.uid, made.mode & 0o777]).toEqual([process.getuid?.(), 0o644])
  }
})

test('code that was edited by hand runs as edited, even when its length stays', async () => {
  const { codeFile, kept, version } = installed()
  await version()
  const edited = VERSION.replace(/\d$/, 'x')
  writeFileSync(codeFile, readFileSync(codeFile, 'utf8').replaceAll(`"${VERSION}"`, `"${edited}"`))
  for (const path of kept()) utimesSync(path, 0, 0)
  expect(await version()).toContain(edited)
})

test('nothing is kept where Node is told not to, nor in a folder that is not ours or cannot be written to', async () => {
  const { folder, kept, version } = installed()
  await version({ NODE_DISABLE_COMPILE_CACHE: '1' })
  expect(kept()).toEqual([])
  if (process.getuid?.() === 0) chownSync(folder, 12345, 12345)
  else chmodSync(folder, 0o555)
  expect(await version()).toContain(VERSION)
  expect(kept()).toEqual([])
})
