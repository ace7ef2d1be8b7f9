import { createUsers } from '../../../host/users.js'
import type { Users } from '../../../model/ports.js'

/** Numbers from here on are hardly anybody's; ids end at 2^32-2. */
const FIRST_PRETENDED = 4_000_000_000

/** The users of this machine, and whoever else a configuration names: they are there where the programs run. */
export function pretendUsers(): Users & {
  /** The name under which a number was asked for; `null` when it was not, or as a number. */
  nameOf(uid: number): string | null
} {
  const known = createUsers()
  const pretended = new Map<string, number>()
  const names = new Map<number, string>()
  const idOf = (nameOrId: string) => {
    const id = pretended.get(nameOrId) ?? (/^\d+$/.test(nameOrId) ? Number(nameOrId) : FIRST_PRETENDED + pretended.size)
    pretended.set(nameOrId, id)
    return id
  }
  return {
    user(nameOrId) {
      const id = idOf(nameOrId)
      const found = known.user(nameOrId) ?? { uid: id, gid: id, name: nameOrId }
      if (found.name !== String(found.uid)) names.set(found.uid, found.name)
      return found
    },
    group: (nameOrId) => known.group(nameOrId) ?? { gid: idOf(nameOrId), name: nameOrId },
    nameOf: (uid) => names.get(uid) ?? null,
  }
}
