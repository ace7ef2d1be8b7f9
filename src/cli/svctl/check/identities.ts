import type { HostUsers } from '../../../host/users.js'
import type { Config } from '../../../model/config.js'
import type { ProcessSpec } from '../../../model/spec.js'
import type { Identity } from './rights.js'

/** Who does what when the configuration runs. */
export interface Identities {
  readonly daemon: Identity
  /** Whether the daemon's user is known from the file; else it is a guess, said in `guess`. */
  readonly guess: string | null
  of(spec: ProcessSpec): Identity
}

/**
 * Finds out as whom daemon and programs would run: `[supervisord] user`, else whoever asks. When programs have other
 * users than that, only root can be meant to start the daemon.
 */
export function identitiesOf(config: Config, users: HostUsers): Identities {
  const own = process.getuid?.() ?? 0
  const named = config.daemon.user === null ? null : users.user(config.daemon.user)
  const switches = config.groups.some(({ processes }) => processes.some(({ uid }) => uid !== null && uid !== own))
  const daemon = identity(named?.uid ?? (switches ? 0 : own), users)
  return {
    daemon,
    guess:
      named === null && own !== 0
        ? `[supervisord] has no user; checked as if user ${daemon.name} starts the daemon`
        : null,
    of: ({ uid }) => (uid === null ? daemon : identity(uid, users)),
  }
}

function identity(uid: number, users: HostUsers): Identity {
  const name = users.user(String(uid))?.name ?? `uid ${uid}`
  const credentials = users.credentials(uid)
  return { uid, name, gids: credentials === null ? [] : [credentials.gid, ...credentials.groups] }
}
