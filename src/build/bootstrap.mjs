import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/**
 * Makes the repository ready to build: checks Node and installs what the lockfile says, if it is not there yet.
 * Plain Node without packages, since it runs before there are any. Ends the process with a reason when it cannot.
 */
export function bootstrap() {
  requireNode([20, 19])
  if (installed()) return
  console.error('installing the packages of package-lock.json (once)')
  const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
  })
  if (npm.status !== 0) give(npm.error ? `cannot run npm: ${npm.error.message}` : 'npm ci failed, see above')
}

function requireNode([major, minor]) {
  const [haveMajor, haveMinor] = process.versions.node.split('.').map(Number)
  if (haveMajor > major || (haveMajor === major && haveMinor >= minor)) return
  give(`svctl needs Node ${major}.${minor} or newer, this is ${process.versions.node} (${process.execPath})`)
}

/**
 * Whether node_modules holds the very versions of the lockfile. Contents rather than file times are compared: a
 * checkout touches the lockfile without changing it. Packages for other platforms are absent on purpose.
 */
function installed() {
  const mark = join(ROOT, 'node_modules', '.package-lock.json')
  if (!existsSync(mark)) return false
  const wanted = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages
  const present = JSON.parse(readFileSync(mark, 'utf8')).packages
  return Object.entries(wanted).every(
    ([path, entry]) =>
      path === '' || (present[path] ? present[path].version === entry.version : entry.optional || entry.peer),
  )
}

function give(reason) {
  console.error(`Error: ${reason}`)
  process.exit(1)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) bootstrap()
