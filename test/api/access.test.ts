import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Access, readOnlyAccess, ruledAccess } from '../../src/api/access/access.js'
import { METHOD_NEEDS } from '../../src/api/access/method-needs.js'
import { dispatch } from '../../src/api/dispatch.js'
import { handleJson } from '../../src/api/json.js'
import type { XmlValue } from '../../src/api/value.js'
import { readRule } from '../../src/desired/allow.js'
import { ABILITIES, type Ability, type AllowRule } from '../../src/model/config.js'
import type { Users } from '../../src/model/ports.js'
import { short } from './calls.js'
import { groupsOf, keptLog, liveDaemon } from './live-operator.js'

const USERS: Users = {
  user: (name) => (name === 'deploy' ? { uid: 1000, gid: 1000, name } : null),
  group: (name) => (name === 'ops' ? { gid: 50, name } : null),
}

const rule = (line: string): AllowRule => {
  const read = readRule(line, USERS)
  if (!read.ok) throw new Error(read.message)
  return read.rule
}

const asUser = (uid: number, gids: readonly number[], ...lines: readonly string[]): Access =>
  ruledAccess({ uid, gids, name: () => `u${uid}` }, lines.map(rule), 7, keptLog(), 'allow of [unix_http_server]')

const deploy = (...lines: readonly string[]) => asUser(1000, [1000], ...lines)
const may = (access: Access, ability: Ability, ...on: readonly string[]) => access.refusal({ ability, on }) === null

describe('readRule', () => {
  for (const c of [
    {
      name: 'reads a user, verbs and names',
      line: 'user:deploy start,stop web:* api',
      rule: { kind: 'user', id: 1000, abilities: ['start', 'stop'], targets: ['web:*', 'api'] },
    },
    {
      name: 'takes no names for everything',
      line: 'group:ops restart',
      rule: { kind: 'group', id: 50, abilities: ['restart'], targets: ['*'] },
    },
    {
      name: 'takes a star for every verb, and apply for update',
      line: 'group:ops *,apply *',
      rule: { kind: 'group', id: 50, abilities: ABILITIES, targets: ['*'] },
    },
  ]) {
    test(c.name, () => expect(readRule(c.line, USERS)).toEqual({ ok: true, rule: c.rule }))
  }

  for (const c of [
    { line: 'deploy start web', message: 'Cannot read a rule of allow: "deploy start web"' },
    { line: 'user:deploy', message: 'Cannot read a rule of allow: "user:deploy"' },
    { line: 'user:deploy fly web', message: 'Cannot allow "fly"' },
    { line: 'user:deploy , web', message: 'Cannot allow ","' },
    { line: 'user:nobody start', message: 'Cannot find the user that is allowed something: "nobody"' },
    { line: 'group:deploy start', message: 'Cannot find the group that is allowed something: "deploy"' },
  ]) {
    test(`refuses ${c.line}`, () => expect(readRule(c.line, USERS)).toMatchObject({ ok: false, message: c.message }))
  }
})

