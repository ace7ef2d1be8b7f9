// Builds the addon of src/host/native/posix/ and the program of guard.c into src/host/native/prebuilt/.
//
//   node src/build/native.mjs           every supported platform; a compiler for each must be installed
//   node src/build/native.mjs --local   only this machine's, for a platform without a prebuilt file
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const folder = join(root, 'src', 'host', 'native')
const guardSource = join(folder, 'guard.c')

/** @returns {string[]} all the C of the addon, always in the same order */
export function addonSources() {
  const names = readdirSync(join(folder, 'posix')).sort()
  return names.map((name) => join(folder, 'posix', name))
}

/** Debian's names of the compilers. */
const COMPILERS = { x64: 'cc', arm64: 'aarch64-linux-gnu-gcc' }

/** @returns {string} where the file for a CPU belongs */
const prebuilt = (arch) => join(folder, 'prebuilt', `posix-linux-${arch}.node`)
const prebuiltGuard = (arch) => join(folder, 'prebuilt', `guard-linux-${arch}`)

/** @returns {string} what the addon reports as `sourceHash`, and what is written in the guard */
export function sourceHash(files = addonSources()) {
  const hash = createHash('sha256')
  for (const file of files) hash.update(readFileSync(file))
  return hash.digest('hex')
}

/**
 * Compiles the addon.
 *
 * @param {string} compiler - command of a C compiler
 * @param {string} arch - the CPU it compiles for, in Node's words
 * @param {string} output - path of the file to write
 */
export function compile(compiler, arch, output) {
  mkdirSync(dirname(output), { recursive: true })
  execFileSync(
    compiler,
    [
      '-std=c11',
      '-O2',
      '-Wall',
      '-Wextra',
      '-Werror',
      '-Wno-missing-field-initializers',
      '-shared',
      '-fPIC',
      '-fvisibility=hidden',
      // No library and no start files: libc comes from the node that loads the file, be it glibc or musl.
      '-nostdlib',
      '-fno-stack-protector',
      '-U_FORTIFY_SOURCE',
      ...(arch === 'arm64' ? ['-mno-outline-atomics'] : []),
      // All symbols at load: what a libc lacks is an error then, not a crash later.
      '-Wl,-z,now,-z,relro,-z,noexecstack,--build-id=none',
      '-s',
      '-D_GNU_SOURCE',
      `-DSOURCE_HASH="${sourceHash()}"`,
      '-I',
      join(root, 'node_modules', 'node-api-headers', 'include'),
      '-o',
      output,
      ...addonSources().filter((file) => file.endsWith('.c')),
    ],
    { stdio: 'inherit' },
  )
}

/**
 * Compiles the guard, a program without any library.
 *
 * @param {string} compiler - command of a C compiler
 * @param {string} arch - the CPU it compiles for, in Node's words
 * @param {string} output - path of the file to write
 */
export function compileGuard(compiler, arch, output) {
  mkdirSync(dirname(output), { recursive: true })
  execFileSync(
    compiler,
    [
      '-std=gnu11',
      '-Os',
      '-Wall',
      '-Wextra',
      '-Werror',
      '-ffreestanding',
      '-fno-stack-protector',
      '-fno-asynchronous-unwind-tables',
      '-U_FORTIFY_SOURCE',
      ...(arch === 'x64' ? ['-fcf-protection=none'] : []),
      '-nostdlib',
      '-static',
      // One page of code and one of data, as small as they can be.
      '-Wl,-z,noseparate-code,-z,norelro,-z,noexecstack,--build-id=none',
      '-s',
      `-DSOURCE_HASH="${sourceHash([guardSource])}"`,
      '-o',
      output,
      guardSource,
    ],
    { stdio: 'inherit' },
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const local = process.argv.includes('--local')
  for (const [arch, compiler] of Object.entries(local ? { [process.arch]: 'cc' } : COMPILERS)) {
    compile(compiler, arch, prebuilt(arch))
    compileGuard(compiler, arch, prebuiltGuard(arch))
  }
}
