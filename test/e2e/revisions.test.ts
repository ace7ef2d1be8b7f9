import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Options } from './config-text.js'
import { type Daemon, readText, scratch, startDaemon } from './harness.js'
import { MARK } from './processes.js'
import { cleanEnv, command, eventually } from './run.js'

const CAT: Options = { command: '/bin/cat', startsecs: 0 }

const BROKEN = '[supervisord]\n[program:web]\ncommand=/bin/cat\nstartsecs=soon\n'

/** One program whose environment says which file it is of. */
const file = (text: string, supervisord: Options = {}) => ({
  programs: { web: { ...CAT, environment: `FILE="${text}",TOKEN="hunter2"` }, keep: CAT },
  supervisord: { settle_ms: 50, ...supervisord },
})

/** Which file the live process is of. */
const liveFile = (pid: number) => /FILE=(\w+)/.exec(readFileSync(`/proc/${pid}/environ`, 'latin1'))?.[1]

async function edit(daemon: Daemon, text: string): Promise<void> {
  const { pid } = await daemon.until('web', 'RUNNING')
  daemon.configure(file(text))
  await daemon.untilReplaced('web', pid)
}

const json = async (daemon: Daemon, ...args: readonly string[]) => JSON.parse((await daemon.svctl(...args)).stdout)

