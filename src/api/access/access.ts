import { matchesName } from '../../host/glob.js'
import type { Ability, AllowRule } from '../../model/config.js'
import { someOf } from '../../model/listing.js'
import type { Log } from '../../model/ports.js'
import { type Need, READ } from './need.js'
import type { Peer } from './peer.js'

/** What one client may do, and who it is. */
export interface Access {
  /** Name of the user at the other end, by the word of the kernel or of a password; `null` when nobody asked. */
  who(): string | null
  /** @returns why a request is not answered; `null` when it is */
  refusal(need: Need): string | null
}

/** May do everything. */
export function fullAccess(who: () => string | null = () => null): Access {
  return { who, refusal: () => null }
}

/** May ask. @param where - option and section that say so */
export function readOnlyAccess(who: () => string | null, where: string): Access {
  return {
    who,
    refusal: ({ ability, words }) =>
      ability === 'read'
        ? null
        : `This socket only answers questions (${where}); it does not allow ${words ? `to ${words}` : ability}`,
  }
}

/**
 * What rules allow the user at the other end of a unix socket. Root and the daemon's own user may do everything: they
 * could end the daemon, or replace it, without asking.
 *
 * @param peer - `null` when the kernel does not tell, which is nobody
 * @param own - of this process
 */
export function ruledAccess(
  peer: Peer | null,
  rules: readonly AllowRule[],
  own: number,
  log: Log,
  where: string,
): Access {
  const who = () => peer?.name() ?? null
  if (peer !== null && (peer.uid === 0 || peer.uid === own)) return fullAccess(who)
  const mine = rules.filter(({ kind, id }) => (kind === 'user' ? id === peer?.uid : peer?.gids.includes(id)))
  return {
    who,
    refusal(need) {
      if (isAllowed(mine, need)) return null
      const text = `User ${who() ?? 'unknown'} may not ${phrase(need)} (${where})`
      log.write('warn', `refused: ${text}`)
      return text
    },
  }
}

function isAllowed(rules: readonly AllowRule[], { ability, on }: Need): boolean {
  // Whoever may do anything may look: no client gets far without.
  if (ability === READ.ability) return rules.length > 0
  const fitting = rules.filter((rule) => permits(rule, ability))
  if (on === 'anything') return fitting.length > 0
  const targets = fitting.flatMap((rule) => rule.targets)
  if (on === 'everything') return targets.includes('*')
  return on.length > 0 ? on.every((name) => targets.some((target) => matches(target, name))) : fitting.length > 0
}

function permits({ abilities }: AllowRule, ability: Ability): boolean {
  if (abilities.includes(ability)) return true
  return ability === 'restart' && abilities.includes('start') && abilities.includes('stop')
}

/** A star stands for colons, too; the one process of a group can be named by both names. */
function matches(target: string, name: string): boolean {
  if (target === '*' || matchesName(target, name)) return true
  return !name.includes(':') && matchesName(target, `${name}:${name}`)
}

function phrase({ ability, on, words }: Need): string {
  if (words !== undefined) return words
  const verb = ability === 'logs' ? 'read the logs of' : ability === 'clear' ? 'clear the logs of' : ability
  if (ability === 'shutdown') return 'shut the daemon down'
  if (on === 'anything') return ability
  return `${verb} ${on === 'everything' ? 'everything' : someOf(on)}`
}
