import { expect } from 'vitest'
import { readLastGood } from '../../src/control/revisions.js'
import type { Config } from '../../src/model/config.js'
import { configOf, groupOf, specOf } from '../support/specs.js'
import { memoryState, plainPacking } from '../support/state.js'
import { steadyDaemon } from '../support/steady-daemon.js'
import { corpus, fuzz } from './fuzz.js'

const plain = configOf([groupOf('web', [specOf({ name: 'web' })])])
const config: Config = {
  ...plain,
  daemon: { ...plain.daemon, state: { ...plain.daemon.state, rememberHolds: 'always', bootLastGood: true } },
}

const GOOD = new Map(corpus('state'))
const good = (name: string) => GOOD.get(`${name}.txt`) ?? new Uint8Array()

/** What each file of the folder may be replaced with; the others are as a good daemon left them. */
const FILES = {
  'revisions.json': good('index'),
  'overrides.json': good('overrides'),
  'settings.json': good('settings'),
  'revision-1.gz': good('groups'),
}

fuzz('state', (input) => {
  for (const bad of [...Object.keys(FILES), 'all']) {
    const state = memoryState()
    for (const [name, bytes] of Object.entries(FILES))
      state.files.set(name, name === bad || bad === 'all' ? input : bytes)
    const daemon = steadyDaemon(config, undefined, undefined, state)
    daemon.pass(5_000)
    const { operator } = daemon.control
    expect(operator.state()).toBe('RUNNING')
    expect(operator.groups().map((group) => group.spec.name)).toEqual(['web'])
    for (const { number } of operator.revisions().revisions) operator.revisionContent(number)
    const lastGood = readLastGood(state, plainPacking)
    if (lastGood !== null) steadyDaemon(lastGood.config).pass(5_000)
  }
})