describe('ruledAccess', () => {
  test('lets root and the user of the daemon do everything, without a rule', () => {
    for (const uid of [0, 7]) expect(asUser(uid, [uid]).refusal({ ability: 'shutdown', on: 'everything' })).toBeNull()
  })

  test('lets nobody else do anything without a rule, not even look', () => {
    expect(deploy().refusal({ ability: 'read', on: 'anything' })).toBe(
      'User u1000 may not read (allow of [unix_http_server])',
    )
    const unknown = ruledAccess(null, [rule('user:deploy * *')], 7, keptLog(), 'x')
    expect(unknown.refusal({ ability: 'read', on: 'anything' })).toBe('User unknown may not read (x)')
  })

  test('takes names for what they show: one rule never reaches beyond them', () => {
    const access = deploy('user:deploy start,stop web:* api')
    expect(may(access, 'start', 'web:a', 'web:b', 'api')).toBe(true)
    expect(may(access, 'start', 'web:a', 'db')).toBe(false)
    expect(may(access, 'start', 'webby:a')).toBe(false)
    expect(may(access, 'signal', 'web:a')).toBe(false)
    expect(access.refusal({ ability: 'start', on: 'everything' })).toMatch('may not start everything')
  })

  test('the star of a group means its process of the same name, too', () => {
    expect(may(deploy('user:deploy stop cat:*'), 'stop', 'cat')).toBe(true)
  })

  test('who may start and stop may restart; who may restart may do neither', () => {
    expect(may(deploy('user:deploy start,stop a'), 'restart', 'a')).toBe(true)
    expect(may(deploy('user:deploy restart a'), 'start', 'a')).toBe(false)
  })

  test('rules of the groups that the kernel tells add up with those of the user', () => {
    const both = asUser(1000, [1000, 50], 'user:deploy start a', 'group:ops start b')
    expect(may(both, 'start', 'a', 'b')).toBe(true)
    expect(may(asUser(1001, [50], 'user:deploy start a', 'group:ops start b'), 'start', 'a')).toBe(false)
  })

  test('says what was asked for where the right is a wider one', () => {
    const need = { ability: 'shutdown', on: 'everything', words: 'upgrade the daemon' } as const
    expect(deploy('user:deploy start *').refusal(need)).toMatch('may not upgrade the daemon (')
    expect(readOnlyAccess(() => null, 'x').refusal(need)).toMatch('it does not allow to upgrade the daemon')
  })

  test('names and says in the log what was refused', () => {
    const log = keptLog()
    const access = ruledAccess(
      { uid: 1000, gids: [], name: () => 'deploy' },
      [rule('user:deploy start a')],
      7,
      log,
      'x',
    )
    expect(access.refusal({ ability: 'stop', on: ['a', 'b', 'c', 'd'] })).toBe(
      'User deploy may not stop a, b, c and 1 more (x)',
    )
    expect(JSON.stringify(log)).toContain('refused: User deploy may not stop')
  })

  test('more rules never allow less', () => {
    const lines = fc.array(
      fc
        .tuple(
          fc.constantFrom('user:deploy', 'group:ops'),
          fc.constantFrom(...ABILITIES, '*'),
          fc.constantFrom('a', 'b:*', '*'),
        )
        .map((words) => words.join(' ')),
      { maxLength: 3 },
    )
    const needs = fc.record({
      ability: fc.constantFrom(...ABILITIES),
      on: fc.oneof(
        fc.constant('everything' as const),
        fc.array(fc.constantFrom('a', 'b', 'b:x', 'c'), { minLength: 1 }),
      ),
    })
    fc.assert(
      fc.property(lines, lines, needs, (some, more, need) => {
        const [few, many] = [asUser(1000, [50], ...some), asUser(1000, [50], ...some, ...more)]
        expect(few.refusal(need) !== null || many.refusal(need) === null).toBe(true)
      }),
    )
  })
})

describe('a call with an access', () => {
  const daemonWith = (access: Access) => {
    const daemon = liveDaemon(groupsOf('cat', 'dog'))
    const ask = async (name: string, ...params: XmlValue[]) =>
      short(
        await dispatch(
          {
            operator: daemon.operator,
            version: '4',
            namespaces: ['supervisor'],
            closed: new AbortController().signal,
            access,
          },
          name,
          params,
        ),
      )
    return { daemon, ask }
  }

  test('is a fault when it is not allowed, and changes nothing', async () => {
    const { daemon, ask } = daemonWith(deploy('user:deploy start,logs cat'))
    expect(await ask('supervisor.startProcess', 'dog')).toBe(
      'fault 403 FORBIDDEN: User u1000 may not start dog (allow of [unix_http_server])',
    )
    expect(await ask('supervisor.startAllProcesses', false)).toMatch('may not start cat, dog')
    expect(daemon.row('cat').seen.phase).toBe('STOPPED')
    expect(await ask('supervisor.startProcess', 'cat', false)).toBe('true')
    expect(await ask('supervisor.readLog', 0, 0)).toMatch('fault 403')
    expect(await ask('supervisor.clearProcessLogs', 'cat')).toMatch('fault 403')
  })

  test('within a multicall is asked about by itself', async () => {
    const { ask } = daemonWith(deploy('user:deploy start cat'))
    const calls = ['cat', 'dog'].map((name) => ({ methodName: 'supervisor.startProcess', params: [name, false] }))
    const answers = JSON.parse(await ask('system.multicall', calls)) as readonly unknown[]
    expect(answers).toEqual([true, expect.objectContaining({ faultCode: 403 })])
  })

  test('what the file would add to a group has to be allowed, too', async () => {
    const { ask } = daemonWith(deploy('user:deploy update cat'))
    expect(await ask('svctl.update', ['dog'])).toMatch('may not update dog')
    expect(await ask('svctl.update')).toMatch('may not update everything')
    expect(await ask('supervisor.reloadConfig')).not.toMatch('403')
  })

  test('on a read-only socket every method answers or says why it does not; none changes anything', async () => {
    const { daemon, ask } = daemonWith(readOnlyAccess(() => null, 'readonly_socket of [unix_http_server]'))
    const listed = JSON.parse(await ask('system.listMethods')) as readonly string[]
    const answered: string[] = []
    for (const name of listed.filter((each) => each.startsWith('supervisor.'))) {
      const signature = JSON.parse(await ask('system.methodSignature', name)) as readonly string[]
      const answer = await ask(name, ...signature.slice(1).map(() => 'cat'))
      if (!answer.startsWith('fault 403')) answered.push(name.replace('supervisor.', ''))
    }
    expect(answered.filter((name) => !/^get/.test(name))).toEqual([])
    expect(daemon.calls).toEqual([])
  })

  test('every method of the main interface is declared', async () => {
    const { ask } = daemonWith(deploy('user:deploy * *'))
    const listed = JSON.parse(await ask('system.listMethods')) as readonly string[]
    const names = listed.flatMap((name) => (name.startsWith('supervisor.') ? [name.slice('supervisor.'.length)] : []))
    expect(Object.keys(METHOD_NEEDS).sort()).toEqual(names.sort())
  })
})

