import type { LogNote } from '../model/config.js'
import type { HostUsers } from './users.js'

/** What changing the daemon's own user came to: a line for the activity log, or the sentence to end with. */
export type DroppedPrivileges =
  | { readonly ok: true; readonly note: LogNote | null }
  | { readonly ok: false; readonly error: string }

const AS_ROOT: LogNote = {
  level: 'critical',
  text:
    'Supervisor is running as root.  Privileges were not dropped because no user is specified in the config file.  ' +
    'If you intend to run as root, you can set user=root in the config file to avoid this message.',
}

/**
 * Makes the whole daemon run as another user: groups, then group, then user. There is no way back.
 *
 * @param user - name or uid of `[supervisord] user`; `null` keeps, with a warning for root
 * @see Supervisor options.py, set_uid_or_exit and drop_privileges
 */
export function dropPrivileges(user: string | null, users: HostUsers): DroppedPrivileges {
  const own = process.getuid?.() ?? 0
  if (user === null) return { ok: true, note: own === 0 ? AS_ROOT : null }
  const found = users.user(user)
  if (found === null) {
    return { ok: false, error: `Invalid user ${/^\d+$/.test(user) ? 'id' : 'name'} ${user}` }
  }
  const done: DroppedPrivileges = { ok: true, note: { level: 'info', text: `Set uid to user ${found.uid} succeeded` } }
  if (found.uid === own) return done
  if (own !== 0) return { ok: false, error: "Can't drop privilege as nonroot user" }

  const groups = users.credentials(found.uid)?.groups ?? [found.gid]
  const steps = [
    ['Could not set groups of effective user', () => process.setgroups?.([...groups])],
    ['Could not set group id of effective user', () => process.setgid?.(found.gid)],
    ['Could not set user id of effective user', () => process.setuid?.(found.uid)],
  ] as const
  for (const [error, step] of steps) {
    try {
      step()
    } catch {
      return { ok: false, error }
    }
  }
  return done
}
