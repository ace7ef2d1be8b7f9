import { describe, expect, test } from 'vitest'
import { spawnRequest } from '../../src/actions/spawn-request.js'
import { changeClassOfField } from '../../src/desired/classes.js'
import { parseSocketUrl, socketUrl } from '../../src/model/socket-url.js'
import { needsRestart } from '../../src/reconcile/diff.js'
import { configOf, errorsOf, loadText, processesOf } from './load.js'

const text = (more: string) => `[supervisord]\n[program:web]\ncommand=/bin/cat\n${more}\n`
const web = (more: string) => {
  const spec = processesOf(configOf(text(more)))['web:web']
  if (spec === undefined) throw new Error('no process web:web')
  return spec
}

describe('listen', () => {
  test.each([
    ['8080', ['tcp://0.0.0.0:8080']],
    ['*:8080', ['tcp://0.0.0.0:8080']],
    ['LOCALHOST:80', ['tcp://localhost:80']],
    ['tcp://127.0.0.1:80, [::1]:80', ['tcp://127.0.0.1:80', 'tcp://[::1]:80']],
    ['unix:///run//web.sock', ['unix:///run/web.sock']],
    ['unix:///run/%(program_name)s.sock', ['unix:///run/web.sock']],
  ])('reads %s', (listen, addresses) => {
    expect(web(`listen=${listen}`).listen).toEqual({ addresses, names: [], backlog: null, owner: null, mode: 0o700 })
    for (const address of addresses) expect(socketUrl(parseSocketUrl(address) ?? expect.fail())).toBe(address)
  })

  test('means nothing when it is empty or missing', () => {
    for (const more of ['', 'listen=', 'listen_mode=0666']) expect(web(more)).not.toHaveProperty('listen')
  })

  test('gives each process its own where the address has its number', () => {
    const config = configOf(text('listen=70%(process_num)02d\nnumprocs=2\nprocess_name=%(process_num)d'))
    const addresses = Object.values(processesOf(config)).map(({ listen }) => listen?.addresses)
    expect(addresses).toEqual([['tcp://0.0.0.0:7000'], ['tcp://0.0.0.0:7001']])
  })

  test.each([
    ['listen=run/web.sock', 4, 'Cannot listen at "run/web.sock"'],
    ['listen=unix://web.sock', 4, 'Cannot listen at "unix://web.sock"'],
    ['listen=localhost', 4, 'Cannot listen at "localhost"'],
    ['listen=99999', 4, 'Cannot listen at "99999"'],
    ['listen=80,*:80', 4, 'Cannot listen twice at tcp://0.0.0.0:80'],
    ['listen=80\nlisten_names=a,b', 5, 'listen_names has 2 names for 1 socket'],
    ['listen=80\nlisten_names=a:b', 5, 'Cannot use "a:b" as the name of a socket'],
    ['listen=80\nlisten_backlog=0', 5, 'Cannot use 0 as the backlog of a socket'],
    [`listen=${Array.from({ length: 62 }, (_, i) => i + 1)}`, 4, 'Cannot listen at 62 addresses for one program'],
  ])('refuses %s', (more, line, message) => {
    expect(errorsOf(text(more))).toMatchObject([{ message, at: { line } }])
  })
})

describe('what sockets would have, without any', () => {
  const unused = (file: string) => {
    const loaded = loadText(file)
    return loaded.warnings.filter(({ code }) => code === 'CONFIG_NO_EFFECT').map(({ at }) => at?.line)
  }

  test.each(['listen_names=a', 'listen_backlog=7', 'listen_owner=root', 'listen_mode=0600'])('%s is told', (more) => {
    expect(unused(text(more))).toEqual([4])
  })

  test('may stand where many programs inherit it', () => {
    expect(unused(`[program-default]\nlisten_mode=0600\nmemory_max_action=log\n${text('')}`)).toEqual([])
  })
})

describe('a change', () => {
  const before = web('listen=80\nlisten_names=http')
  test.each([
    ['listen=*:80\nlisten_names=http', false],
    ['listen=80\nlisten_names=http\nlisten_mode=0666\nlisten_backlog=7\nlisten_owner=root', false],
    ['listen=81\nlisten_names=http', true],
    ['listen=80,81\nlisten_names=http,more', true],
    ['listen=80', true],
    ['', true],
  ])('to %j replaces the process: %s', (more, replaced) => {
    expect(needsRestart(before, web(more), changeClassOfField)).toBe(replaced)
    expect(needsRestart(web(more), before, changeClassOfField)).toBe(replaced)
  })
})

describe('a start', () => {
  const request = (more: string) =>
    spawnRequest(
      web(more),
      { ok: true, filename: '/bin/cat', argv: ['cat'] },
      { stdout: null, stderr: null },
      { environment: { LISTEN_FDNAMES: 'others' }, stripAnsi: false, tapAll: false },
    )

  test('has the sockets in order, how many and their names', () => {
    const { listen, environment } = request('listen=80,unix:///s\nlisten_names=http,local\nlisten_backlog=7')
    expect(listen).toMatchObject([
      { purpose: 'listen', sharedBy: 'web:web', url: 'tcp://0.0.0.0:80', address: { host: '0.0.0.0', port: 80 } },
      { purpose: 'listen', sharedBy: 'web:web', url: 'unix:///s', address: { path: '/s' }, backlog: 7, mode: 0o700 },
    ])
    expect(environment).toMatchObject({ LISTEN_FDS: '2', LISTEN_FDNAMES: 'http:local' })
    expect(request('listen=80,81').environment.LISTEN_FDNAMES).toBe('web:web')
  })

  test('has nothing of it without listen', () => {
    const { listen, environment } = request('')
    expect(listen).toEqual([])
    expect(environment).toEqual({
      LISTEN_FDNAMES: 'others',
      SUPERVISOR_ENABLED: '1',
      SUPERVISOR_PROCESS_NAME: 'web',
      SUPERVISOR_GROUP_NAME: 'web',
    })
  })
})