describe('the JSON interface with an access', () => {
  const ask = (access: Access, method: 'GET' | 'POST', target: string, body?: object) => {
    const daemon = liveDaemon(groupsOf('cat', 'dog'))
    const [path = '', query = ''] = target.split('?')
    const answer = handleJson(
      method,
      `/api/v1/${path}`,
      new URLSearchParams(query),
      body,
      daemon.operator,
      true,
      access,
    )
    return `${answer?.status} ${answer?.document.schema === 'svctl.error/v1' ? answer.document.code : ''}`.trim()
  }

  const readOnly = readOnlyAccess(() => null, 'x')
  for (const c of [
    { name: 'reads on a read-only socket', access: readOnly, ask: ['GET', 'status'], answer: '200' },
    {
      name: 'starts nothing there',
      access: readOnly,
      ask: ['POST', 'start', { names: ['cat'] }],
      answer: '403 FORBIDDEN',
    },
    { name: 'rolls nothing back there', access: readOnly, ask: ['POST', 'rollback', {}], answer: '403 FORBIDDEN' },
    { name: 'tells no secrets there', access: readOnly, ask: ['GET', 'diff?secrets=1'], answer: '403 FORBIDDEN' },
    {
      name: 'reads no other file there',
      access: readOnly,
      ask: ['POST', 'diff', { file: '/etc/shadow' }],
      answer: '403 FORBIDDEN',
    },
    {
      name: 'starts what a rule names',
      access: deploy('user:deploy start cat'),
      ask: ['POST', 'start', { names: ['cat'] }],
      answer: '200',
    },
    {
      name: 'starts nothing beyond',
      access: deploy('user:deploy start cat'),
      ask: ['POST', 'start', { names: ['cat', 'dog'] }],
      answer: '403 FORBIDDEN',
    },
    {
      name: 'takes all for all',
      access: deploy('user:deploy start cat'),
      ask: ['POST', 'start', { names: ['all'] }],
      answer: '403 FORBIDDEN',
    },
    {
      name: 'takes a hold for a stop',
      access: deploy('user:deploy start *'),
      ask: ['POST', 'hold', { names: ['cat'] }],
      answer: '403 FORBIDDEN',
    },
    {
      name: 'accepts no group beyond',
      access: deploy('user:deploy update cat'),
      ask: ['POST', 'apply', { groups: ['dog'] }],
      answer: '403 FORBIDDEN',
    },
    {
      name: 'accepts not everything',
      access: deploy('user:deploy update cat'),
      ask: ['POST', 'apply', {}],
      answer: '403 FORBIDDEN',
    },
  ] as const) {
    test(c.name, () => {
      const [method, target, body] = c.ask as readonly ['GET' | 'POST', string, object?]
      expect(ask(c.access, method, target, body)).toBe(c.answer)
    })
  }
})
