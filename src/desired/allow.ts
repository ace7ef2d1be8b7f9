import { ABILITIES, type Ability, type AllowRule } from '../model/config.js'
import type { Users } from '../model/ports.js'

/** One rule, or what is wrong with it. */
export type ReadRule =
  | { readonly ok: true; readonly rule: AllowRule }
  | {
      readonly ok: false
      readonly code: 'CONFIG_BAD_WORD' | 'CONFIG_UNKNOWN_USER'
      readonly message: string
      readonly help: string
    }

const FORM =
  'write user:NAME or group:NAME, verbs joined by commas, then names of processes: user:deploy start,stop web:*'

/** Words for what already has one. */
const OTHER_WORDS: Readonly<Record<string, Ability>> = { apply: 'update', tail: 'logs', status: 'read' }

/** Reads one line of `allow`, such as `user:deploy start,stop web:* api`; without names it is about everything. */
export function readRule(line: string, users: Users): ReadRule {
  const bad = (message: string, help = FORM) => ({ ok: false, code: 'CONFIG_BAD_WORD', message, help }) as const
  const [, kind, name = '', verbs = '', names = ''] = /^(user|group):(\S+)\s+(\S+)\s*(.*)$/s.exec(line) ?? []
  if (kind !== 'user' && kind !== 'group') return bad(`Cannot read a rule of allow: ${JSON.stringify(line)}`)
  const words = verbs.split(',').filter((word) => word !== '')
  const wrong = words.find((word) => word !== '*' && !isAbility(OTHER_WORDS[word] ?? word))
  if (wrong !== undefined || words.length === 0)
    return bad(`Cannot allow ${JSON.stringify(wrong ?? verbs)}`, `write one or more of ${ABILITIES.join(', ')} or *`)
  const id = kind === 'user' ? users.user(name)?.uid : users.group(name)?.gid
  if (id === undefined)
    return {
      ok: false,
      code: 'CONFIG_UNKNOWN_USER',
      message: `Cannot find the ${kind} that is allowed something: ${JSON.stringify(name)}`,
      help: `write the name or number of a ${kind} of this machine`,
    }
  const abilities = words.includes('*') ? ABILITIES : words.map((word) => OTHER_WORDS[word] ?? word).filter(isAbility)
  const targets = names.split(/\s+/).filter((target) => target !== '')
  return { ok: true, rule: { kind, id, abilities, targets: targets.length === 0 ? ['*'] : targets } }
}

function isAbility(word: string): word is Ability {
  return (ABILITIES as readonly string[]).includes(word)
}
