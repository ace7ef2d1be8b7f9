import { expect, test } from 'vitest'
import { liveDifferences } from '../../src/reconcile/live.js'

const GIVEN = { uid: 0, directory: '/srv', openFiles: 1024, environment: { PATH: '/bin', TOKEN: 'hunter2' } }

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
    const found = liveDifferences(GIVEN, { ...GIVEN, ...live })
    expect(found.map(({ field, message }) => `${field}: ${message}`)).toEqual(messages)
  })

test('a folder that is no longer there is not compared', () => {
  expect(liveDifferences({ ...GIVEN, directory: null }, { ...GIVEN, directory: '/srv (deleted)' })).toEqual([])
})
