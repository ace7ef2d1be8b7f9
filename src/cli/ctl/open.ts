import type { Action } from './action.js'
import { EXIT } from './exit-status.js'
import { status } from './status.js'

export const open: Action = {
  help: [
    'open <url>\tConnect to a remote supervisord process.',
    '\t\t(for UNIX domain socket, use unix:///socket/path)',
  ].join('\n'),
  async run(session, argument) {
    if (!/^(?:unix|https?):/i.test(argument)) {
      session.print('ERROR: url must be http:// or unix://')
      session.exitStatus = EXIT.generic
      return 'done'
    }
    session.server = { ...session.server, url: argument }
    // The server was switched, whatever its processes are up to.
    const before = session.exitStatus
    const outcome = await status.run(session, '')
    session.exitStatus = before
    return outcome
  },
}
