import type { Action } from './action.js'

function leaving(help: string): Action {
  return {
    help,
    async run(session) {
      session.print('')
      return 'leave'
    },
  }
}

export const exit: Action = leaving('exit\tExit the supervisor shell.')
export const quit: Action = leaving('quit\tExit the supervisor shell.')
/** What the end of input stands for; it can also be typed, and has no help. */
export const endOfFile: Action = leaving('')
