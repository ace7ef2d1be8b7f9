import { expect, test } from 'vitest'
import type { Isolation } from '../../src/model/isolation.js'
import type { LiveProcess } from '../../src/model/ports.js'
import { type Given, liveDifferences } from '../../src/reconcile/live.js'

const ANY = { soft: 8, hard: 8 }
const SAME = { uid: 0, directory: '/srv', openFiles: 1024, environment: { PATH: '/bin', TOKEN: 'hunter2' } }
const LIVE: LiveProcess = {
  ...SAME,
  limits: {
    nofile: { soft: 1024, hard: 4096 },
    core: { soft: 0, hard: Infinity },
    nproc: ANY,
    memlock: ANY,
    as: ANY,
    fsize: ANY,
    stack: ANY,
    data: ANY,
    cpu: ANY,
  },
  nice: 0,
  oomScoreAdj: 0,
}
const GIVEN: Given = { ...SAME, isolation: {} }

for (const { name, live, messages } of [
  { name: 'nothing', live: {}, messages: [] },
  { name: 'another user', live: { uid: 33 }, messages: ['user: runs as uid 33, not 0'] },
  { name: 'another folder', live: { directory: '/' }, messages: ['directory: is in /, not /srv'] },
  { name: 'another limit', live: { openFiles: Infinity }, messages: ['limits: may open Infinity files, not 1024'] },
  {
    name: 'variables, by name only',
    live: { environment: { TOKEN: 'correct-horse', NEW: 'secret' } },
    messages: ['environment: has other variables than it was given: changed TOKEN; missing PATH; added NEW'],
  },
  {
    name: 'not what shells add',
    live: { environment: { ...GIVEN.environment, SHLVL: '1', PWD: '/', _: '/bin/x' } },
    messages: [],
  },
  {
    name: 'an environment that is gone',
    live: { environment: {} },
    messages: ['environment: its environment is written over, as programs do that change their title'],
  },
])
  test(`what differs: ${name}`, () => {
    const found = liveDifferences(GIVEN, { ...LIVE, ...live })
    expect(found.map(({ field, message }) => `${field}: ${message}`)).toEqual(messages)
  })

test('a folder that is no longer there is not compared', () => {
  expect(liveDifferences({ ...GIVEN, directory: null }, { ...LIVE, directory: '/srv (deleted)' })).toEqual([])
})

test.each<[string, Isolation, readonly string[]]>([
  ['as given', { limitNofile: { soft: 1024, hard: 4096 }, limitCore: { soft: 0, hard: 'unlimited' }, nice: 0 }, []],
  ['a hard limit that was left alone', { limitNofile: { soft: 1024, hard: null } }, []],
  ['a soft limit', { limitNofile: { soft: 5, hard: null } }, ['has limit_nofile=1024, not 5']],
  ['a hard limit', { limitCore: { soft: 0, hard: 0 } }, ['has limit_core=0:unlimited, not 0:0']],
  ['both priorities', { nice: 5, oomScoreAdj: -9 }, ['has nice=0, not 5', 'has oom_score_adj=0, not -9']],
])('what differs of limits: %s', (_name, isolation, messages) => {
  const found = liveDifferences({ ...GIVEN, openFiles: isolation.limitNofile ? 7 : 1024, isolation }, LIVE)
  expect(found).toEqual(messages.map((message) => ({ field: 'limits', message })))
})
