import {
  closeSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { addonName, findAddon, findGuard, guardName } from './native/load.js'
import { execve, type Outcome, openMemoryFile, setCloseOnExec } from './native/posix.js'
import { ownCode } from './own-code.js'

/*
 * A program that puts another version of itself in its own place: pid, children, pipes and sockets stay. What both have
 * to agree on is a text in a file without a name, and the numbers of descriptors in it. Should the other version not come
 * up, a few lines of ours that run before it put this version back, from a copy made for the occasion.
 */

/** Tells a program the descriptor of what it is handed. Never passed on to children. */
const HANDED_VARIABLE = 'SVCTL_HANDED'
/** Set when it is only to say whether it could take over. */
const CHECK_VARIABLE = 'SVCTL_HANDED_CHECK'
/** Why the other version did not come up; set for the one that is put back. */
const FAILED_VARIABLE = 'SVCTL_HANDED_BACK'
/** The options that Node was given before the guard was added; absent for none. */
const OPTIONS_VARIABLE = 'SVCTL_NODE_OPTIONS'

/** How long the other version has to come up, ms. */
const COME_UP_MS = 30_000

/** The files this program was started from, open: an installation may replace them at any time. */
export interface OwnFiles {
  /** The program of the guard, to be run; `null` when there is none. */
  readonly guard: number | null
  /** Puts a copy in a new folder below the first of `places` that can have it. @returns the folder, or why there is none */
  copy(
    places: readonly string[],
  ): { readonly ok: true; readonly folder: string } | { readonly ok: false; readonly reason: string }
}

interface OpenFile {
  /** Below the folder of a copy. */
  readonly name: string
  readonly fd: number
  readonly size: number
  readonly mtimeMs: number
}

/** A file with its name below the folder of a copy. */
interface SavedFile {
  readonly name: string
  readonly bytes: Buffer
}

/** Of a copy: what Node is to run there. */
const LAUNCHER = 'supervisord.cjs'
const GUARD = 'guard.cjs'
const GUARD_DATA = 'guard.json'

/** Opens the files of this program. To be called at its start. @param program - path of the launcher */
export function openOwnFiles(program: string): OwnFiles {
  const code = ownCode()?.file ?? ''
  const open = [
    openFile(LAUNCHER, program),
    openFile(join('code', basename(code)), code),
    openFile(join('native', addonName()), findAddon()),
  ]
  const guardFile = findGuard()
  const guard = guardFile === null ? null : openFile(join('native', guardName()), guardFile)
  return {
    guard: guard?.fd ?? null,
    copy(places) {
      const files = open.flatMap((file) => readSame(file) ?? [])
      if (files.length < open.length) {
        return {
          ok: false,
          reason: 'the files of the running version were overwritten in place, so there would be no way back',
        }
      }
      let problem = ''
      for (const place of places) {
        try {
          return { ok: true, folder: writeCopy(place, [...files, readSame(guard) ?? []].flat()) }
        } catch (error) {
          problem = error instanceof Error ? error.message : String(error)
        }
      }
      return { ok: false, reason: `there is no place for a copy of the running version: ${problem}` }
    },
  }
}

/** @throws when the place cannot be written to or nothing in it may be run */
function writeCopy(place: string, files: readonly SavedFile[]): string {
  const folder = mkdtempSync(join(place, 'svctl-upgrade-'))
  try {
    for (const { name, bytes } of files) {
      mkdirSync(join(folder, dirname(name)), { recursive: true })
      writeFileSync(join(folder, name), bytes, { mode: 0o700 })
    }
    writeFileSync(join(folder, GUARD), GUARD_TEXT)
    createRequire(import.meta.url)(addonIn(folder))
    return folder
  } catch (error) {
    removeCopy(folder)
    throw error
  }
}

function addonIn(folder: string): string {
  return join(folder, 'native', addonName())
}

function openFile(name: string, path: string): OpenFile | null {
  try {
    const fd = openSync(path, 'r')
    const { size, mtimeMs } = fstatSync(fd)
    return { name, fd, size, mtimeMs }
  } catch {
    return null // Gone already, or no descriptor left: then there is nothing to go back to.
  }
}

/** @returns `null` when somebody has written to the file since it was opened */
function readSame(file: OpenFile | null): SavedFile | null {
  if (file === null) return null
  const { name, fd, size, mtimeMs } = file
  const now = fstatSync(fd)
  if (now.size !== size || now.mtimeMs !== mtimeMs) return null
  const bytes = Buffer.alloc(size)
  return readSync(fd, bytes, 0, size, 0) === size ? { name, bytes } : null
}

/** Writes a text to a new file without a name. */
export function keepText(text: string): Outcome<number> {
  const made = openMemoryFile()
  if (made.ok) {
    const bytes = Buffer.from(text)
    for (let at = 0; at < bytes.length; ) at += writeSync(made.value, bytes, at)
  }
  return made
}

/** The command that this program was started by, and what it gets beside. */
export interface ProgramStart {
  /** Path of the bundle. */
  readonly program: string
  readonly argv: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** How to start a program that only says whether it could go on from what it finds in its descriptor 3. */
export function checkCommand({ program, argv, environment }: ProgramStart): {
  readonly file: string
  readonly argv: readonly string[]
  readonly environment: readonly string[]
} {
  return {
    file: process.execPath,
    argv: [process.execPath, ...process.execArgv, program, ...argv],
    environment: pairs({ ...environment, [HANDED_VARIABLE]: '3', [CHECK_VARIABLE]: '1' }),
  }
}

/**
 * Puts the program in our place.
 *
 * @param handed - descriptor of what it is handed
 * @param fds - all that it takes on, `handed` and 0 to 2 among them
 * @param folder - with the copy of ours that comes back if it does not come up
 * @returns only when that failed: why
 */
export function replaceProgram(start: ProgramStart, handed: number, fds: readonly number[], folder: string): string {
  const { program, argv, environment } = start
  const { NODE_OPTIONS } = environment
  const preload = `--require ${JSON.stringify(join(folder, GUARD))}`
  const guard = { addon: addonIn(folder), bundle: join(folder, LAUNCHER), fds, timeoutMs: COME_UP_MS }
  writeFileSync(join(folder, GUARD_DATA), JSON.stringify(guard))
  for (const fd of fds) setCloseOnExec(fd, false)
  const failure = execve(
    process.execPath,
    [process.execPath, ...process.execArgv, program, ...argv],
    pairs({
      ...environment,
      [HANDED_VARIABLE]: String(handed),
      NODE_OPTIONS: NODE_OPTIONS === undefined ? preload : `${NODE_OPTIONS} ${preload}`,
      [OPTIONS_VARIABLE]: NODE_OPTIONS,
    }),
  )
  for (const fd of fds) setCloseOnExec(fd, true)
  return failure.text
}

/** What a program finds that was put in the place of another. */
export interface Handed {
  readonly text: string
  /** Why the version before us did not stay in its place; `null` when there was none. */
  readonly failed: string | null
  /** Only says whether it could go on from there. */
  readonly check: boolean
  /** From now on nobody else comes back; the descriptors are close-on-exec again. */
  settle(fds: readonly number[]): void
}

/** To be called once, early: takes our variables out of the environment. @returns `null` for an ordinary start */
export function takeHanded(): Handed | null {
  const number = process.env[HANDED_VARIABLE]
  const failed = process.env[FAILED_VARIABLE] ?? null
  const check = process.env[CHECK_VARIABLE] !== undefined
  for (const name of [HANDED_VARIABLE, FAILED_VARIABLE, CHECK_VARIABLE]) delete process.env[name]
  if (number === undefined || !/^\d+$/.test(number)) return null
  const fd = Number(number)
  const { size } = fstatSync(fd)
  const bytes = Buffer.alloc(size)
  for (let at = 0; at < size; ) at += readSync(fd, bytes, at, size - at, at)
  return {
    text: bytes.toString(),
    failed,
    check,
    settle(fds) {
      guardOf()?.done()
      for (const each of fds) if (each !== fd) setCloseOnExec(each, true)
      closeSync(fd)
    },
  }
}

/** The guard that was loaded before us, if one was. */
function guardOf(): { done(): void } | undefined {
  return (globalThis as { [GUARD_SYMBOL]?: { done(): void } })[GUARD_SYMBOL]
}

const GUARD_SYMBOL = Symbol.for('svctl.guard')

/** Removes a folder of a copy, once nobody can need it. */
export function removeCopy(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
}

function pairs(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : `${name}=${value}`))
}

