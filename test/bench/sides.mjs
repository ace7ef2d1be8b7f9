import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/**
 * What is measured against each other: the commands of each side, as words.
 *
 * @returns ours first; samples are taken in this order and then in the other, alternately
 * @throws Error when Debian's supervisor is not installed
 */
export async function sides() {
  if (!existsSync('/usr/bin/supervisord')) throw new Error('nothing to compare with: apt-get install supervisor')
  return [
    {
      name: 'ours',
      supervisord: await ours('supervisord'),
      supervisorctl: await ours('supervisorctl'),
      svctl: await ours('svctl'),
    },
    { name: 'theirs', supervisord: ['/usr/bin/supervisord'], supervisorctl: ['/usr/bin/supervisorctl'] },
  ]
}

async function ours(command) {
  const other = process.env[`BENCH_${command.toUpperCase()}`]
  if (other) return other.split(' ')
  const { build } = await import('../../src/build/bundle.mjs')
  await build()
  return [process.execPath, `${ROOT}dist/${command}.js`]
}

/** What ran, for the head of the table. */
export function versions() {
  const theirs = execFileSync('/usr/bin/supervisord', ['-v'], { encoding: 'utf8' }).trim()
  return `Node ${process.versions.node}, Supervisor ${theirs}`
}
