import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { commandProblem } from '../../../src/cli/svctl/check/commands.js'
import { checkHost } from '../../../src/cli/svctl/check/host.js'
import { load } from '../../../src/cli/svctl/check/load.js'
import { tryPort } from '../../../src/cli/svctl/check/ports.js'
import { createRights, type Identity } from '../../../src/cli/svctl/check/rights.js'
import { checkSecurity } from '../../../src/cli/svctl/check/security.js'
import type { Terminal } from '../../../src/cli/svctl/terminal.js'
import type { Finding } from '../../../src/desired/checks/finding.js'
import { createUsers } from '../../../src/host/users.js'

const CERTIFICATES = fileURLToPath(new URL('../../support/certificates', import.meta.url))

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'svctl-check-'))
  chmodSync(dir, 0o755)
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const ME = process.getuid?.() ?? 0
const OWN: Identity = { uid: ME, gids: [process.getgid?.() ?? 0], name: 'owner' }
const ROOT: Identity = { uid: 0, gids: [0], name: 'root' }
const OTHER: Identity = { uid: 4_000_000, gids: [4_000_001], name: 'other' }
const MEMBER: Identity = { ...OTHER, gids: [4_000_001, process.getgid?.() ?? 0], name: 'member' }

function file(name: string, text: string, mode: number): string {
  const path = join(dir, name)
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

describe('rights by mode bits', () => {
  for (const { mode, who, deed, wanted } of [
    { mode: 0o640, who: MEMBER, deed: 'read', wanted: 'yes' },
    { mode: 0o640, who: MEMBER, deed: 'write', wanted: 'no' },
    { mode: 0o640, who: OTHER, deed: 'read', wanted: 'no' },
    { mode: 0o604, who: OTHER, deed: 'read', wanted: 'yes' },
    // The first class that fits decides, even where a later one would allow more.
    { mode: 0o707, who: MEMBER, deed: 'execute', wanted: 'no' },
    { mode: 0o000, who: ROOT, deed: 'write', wanted: 'yes' },
    { mode: 0o666, who: ROOT, deed: 'execute', wanted: 'no' },
    { mode: 0o001, who: ROOT, deed: 'execute', wanted: 'yes' },
  ] as const)
    test(`${who.name} may ${deed} 0${mode.toString(8)}: ${wanted}`, () => {
      expect(createRights().may(who, file('f', '', mode), deed).kind).toBe(wanted)
    })

  test('a folder that cannot be entered hides what is in it', () => {
    mkdirSync(join(dir, 'closed'), { mode: 0o700 })
    const inside = file('closed/f', '', 0o777)
    expect(createRights().may(OTHER, inside, 'read')).toEqual({
      kind: 'no',
      why: `user other may not enter ${join(dir, 'closed')}`,
    })
  })

  test('what is not there is told apart', () => {
    expect(createRights().may(ROOT, join(dir, 'nowhere/f'), 'read')).toEqual({ kind: 'missing' })
  })
})

describe('commands', () => {
  const check = (argv: readonly string[], user: Identity = OWN) =>
    commandProblem(
      { argv, searchPath: `${dir}/none:${dir}:/usr/bin:/bin`, directory: dir, daemon: OWN, user },
      createRights(),
    )

  for (const { name, text, mode = 0o755, command, user, code } of [
    { name: 'a program', command: '/bin/cat', code: null },
    { name: 'one that is found on PATH', text: '#!/bin/sh\n', command: 'script', code: null },
    { name: 'one below the directory', text: '#!/bin/sh\n', command: './script', code: null },
    { name: 'one that is not there', command: '/bin/no-such-thing', code: 'HOST_NO_COMMAND' },
    { name: 'one that is nowhere on PATH', command: 'no-such-thing', code: 'HOST_NO_COMMAND' },
    { name: 'a folder', command: '/', code: 'HOST_NOT_EXECUTABLE' },
    { name: 'one that nobody may execute', text: '', mode: 0o644, command: './script', code: 'HOST_NOT_EXECUTABLE' },
    {
      name: 'one that its user may not execute',
      text: '',
      mode: 0o700,
      command: './script',
      user: OTHER,
      code: 'HOST_NOT_EXECUTABLE',
    },
    {
      name: 'a script that its user may not read',
      text: '#!/bin/sh\n',
      mode: 0o711,
      command: './script',
      user: OTHER,
      code: 'HOST_NOT_EXECUTABLE',
    },
    {
      name: 'a script without interpreter',
      text: '#! /no/such -x\n',
      command: './script',
      code: 'HOST_NO_INTERPRETER',
    },
    {
      name: 'a script with the line ends of Windows',
      text: '#!/bin/sh\r\n',
      command: './script',
      code: 'HOST_NO_INTERPRETER',
    },
    { name: 'env with what there is', text: '#!/usr/bin/env -S A=1 cat -v\n', command: './script', code: null },
    {
      name: 'env with what there is not',
      text: '#!/usr/bin/env no-such-thing\n',
      command: './script',
      code: 'HOST_NO_INTERPRETER',
    },
    { name: 'a text', text: 'echo hello\n', command: './script', code: 'HOST_NO_FORMAT' },
  ])
    test(`${name}: ${code ?? 'nothing'}`, () => {
      if (text !== undefined) file('script', text, mode)
      expect(check([command], user)?.code ?? null).toBe(code)
    })
})

describe('ports', () => {
  test('one that is free, one that is taken, one of another machine', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    expect(await tryPort('', port)).toBe('taken')
    expect(await tryPort('localhost', port)).toBe('taken')
    await new Promise((resolve) => server.close(resolve))
    expect(await tryPort('', port)).toBe('free')
    expect(await tryPort('192.0.2.1', port)).toBe('no-address')
  })
})

