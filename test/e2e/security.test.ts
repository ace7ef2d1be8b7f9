import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { freePort } from './free-port.js'
import { scratch, startDaemon } from './harness.js'
import { cleanEnv, command, commandWords, ROOT, type Run, run } from './run.js'

const isRoot = process.getuid?.() === 0
const MAIN = `[supervisord]\nlogfile=@DIR@/supervisord.log\npidfile=@DIR@/supervisord.pid\nchildlogdir=@DIR@\n
[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n`
const NOBODY = 65534

/** A command of ours as another user, who can read the repository but not the socket's folder unless that is open. */
function as(uid: number, name: string, ...args: readonly string[]): Promise<Run> {
  return run('setpriv', [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', ...commandWords(name), ...args])
}

describe.runIf(isRoot)('users of the machine', () => {
  test('do what their rules say, over both interfaces; what they do has their name', async () => {
    const config = `${MAIN}[unix_http_server]\nfile=@DIR@/s.sock\nchmod=0777\nallow=\n  user:${NOBODY} start,stop cat\n
[program:cat]\ncommand=cat\nstartsecs=0\n[program:dog]\ncommand=cat\nstartsecs=0\n`
    const daemon = await startDaemon({ config })
    chmodSync(daemon.dir, 0o755)
    const url = `unix://${daemon.socket}`
    expect(await as(NOBODY, 'svctl', '-s', url, 'stop', 'dog')).toMatchObject({
      code: 8,
      stderr: 'svctl: User nobody may not stop dog (allow of [unix_http_server]); nothing was changed\n',
    })
    expect(await as(NOBODY, 'supervisorctl', '-s', url, 'stop', 'dog')).toMatchObject({
      code: 1,
      stdout: 'dog: ERROR (User nobody may not stop dog (allow of [unix_http_server]))\n',
    })
    expect(await as(NOBODY, 'supervisorctl', '-s', url, 'stop', 'cat')).toMatchObject({
      code: 0,
      stdout: 'cat: stopped\n',
    })
    const { stdout } = await daemon.svctl('status', '-o', 'json', 'cat')
    expect(stdout).toContain('"by": "stop over XML-RPC (nobody)"')
    // Another user has no rule at all, and cannot even look.
    expect((await as(NOBODY - 1, 'svctl', '-s', url, 'status')).code).toBe(8)
    await daemon.until('dog', 'RUNNING')
  })

  test('ask at the read-only socket and change nothing there, not even as root', async () => {
    const config = `${MAIN}[unix_http_server]\nfile=@DIR@/s.sock\nreadonly_socket=@DIR@/r.sock\nreadonly_chmod=0777\n
[program:cat]\ncommand=cat\nstartsecs=0\n`
    const daemon = await startDaemon({ config })
    chmodSync(daemon.dir, 0o755)
    await daemon.until('cat', 'RUNNING')
    const url = `unix://${daemon.dir}/r.sock`
    expect(await as(NOBODY, 'supervisorctl', '-s', url, 'status')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^cat +RUNNING/),
    })
    expect((await as(NOBODY, 'supervisorctl', '-s', `unix://${daemon.socket}`, 'status')).stdout).not.toMatch('RUNNING')
    for (const words of [['stop', 'cat'], ['apply'], ['logs', 'cat']])
      expect((await command('svctl', ['-s', url, ...words])).code, words.join(' ')).toBe(8)
    await daemon.until('cat', 'RUNNING')
  })
})

describe('a TCP server', () => {
  test('that other machines reach without a password does not start, and says where and what to do; to the letter it does', async () => {
    const { dir } = scratch()
    const port = await freePort()
    const file = join(dir, 'a.conf')
    const write = (more = '') =>
      writeFileSync(file, `${MAIN.replaceAll('@DIR@', dir)}[inet_http_server]\nport=*:${port}\n${more}`)
    write()
    const refused = await command('supervisord', ['-n', '-c', file])
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain(`${file}:9:6: error CONFIG_EXPOSED`)
    expect(refused.stderr).toMatch(/help: set username and password, write port=127\.0\.0\.1:\d+, or .*insecure=true/)
    expect(await command('svctl', ['check', '-c', file])).toMatchObject({
      code: 6,
      stdout: expect.stringContaining('SECURITY_OPEN_PORT'),
    })
    write('insecure=true\n')
    expect((await command('svctl', ['check', '-c', file])).code).toBe(0)
    write()
    const daemon = await startDaemon({
      config: `${MAIN}[unix_http_server]\nfile=@DIR@/s.sock\n[inet_http_server]\nport=*:${port}\n`,
      env: { SVCTL_CONVERGE: 'manual' },
    })
    expect(daemon.log()).toContain("CRIT Server 'inet_http_server' running without any HTTP authentication checking")
  })

  test('with a certificate and a hashed password answers both clients', async () => {
    const port = await freePort()
    const hashed = await command('svctl', ['hash-password'], { stdin: 'geheim\n' })
    expect(hashed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\{SCRYPT\}\S+\n$/) })
    const certificates = join(ROOT, 'test/support/certificates')
    const config = `${MAIN}[unix_http_server]\nfile=@DIR@/s.sock\n[inet_http_server]\nport=127.0.0.1:${port}\nusername=ann\npassword=${hashed.stdout}certfile=@DIR@/cert.pem\nkeyfile=${certificates}/one.key.pem\n[program:cat]\ncommand=cat\nstartsecs=0\n`
    const files = { 'cert.pem': readFileSync(join(certificates, 'one.cert.pem'), 'utf8') }
    const daemon = await startDaemon({ config, files })
    await daemon.until('cat', 'RUNNING')
    const url = `https://localhost:${port}`
    const env = { ...cleanEnv(), SVCTL_USERNAME: 'ann', SVCTL_PASSWORD: 'geheim' }
    const trusted = `${daemon.dir}/cert.pem`
    expect((await command('svctl', ['-s', url, '--cafile', trusted, 'status'], { env })).stdout).toMatch(
      /^cat +RUNNING/,
    )
    const distrusted = await command('svctl', ['-s', url, 'status'], { env })
    expect(distrusted).toMatchObject({
      code: 7,
      stderr: expect.stringMatching(/certificate that is not trusted.*--cafile/),
    })
    const client = join(daemon.dir, 'https.conf')
    writeFileSync(client, `[supervisorctl]\nserverurl=${url}\nusername=ann\npassword=geheim\ncafile=${trusted}\n`)
    expect((await command('supervisorctl', ['-c', client, 'status'])).stdout).toMatch(/^cat +RUNNING/)
    expect(await command('supervisorctl', ['-c', client, '-p', 'guess', 'pid'], { stdin: '' })).toMatchObject({
      code: 1,
    })
  })

  test('whose certificate cannot be used ends the start with the reason', async () => {
    const { dir } = scratch()
    const file = join(dir, 'a.conf')
    writeFileSync(
      file,
      `${MAIN.replaceAll('@DIR@', dir)}[inet_http_server]\nport=127.0.0.1:1\ncertfile=${dir}/none.pem\n`,
    )
    const refused = await command('supervisord', ['-n', '-c', file])
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`cannot read ${dir}/none.pem: no such file`),
    })
  })
})
