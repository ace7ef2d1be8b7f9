import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bootstrap, ROOT } from './bootstrap.mjs'

/**
 * Command to entry file. Each becomes one self-contained file; those that are `launched` become a launcher and a file
 * with their code, see `src/host/launch.ts`. `imported` is what the launcher
 * evaluates before anything else, `first` what it calls before it loads the code.
 */
const COMMANDS = {
  supervisord: {
    entry: 'src/daemon.ts',
    launched: true,
    imported: 'src/host/early-signals.ts',
    first: ['preferSmallHeap', 'src/host/memory.ts'],
  },
  supervisorctl: { entry: 'src/cli/supervisorctl.ts', launched: true },
  svctl: { entry: 'src/cli/svctl.ts', launched: true },
  echo_supervisord_conf: { entry: 'src/cli/echo_supervisord_conf.ts' },
  pidproxy: { entry: 'src/cli/pidproxy.ts' },
}

/**
 * Packages that a run may never use, or not before its first program runs: evaluating them costs every command some
 * 10 ms and the daemon some MiB, so that is left to their first call.
 */
const PACKAGES_ON_DEMAND = ['yaml', 'saxes', 'chokidar']

/** Modules of Node that most runs do without: each costs a command 2 ms and the daemon half a MiB. */
const BUILTINS_ON_DEMAND = ['node:child_process', 'node:crypto']

const DIST = join(ROOT, 'dist')
const PREBUILT = join(ROOT, 'src', 'host', 'native', 'prebuilt')
/** Hash of what the present dist was made from. */
const STAMP = join(DIST, '.inputs')

/**
 * Bundles every command into `dist/`, with the native parts and the licences of the bundled packages. Does nothing
 * when dist was made from the present sources.
 *
 * @throws Error when an entry is missing or does not compile
 */
export async function build() {
  const inputs = hashInputs()
  if (upToDate(inputs)) return
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  // Not imported at the top: an up-to-date dist needs no bundler, and the bootstrap may not have run yet.
  const { rolldown } = await import('rolldown')
  mkdirSync(join(DIST, 'native'), { recursive: true })
  mkdirSync(join(DIST, 'code'), { recursive: true })
  // Node starts them a few ms earlier than it would start modules.
  replaceFile(join(DIST, 'package.json'), '{ "type": "commonjs" }\n')
  for (const name of prebuilt()) {
    copyFileSync(join(PREBUILT, name), join(DIST, 'native', `${name}.new`))
    chmodSync(join(DIST, 'native', `${name}.new`), 0o755)
    renameSync(join(DIST, 'native', `${name}.new`), join(DIST, 'native', name))
  }
  const packages = new Set()
  const failures = []
  const written = prebuilt().map((name) => `native/${name}`)
  for (const [command, how] of Object.entries(COMMANDS)) {
    try {
      const { code, moduleIds } = await bundleOne(rolldown, join(ROOT, how.entry), version)
      for (const id of moduleIds) packages.add(packageFolder(id))
      const text = how.launched ? await launcherOf(rolldown, command, how, code, version, written) : code
      replaceFile(join(DIST, `${command}.js`), `#!/usr/bin/env node\n${text}`, 0o755)
      written.push(`${command}.js`)
    } catch (error) {
      failures.push(`${command}: ${error.message}`)
    }
  }
  // The commands that do compile are usable meanwhile; without the stamp the next call tries again.
  if (failures.length > 0) throw new Error(failures.join('\n'))
  packages.delete(null)
  replaceFile(join(DIST, 'THIRD_PARTY_LICENSES'), licences([...packages].sort()))
  for (const name of readdirSync(join(DIST, 'code')))
    if (!written.some((path) => `code/${name}`.startsWith(path))) rmSync(join(DIST, 'code', name), { force: true })
  replaceFile(STAMP, [inputs, ...written].join('\n'))
}

/**
 * Writes the code of a command to a file of its own.
 *
 * @returns the text of its launcher
 */
async function launcherOf(rolldown, command, { imported, first }, code, version, written) {
  // By its hash: whatever is kept beside it was made from this very text, and an old launcher never meets a new code.
  const name = `${command}-${createHash('sha256').update(code).digest('hex').slice(0, 10)}.js`
  replaceFile(
    join(DIST, 'code', name),
    `(function (exports, require, module, __filename, __dirname, launched) {${code}})\n`,
  )
  written.push(`code/${name}`)
  const imports = [['launch', 'src/host/launch.ts'], ...(first ? [first] : [])]
  const entry = [
    imported ? `import ${JSON.stringify(join(ROOT, imported))}` : '',
    ...imports.map(([what, from]) => `import { ${what} } from ${JSON.stringify(join(ROOT, from))}`),
    first ? `${first[0]}()` : '',
    `launch(${JSON.stringify(name)})`,
  ]
  return (await bundleOne(rolldown, 'launcher', version, entry.join('\n'))).code
}

