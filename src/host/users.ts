import type { Users } from '../model/ports.js'
import { groupsOf, lookUpGroup, lookUpUser, type UserRecord } from './native/posix.js'

/** The `Users` port, and what a change of user needs beyond it. */
export interface HostUsers extends Users {
  user(nameOrId: string): UserRecord | null
  /** Who to become for a uid, with all groups; `null` when the uid has no entry. */
  credentials(uid: number): { readonly uid: number; readonly gid: number; readonly groups: readonly number[] } | null
  /** Forgets what was looked up, so that an edited /etc/passwd counts: call it before reading a configuration. */
  refresh(): void
}

/**
 * Users and groups through the name service, remembered until `refresh`.
 *
 * A lookup can take long (LDAP), hence the memory; names that were not found are asked for again each time.
 */
export function createUsers(): HostUsers {
  const users = new Map<string, UserRecord>()
  const groups = new Map<string, { readonly gid: number; readonly name: string }>()
  const memberships = new Map<number, readonly number[]>()

  const user = (nameOrId: string) => remember(users, nameOrId, () => byNameOrNumber(nameOrId, lookUpUser))

  return {
    user,
    group: (nameOrId) => remember(groups, nameOrId, () => byNameOrNumber(nameOrId, lookUpGroup)),
    credentials(uid) {
      const found = user(String(uid))
      if (found === null) return null
      const all = remember(memberships, uid, () => groupsOf(found.name, found.gid)) ?? []
      return { uid, gid: found.gid, groups: all }
    },
    refresh() {
      users.clear()
      groups.clear()
      memberships.clear()
    },
  }
}

/** Text of digits is a number, as the original reads it; ids end at 2^32-2, the value after means "none". */
function byNameOrNumber<T>(nameOrId: string, lookUp: (key: string | number) => T | null): T | null {
  if (nameOrId.includes('\0') || nameOrId === '') return null
  if (!/^\d+$/.test(nameOrId)) return lookUp(nameOrId)
  const id = Number(nameOrId)
  return id < 2 ** 32 - 1 ? lookUp(id) : null
}

function remember<K, V>(memory: Map<K, V>, key: K, find: () => V | null): V | null {
  const known = memory.get(key)
  if (known !== undefined) return known
  const found = find()
  if (found !== null) memory.set(key, found)
  return found
}