describe('a whole configuration', () => {
  let config: string
  beforeEach(() => {
    config = join(dir, 'supervisord.conf')
  })

  const base = () => `[supervisord]
logfile=${dir}/s.log
pidfile=${dir}/s.pid
childlogdir=${dir}
[unix_http_server]
file=${dir}/s.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
`
  const terminal = () => ({ directory: dir, env: { PATH: '/usr/bin:/bin' } }) as unknown as Terminal

  const write = (text: string, mode = 0o600) => {
    writeFileSync(config, base() + text)
    chmodSync(config, mode)
    const users = createUsers()
    const { checked, findings } = load(config, false, terminal(), users)
    if (checked === null) throw new Error(JSON.stringify(findings))
    return { checked, users, findings }
  }
  const host = async (text: string) => {
    const { checked, users } = write(text)
    return checkHost(checked, users, createRights())
  }
  const security = (text: string, mode?: number) => checkSecurity(write(text, mode).checked, createRights())
  const codes = (findings: readonly Finding[]) =>
    findings
      // Whether the daemon's user has to be guessed depends on who runs the tests.
      .filter((one) => one.message.startsWith('[supervisord] has no user') === false)
      .map((one) => `${one.at?.line ?? 0} ${one.code}`)

  test('one that would work', async () => {
    const text = `[program:a]\ncommand=cat\ndirectory=${dir}\nstdout_logfile=${dir}/a.log\nstderr_logfile=/dev/null`
    expect(codes(await host(text))).toEqual([])
  })

  test('what is missing, each at its option', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const blocked = file('blocked', '', 0o644)
    const text = `[program:a]\ncommand=nothing-here\n[program:b]\ncommand=cat\ndirectory=${dir}/nowhere\n[fcgi-program:f]\ncommand=cat\nsocket=unix://${blocked}\n[inet_http_server]\nport=127.0.0.1:${port}`
    const found = codes(await host(text))
    await new Promise((resolve) => server.close(resolve))
    expect(found).toEqual(['10 HOST_NO_COMMAND', '13 HOST_NO_DIRECTORY', '18 HOST_PORT_TAKEN', '16 HOST_BAD_SOCKET'])
  })

  test.each([
    ['one.cert.pem', 'one.key.pem', []],
    ['one.cert.pem', 'two.key.pem', ['13 HOST_BAD_CERTIFICATE']],
    ['one.cert.pem', 'no.key.pem', ['14 HOST_BAD_CERTIFICATE']],
    ['no.cert.pem', 'one.key.pem', ['13 HOST_BAD_CERTIFICATE']],
  ])('the certificate %s with %s', async (cert, key, wanted) => {
    const [certfile, keyfile] = [cert, key].map((name) => join(CERTIFICATES, name))
    const server = '[inet_http_server]\nport=127.0.0.1:9009\nusername=a\npassword=b'
    const found = codes(await host(`${server}\ncertfile=${certfile}\nkeyfile=${keyfile}`))
    // Whether the port is free is another question.
    expect(found.filter((code) => !code.includes('HOST_PORT'))).toEqual(wanted)
  })

  test('many processes of one section have one finding', async () => {
    expect(
      codes(await host('[program:a]\ncommand=nothing-here\nnumprocs=9\nprocess_name=%(process_num)d')),
    ).toHaveLength(1)
  })

  test('files and folders that everyone may change', () => {
    expect(codes(security('', 0o646))).toEqual(['1 SECURITY_WRITABLE_FILE'])
    mkdirSync(join(dir, 'open.d'))
    chmodSync(join(dir, 'open.d'), 0o1777)
    expect(codes(security('[include]\nfiles=open.d/*.conf'))).toEqual(['1 SECURITY_WRITABLE_FILE'])
  })

  test('servers that everyone may use', () => {
    expect(codes(security('chmod=0770\n'))).toEqual([])
    const open =
      '[unix_http_server:o]\nfile=/tmp/o.sock\nchmod=0777\n[inet_http_server]\nport=*:1\n[inet_http_server:l]\nport=localhost:2'
    expect(codes(security(open))).toEqual([
      '13 SECURITY_OPEN_PORT',
      '15 SECURITY_LOCAL_PORT',
      '11 SECURITY_OPEN_SOCKET',
    ])
    expect(codes(security('[inet_http_server]\nport=*:1\nusername=a\npassword=b'))).toEqual([])
  })

  test('secrets that everyone may read are told of by name, never by value', () => {
    const text =
      '[inet_http_server]\nport=localhost:1\nusername=a\npassword=hunter2\n[program:a]\ncommand=cat\nuser=root\nenvironment=A="1",DB_PASSWORD="hunter2",API_KEY="%(ENV_PATH)s"'
    const found = security(text, 0o644)
    expect(codes(found)).toEqual(['12 SECURITY_READABLE_PASSWORD', '16 SECURITY_READABLE_ENVIRONMENT'])
    expect(found[1]?.message).toMatch(/has DB_PASSWORD in/)
    expect(JSON.stringify(found)).not.toContain('hunter2')
    expect(security(text, 0o640)).toEqual([])
  })

  test('programs that keep the user of the daemon are listed once', () => {
    const found = security('[program:a]\ncommand=cat\n[program:b]\ncommand=cat\n[program:c]\ncommand=cat\nuser=root')
    expect(found.map(({ message }) => message)).toEqual([
      '2 programs without user= keep the user who starts the daemon: a, b',
    ])
  })

  test('a line that may hold a secret is never copied', () => {
    const { findings } = write('[program:a]\ncommand=cat\nenvironment=TOKEN="hunter2" rest\npasword=hunter2')
    expect(findings.map(({ code }) => code)).toContain('CONFIG_UNKNOWN_OPTION')
    expect(JSON.stringify(findings)).not.toContain('hunter2')
  })
})