/**
 * Runs in the process of the other version, before any of its code and out of its reach: when that ends, in whatever way
 * JavaScript can, before it is up, the old version is put back with everything it was handed.
 */
const GUARD_TEXT = `'use strict'
const guard = require('./${GUARD_DATA}')
const { execve, cloexec } = require(guard.addon)
const { ${OPTIONS_VARIABLE}: options } = process.env
delete process.env.${OPTIONS_VARIABLE}
delete process.env.NODE_OPTIONS
if (options !== undefined) process.env.NODE_OPTIONS = options
const environment = Object.entries(process.env).map(([name, value]) => name + '=' + value)
const argv = [process.execPath, ...process.execArgv, guard.bundle, ...process.argv.slice(2)]
let over = false
let reason = null
process.on('uncaughtExceptionMonitor', (error) => { if (!over) reason ??= String(error && error.message || error) })
process.on('exit', (code) => {
  if (over) return
  for (const fd of guard.fds) cloexec(fd, 0)
  const why = (reason ?? 'it ended with status ' + code).replace(/[\\0\\n].*/s, '').slice(0, 1000)
  execve(process.execPath, argv, [...environment, '${FAILED_VARIABLE}=' + why])
})
const timer = setTimeout(() => {
  reason ??= 'it was not up after ' + guard.timeoutMs + ' ms'
  process.exit(1)
}, guard.timeoutMs)
globalThis[Symbol.for('svctl.guard')] = { done() { over = true; clearTimeout(timer) } }
`
