import { closest } from '../../config/suggest.js'
import { splitName } from '../../model/names.js'
import type { Expectation, Operator } from '../../model/operator.js'
import { type Read, readObject } from './read.js'
import type { UnknownName } from './select.js'

/** What `POST apply` asks for. */
export interface ApplyRequest {
  /** `null` for everything. */
  readonly groups: readonly string[] | null
  readonly allowRemovals: boolean
  readonly expect: Expectation | null
}

const FINGERPRINT = /^[0-9a-f]{8,16}$/

/** Reads `{"groups": ["web", "workers:*"], "allowRemovals": false, "expect": {"revision": 7, "fingerprint": "1a2b3c4d"}}`. */
export function readApply(body: unknown): Read<ApplyRequest> {
  const read = readObject(body, { groups: 'texts?', allowRemovals: 'flag?', expect: 'object?' })
  if (!read.ok) return read
  const groups = read.value.groups === undefined ? { ok: true as const, value: null } : readGroups(read.value.groups)
  if (!groups.ok) return groups
  const expect = read.value.expect === undefined ? { ok: true as const, value: null } : readExpect(read.value.expect)
  if (!expect.ok) return expect
  const { allowRemovals = false } = read.value
  return { ok: true, value: { groups: groups.value, allowRemovals, expect: expect.value } }
}

function readGroups(names: readonly string[]): Read<readonly string[] | null> {
  if (names.length === 0) return { ok: false, message: 'groups has to hold at least one name; leave it out for all' }
  const part = names.map(partOfGroup).find((problem) => problem !== null)
  if (part) return { ok: false, message: part }
  return { ok: true, value: names.includes('all') ? null : names.map((name) => splitName(name).group) }
}

/**
 * What is wrong with `g:p`: a revision is accepted by groups.
 *
 * @returns `null` for `g`, `g:*`, `g:` and `g:g`
 */
export function partOfGroup(name: string): string | null {
  const { group, process } = splitName(name)
  if (process === null || process === group) return null
  return `${JSON.stringify(name)} is a part of group ${group}, and only whole groups are accepted: write ${JSON.stringify(group)}`
}

function readExpect(value: object): Read<Expectation> {
  const read = readObject(value, { revision: 'number?', fingerprint: 'text?' })
  if (!read.ok) return { ok: false, message: `expect: ${read.message}` }
  const { revision, fingerprint = null } = read.value
  if (revision === undefined) return { ok: false, message: 'expect.revision has to be a whole number, 0 or more' }
  if (fingerprint !== null && !FINGERPRINT.test(fingerprint)) {
    const message = `expect.fingerprint has to be 8 to 16 hexadecimal digits, got ${JSON.stringify(fingerprint)}`
    return { ok: false, message }
  }
  return { ok: true, value: { revision, fingerprint } }
}

/** Says what is there instead of what was expected; `null` when it is that. */
export function movedMessage(
  { revision, fingerprint }: Expectation,
  now: { readonly revision: number; readonly fingerprint: string },
): string | null {
  if (now.revision !== revision)
    return `Revision ${now.revision} is accepted by now, not ${revision}; nothing was changed`
  if (fingerprint === null || now.fingerprint.startsWith(fingerprint)) return null
  const shown = now.fingerprint.slice(0, fingerprint.length)
  return `The file is no longer what it was: its fingerprint is ${shown}, not ${fingerprint}; nothing was changed`
}

/** A name that is no group; suggests the group that has a program or process of that name, or one whose name is near. */
export function unknownGroup(operator: Operator, name: string): UnknownName {
  const groups = [...operator.groups().map(({ spec }) => spec), ...operator.config().groups]
  const home = groups.find((group) => group.processes.some((spec) => spec.program === name || spec.name === name))
  const names = groups.map((group) => group.name)
  return { name, kind: 'group', suggestion: home?.name ?? closest(name, names) }
}
