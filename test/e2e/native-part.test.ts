import { cpSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scratch } from './harness.js'
import { testInNamespace } from './needs.js'
import { ROOT, run } from './run.js'

/**
 * A copy of dist whose native part cannot be loaded; `fails` checks how the daemon ends, and that clients do without.
 *
 * @param prefix - words before each command; `@DIST@` becomes the folder of the copy
 */
function broken(prefix: readonly string[]) {
  const { dir } = scratch()
  const dist = join(dir, 'dist')
  cpSync(join(ROOT, 'dist'), dist, { recursive: true })
  const config = join(dir, 'supervisord.conf')
  writeFileSync(
    config,
    `[supervisord]\nlogfile=${dir}/log\npidfile=${dir}/pid\n[supervisorctl]\nserverurl=unix://${dir}/s.sock\n` +
      '[program:cat]\ncommand=/bin/cat\n',
  )
  const addon = join(dist, 'native', `posix-linux-${process.arch}.node`)
  const command = (name: string, ...args: readonly string[]) => {
    const [program = '', ...words] = [...prefix, process.execPath, join(dist, `${name}.js`), ...args]
    return run(
      program,
      words.map((word) => word.replaceAll('@DIST@', dist)),
    )
  }
  return {
    addon,
    async fails(why: string) {
      const stderr = `Error: cannot load the native part "${addon}" ${why}\n`
      expect(await command('supervisord', '-n', '-c', config)).toMatchObject({ code: 2, stdout: '', stderr })
      expect(await command('supervisord', '-c', config)).toMatchObject({ code: 2, stdout: '', stderr })
      expect(await command('supervisorctl', '-c', config, 'status')).toMatchObject({ stderr: '', code: 4 })
      expect((await command('svctl', 'status', '--client-config', config)).code).toBe(7)
      expect(await command('svctl', 'check', '-c', config)).toMatchObject({ code: 0 })
      expect(await command('svctl', 'check', '--run', '-c', config)).toMatchObject({
        code: 2,
        stderr: stderr.replace(/^Error/, 'svctl'),
      })
    },
  }
}

testInNamespace('--mount')('on a file system that is mounted noexec, the daemon says so; clients work', async () => {
  const bind = 'mount --bind "$0" "$0"; mount -o remount,bind,noexec "$0"; exec "$@"'
  const { fails } = broken(['unshare', '--mount', 'sh', '-ec', bind, '@DIST@'])
  await fails('(failed to map segment from shared object); install svctl on a file system that is not mounted noexec')
})

test('with a truncated native part the daemon says so instead of dying of a signal; clients work', async () => {
  const { addon, fails } = broken([])
  truncateSync(addon, 16_384)
  await fails(`(its end is missing); it is damaged or not made for linux-${process.arch}: install svctl again`)
})