/** @param text - of the entry, when that is not a file */
async function bundleOne(rolldown, entry, version, text = null) {
  const bundle = await rolldown({
    input: entry,
    cwd: ROOT,
    platform: 'node',
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === entry && text !== null ? id : null),
        load: (id) => (id === entry ? text : null),
      },
      builtinsOnDemand(),
      packagesOnDemand(),
    ],
    transform: { target: 'node20', define: { __VERSION__: JSON.stringify(version) } },
  })
  try {
    const { output } = await bundle.generate({
      format: 'cjs',
      codeSplitting: false,
      strict: true,
      comments: false,
      // One character beyond Latin-1 makes V8 keep all of the source in two bytes each: 1.5 MiB of a daemon.
      minify: { compress: false, mangle: false, codegen: { removeWhitespace: false, asciiOnly: true } },
    })
    const [chunk, ...more] = output
    if (more.length > 0) throw new Error(`${output.length} files instead of one: ${output.map((one) => one.fileName)}`)
    return chunk
  } finally {
    await bundle.close()
  }
}

/** Contents, not times: a checkout or a copy changes times only. */
function hashInputs() {
  const hash = createHash('sha256')
  const files = readdirSync(join(ROOT, 'src'), {
    recursive: true,
    withFileTypes: true,
  })
    .filter((entry) => entry.isFile() && (/\.(ts|mjs|json)$/.test(entry.name) || entry.parentPath === PREBUILT))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  for (const file of [...files, join(ROOT, 'package.json'), join(ROOT, 'package-lock.json')])
    hash.update(relative(ROOT, file)).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex')
}

function upToDate(inputs) {
  const [stamped, ...written] = existsSync(STAMP) ? readFileSync(STAMP, 'utf8').split('\n') : []
  return stamped === inputs && written.every((name) => existsSync(join(DIST, name)))
}

function prebuilt() {
  return existsSync(PREBUILT) ? readdirSync(PREBUILT) : []
}

/**
 * Static imports of Node's own modules are evaluated before the first line of a bundle, used or not; `node:http`
 * alone costs a command 15 ms. Taken by `process.getBuiltinModule` they load with the module that imports them, so
 * that a verb which is loaded by `import()` brings its builtins with it.
 */
function builtinsOnDemand() {
  const require = createRequire(import.meta.url)
  return {
    name: 'builtins-on-demand',
    // Not for rolldown's own runtime, which everything else needs to be there first.
    resolveId: (id, importer, { kind }) =>
      id.startsWith('node:') && kind !== 'require-call' && !importer?.startsWith('\0') ? `\0builtin:${id}` : null,
    load(id) {
      if (!id.startsWith('\0builtin:')) return null
      const name = id.slice('\0builtin:'.length)
      if (BUILTINS_ON_DEMAND.includes(name))
        return onDemand(require(name), `process.getBuiltinModule(${JSON.stringify(name)})`)
      const exported = Object.keys(require(name)).filter((key) => /^[A-Za-z_$][\w$]*$/.test(key) && key !== 'default')
      return [
        `const builtin = /* @__PURE__ */ process.getBuiltinModule(${JSON.stringify(name)})`,
        'export default builtin',
        ...exported.map(
          (key) => `const _${key} = /* @__PURE__ */ (() => builtin.${key})()\nexport { _${key} as ${key} }`,
        ),
      ].join('\n')
    },
  }
}

/**
 * Stands between our sources and a package: each function and class it exports loads the package when first called.
 * Sources import packages as usual; a lazy `import()` there would make everything above it asynchronous.
 */
function packagesOnDemand() {
  const require = createRequire(import.meta.url)
  return {
    name: 'packages-on-demand',
    resolveId: (id, _importer, { kind }) =>
      PACKAGES_ON_DEMAND.includes(id) && kind !== 'require-call' ? `\0on-demand:${id}` : null,
    load(id) {
      if (!id.startsWith('\0on-demand:')) return null
      const name = id.slice('\0on-demand:'.length)
      return onDemand(require(name), `require(${JSON.stringify(name)})`)
    },
  }
}

/** @returns the text of a module with the functions and classes of another, which it loads when one is first called */
function onDemand(exported, load) {
  return Object.entries(exported)
    .filter(([key, value]) => typeof value === 'function' && /^[A-Za-z_$][\w$]*$/.test(key))
    .map(
      ([key]) => `export function ${key}(...args) {
        const { ${key}: it } = ${load}
        return new.target ? new it(...args) : it(...args)
      }`,
    )
    .join('\n')
}

function packageFolder(moduleId) {
  return /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(moduleId)?.[1] ?? null
}

function licences(folders) {
  const texts = folders.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
    const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `License: ${license}`
    return `${name} ${version}\n\n${text}\n`
  })
  return `The commands in this folder contain the following packages.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`
}

/** A running daemon or a parallel build never sees half a file. */
function replaceFile(path, text, mode = 0o644) {
  const next = `${path}.${process.pid}.new`
  writeFileSync(next, text)
  chmodSync(next, mode)
  renameSync(next, path)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  bootstrap()
  await build().catch((error) => {
    console.error(`Error: ${error.message}`)
    process.exitCode = 1
  })
}