describe('history and rollback', () => {
  test('both revisions are shown, the old one comes back and stays until the file changes', async () => {
    const daemon = await startDaemon(file('one'))
    await edit(daemon, 'two')
    const keep = await daemon.until('keep', 'RUNNING')
    const history = await daemon.svctl('history')
    expect(history).toMatchObject({ code: 0, stderr: '' })
    expect(history.stdout).toMatch(/\* +2 .* file changed +1 changed \(web\)\n +1 .* start +2 groups \(keep, web\)/)

    const shown = await daemon.svctl('show-revision', '1', 'web')
    expect(shown.stdout).toMatch(/# revision 1: start/)
    expect(shown.stdout).toMatch(/command: \/bin\/cat/)
    expect(shown.stdout).not.toMatch(/hunter2|keep:/)

    const back = await daemon.svctl('rollback')
    expect(back).toMatchObject({ code: 0 })
    expect(back.stdout).toMatch(/revision 3 accepted, a rollback to 1: 1 restart/)
    const web = await daemon.process('web')
    expect(liveFile(web.pid)).toBe('one')
    expect((await daemon.process('keep')).pid).toBe(keep.pid)

    // The same text in a new file: seen, read, and not taken on.
    daemon.configure(file('two'))
    await eventually('the file was looked at', async () => {
      const { conditions } = await json(daemon, 'status', '-o', 'json')
      return conditions.some(({ message }: { readonly message: string }) => message.includes('is a rollback to 1'))
    })
    expect((await daemon.svctl('diff')).code).toBe(1)
    expect((await daemon.process('web')).pid).toBe(web.pid)

    await edit(daemon, 'three')
    expect(liveFile((await daemon.process('web')).pid)).toBe('three')
    expect(await json(daemon, 'history', '-o', 'json')).toMatchObject({ current: 4, rollback: null })
    expect((await daemon.svctl('status')).stderr).toBe('')
  })

  test('numbers go on when the daemon is started again, and only its user can read what is kept', async () => {
    const first = await startDaemon(file('one'))
    await edit(first, 'two')
    await first.stop()
    const state = join(first.dir, 'state')
    expect(statSync(state).mode & 0o777).toBe(0o700)
    expect(statSync(join(state, 'revision-1.gz')).mode & 0o777).toBe(0o600)

    const second = await startDaemon({ ...file('two'), dir: first.dir })
    expect(await json(second, 'history', '-o', 'json')).toMatchObject({ current: 2, volatile: null })
    const back = await second.svctl('rollback', '1')
    expect(back).toMatchObject({ code: 0 })
    expect(liveFile((await second.process('web')).pid)).toBe('one')
    await second.stop()

    // The file is what was rolled away from: that still holds. Another one does not bring it back.
    const third = await startDaemon({ ...file('two'), dir: first.dir })
    expect(liveFile((await third.until('web', 'RUNNING')).pid)).toBe('one')
    expect(await json(third, 'history', '-o', 'json')).toMatchObject({ current: 3, rollback: { to: 1 } })
    expect((await third.svctl('status')).stderr).toMatch(/^RolledBack: revision 3 is a rollback to 1; /)
    expect(third.log()).toMatch(/WARN a rollback to revision 1 goes on: .* has not changed since/)
    await third.stop()

    const fourth = await startDaemon({ ...file('three'), dir: first.dir })
    expect(liveFile((await fourth.until('web', 'RUNNING')).pid)).toBe('three')
    expect(await json(fourth, 'history', '-o', 'json')).toMatchObject({ current: 4, rollback: null })
    expect(existsSync(join(state, 'rollback.json'))).toBe(false)
  })

  test('without a place to write the history is kept in memory and says so', async () => {
    const daemon = await startDaemon({ ...file('one'), env: { SVCTL_STATE_DIRECTORY: '/proc/svctl/state' } })
    await edit(daemon, 'two')
    const history = await daemon.svctl('history')
    expect(history.stdout).toMatch(/these end with the daemon: cannot make \/proc\/svctl\/state: ENOENT\n$/)
    expect((await daemon.svctl('rollback', '1')).code).toBe(0)
    expect(liveFile((await daemon.process('web')).pid)).toBe('one')
    const problem = 'history and holds would not outlive the daemon: cannot make /proc/svctl/state: ENOENT'
    await eventually('it is told of', () => daemon.log().includes(`WARN ${problem}\n`))
    expect((await daemon.svctl('status')).stderr).toContain(`StateUnwritable: ${problem}`)
    expect(daemon.log().match(/svctl\/state/g)).toHaveLength(1)
  })

  test('a history that cannot be read is kept aside and told of, and numbers go on', async () => {
    const first = await startDaemon(file('one'))
    await edit(first, 'two')
    await first.stop()
    const list = join(first.dir, 'state', 'revisions.json')
    writeFileSync(list, 'rubbish')
    const daemon = await startDaemon({ ...file('two'), dir: first.dir })
    expect(await json(daemon, 'history', '-o', 'json')).toMatchObject({ current: 3 })
    const aside = /revisions\.json\.corrupt-\d{8}t\d{6}z/
    expect((await daemon.svctl('history')).stdout).toMatch(aside)
    const status = await daemon.svctl('status')
    expect(status).toMatchObject({ code: 0, stderr: expect.stringMatching(/^StateDamaged: /) })
    expect(daemon.log()).toMatch(
      /WARN .*revisions\.json cannot be read, revisions go on after 2 with 0 of the former ones/,
    )
    expect(readText(`${list}${aside.exec(status.stderr)?.[0].slice('revisions.json'.length)}`)).toBe('rubbish')
  })

  test('a dry run shows what would happen, and what is no revision is a mistake', async () => {
    const daemon = await startDaemon(file('one'))
    await edit(daemon, 'two')
    const { pid } = await daemon.process('web')
    const dry = await daemon.svctl('rollback', '1', '--dry-run')
    expect(dry).toMatchObject({ code: 0 })
    expect(dry.stdout).toMatch(/web/)
    expect((await daemon.svctl('rollback', '9')).code).toBe(2)
    expect((await daemon.svctl('rollback', 'web')).code).toBe(2)
    expect((await daemon.svctl('show-revision', '9')).code).toBe(2)
    expect((await daemon.process('web')).pid).toBe(pid)
  })
})

describe('boot_last_good', () => {
  test('starts from the last good revision, says so loudly, and takes the file on once it is good', async () => {
    const first = await startDaemon(file('good', { boot_last_good: true }))
    await first.until('web', 'RUNNING')
    await first.stop()

    const daemon = await startDaemon({ dir: first.dir, config: BROKEN })
    expect(liveFile((await daemon.until('web', 'RUNNING')).pid)).toBe('good')
    expect(daemon.output()).toMatch(/^THE CONFIGURATION CANNOT BE USED: .*supervisord\.conf:\d+:\d+: /)
    expect(daemon.log()).toMatch(/CRIT STARTING FROM THE LAST GOOD REVISION INSTEAD: 1 of /)
    const { conditions } = await json(daemon, 'status', '-o', 'json')
    expect(conditions).toMatchObject([{ type: 'BootedLastGood', diagnostics: [{ severity: 'error' }] }])

    await edit(daemon, 'better')
    expect(liveFile((await daemon.process('web')).pid)).toBe('better')
    expect((await daemon.svctl('status')).stderr).toBe('')
  })

  for (const { name, args, code } of [
    { name: 'a bad file ends the start when nobody asked for it', args: [], code: 2 },
    { name: 'a bad file ends the start when there is nothing to start from', args: ['--boot-last-good'], code: 2 },
  ]) {
    test(name, async () => {
      const { dir, mark } = scratch()
      const path = join(dir, 'supervisord.conf')
      if (args.length === 0) {
        const first = await startDaemon({ ...file('good'), dir })
        await first.stop()
      }
      writeFileSync(path, 'nonsense\n')
      const env = { ...cleanEnv(), SVCTL_STATE_DIRECTORY: join(dir, 'state'), [MARK]: mark }
      expect((await command('supervisord', ['-n', '-c', path, ...args], { env, cwd: dir })).code).toBe(code)
    })
  }

  test('a folder that others could have written to is not started from', async () => {
    const first = await startDaemon(file('good', { boot_last_good: true }))
    await first.stop()
    chmodSync(join(first.dir, 'state'), 0o777)
    writeFileSync(first.configFile, 'nonsense\n')
    const env = { ...cleanEnv(), SVCTL_STATE_DIRECTORY: join(first.dir, 'state') }
    const again = await command('supervisord', ['-n', '-c', first.configFile], { env, cwd: first.dir })
    expect(again.code).toBe(2)
  })
})

test('svctl finds the daemon of a file that is empty, broken or gone', async () => {
  const daemon = await startDaemon(file('one'))
  const { pid } = await daemon.until('web', 'RUNNING')
  // Asking settles what is stored.
  expect((await daemon.svctl('history')).code).toBe(0)
  const stateDirectory = join(daemon.dir, 'state')
  const env = { ...cleanEnv(), SVCTL_CONFIG: daemon.configFile, SVCTL_STATE_DIRECTORY: stateDirectory }
  const svctl = (...args: readonly string[]) => command('svctl', args, { env, cwd: daemon.dir })
  for (const [text, said] of [
    ['', 'no [supervisord] section'],
    ['nonsense\n', 'before the first [section]'],
    [null, 'Cannot find the configuration file'],
  ] as const) {
    if (text === null) rmSync(daemon.configFile)
    else writeFileSync(daemon.configFile, text)
    const status = await eventually(`status says ${said}`, async () => {
      const run = await svctl('status')
      return run.stderr.includes(said) && run
    })
    expect(status).toMatchObject({ code: 0, stdout: expect.stringContaining(`pid ${pid}`) })
    expect(status.stderr).toMatch(
      /^note: .*supervisord\.conf cannot be used .*\nConfigInvalid: .* revision 1 stays in force/,
    )
    expect(status.stderr).toContain(`where it listened last (by ${stateDirectory})`)
  }
  // A folder of somebody else could send a password anywhere.
  chmodSync(stateDirectory, 0o777)
  expect(await svctl('status')).toMatchObject({ code: 6, stdout: '' })
})

test('svctl finds a daemon whose state directory it was not told of', async () => {
  const daemon = await startDaemon({
    ...file('one', { state_directory: '%(here)s/mine' }),
    env: { SVCTL_STATE_DIRECTORY: '' },
  })
  const other = await startDaemon(file('two'))
  for (const one of [daemon, other]) expect((await one.svctl('history')).code).toBe(0)
  const svctl = (of: Daemon) => command('svctl', ['status'], { env: { ...cleanEnv(), SVCTL_CONFIG: of.configFile } })
  // The file still says where: the mistake is elsewhere.
  writeFileSync(daemon.configFile, 'oops\n[supervisord]\nstate_directory=%(here)s/mine\n')
  expect((await svctl(daemon)).stderr).toContain(
    `unix://${daemon.socket}, where it listened last (by ${daemon.dir}/mine)`,
  )
  writeFileSync(daemon.configFile, `oops\n[supervisorctl]\nserverurl=unix://${daemon.socket}\n`)
  expect((await svctl(daemon)).stderr).toContain(`unix://${daemon.socket} of its [supervisorctl], which can be read`)
  // Only the daemon itself knows: its environment named the folder.
  rmSync(other.configFile)
  const status = await svctl(other)
  expect(status).toMatchObject({ code: 0, stdout: expect.stringContaining('RUNNING') })
  expect(status.stderr).toContain(`where it listened last (by ${other.dir}/state)`)
})

test('state_directory in the file is used, and none keeps nothing', async () => {
  const env = { SVCTL_STATE_DIRECTORY: '' }
  const daemon = await startDaemon({ ...file('one', { state_directory: '%(here)s/mine' }), env })
  await daemon.until('web', 'RUNNING')
  await daemon.stop()
  expect(readText(join(daemon.dir, 'mine', 'config-file'))).toBe(daemon.configFile)
  const none = await startDaemon({ ...file('one', { state_directory: 'none' }), env })
  expect((await none.svctl('history')).stdout).toMatch(/these end with the daemon: there is no state directory\n$/)
  expect(existsSync(join(none.dir, 'state'))).toBe(false)
})
