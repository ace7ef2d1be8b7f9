import { splitName } from '../../model/names.js'
import type { ApplyResult, Expectation, Operator } from '../../model/operator.js'
import type { UnknownName } from './documents.js'
import { type Read, readObject } from './read.js'

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
  const part = names.find((name) => isPart(name))
  if (part !== undefined) {
    const { group } = splitName(part)
    const message = `${JSON.stringify(part)} is one process of group ${group}; only whole groups are accepted: write ${JSON.stringify(group)}`
    return { ok: false, message }
  }
  return { ok: true, value: names.includes('all') ? null : names.map((name) => splitName(name).group) }
}

/** `g:p`: a revision is accepted by groups, since a group's processes share its declaration. */
function isPart(name: string): boolean {
  const { group, process } = splitName(name)
  return process !== null && process !== group
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

/** What is there instead of what was expected. */
export function movedMessage(
  { revision, fingerprint }: Extract<ApplyResult, { reason: 'moved' }>,
  expected: Expectation,
): string {
  const what =
    revision === expected.revision
      ? `The file is no longer what it was: its fingerprint is ${fingerprint.slice(0, expected.fingerprint?.length)}, not ${expected.fingerprint}`
      : `Revision ${revision} is accepted by now, not ${expected.revision}`
  return `${what}; nothing was changed`
}

/** A name that is no group; suggests the group that has a program or process of that name. */
export function unknownGroup(operator: Operator, name: string): UnknownName {
  const groups = [...operator.groups().map(({ spec }) => spec), ...operator.config().groups]
  const home = groups.find((group) => group.processes.some((spec) => spec.program === name || spec.name === name))
  return { name, kind: 'group', suggestion: home?.name ?? null }
}
