import type { Action } from './action.js'
import { clear } from './clear.js'
import { reload, shutdown, version } from './daemon.js'
import { endOfFile, exit, quit } from './exit.js'
import { fg } from './fg.js'
import { add, remove } from './groups.js'
import { helpAction } from './help.js'
import { open } from './open.js'
import { pid } from './pid.js'
import { avail, reread } from './reread.js'
import { signal } from './signal.js'
import { restart, start, stop } from './start-stop.js'
import { status } from './status.js'
import { maintail, tail } from './tail.js'
import { update } from './update.js'

const LISTED: Readonly<Record<string, Action>> = {
  add,
  avail,
  clear,
  exit,
  fg,
  maintail,
  open,
  pid,
  quit,
  reload,
  remove,
  reread,
  restart,
  shutdown,
  signal,
  start,
  status,
  stop,
  tail,
  update,
  version,
}

const ACTIONS: Readonly<Record<string, Action>> = { ...LISTED, help: helpAction(LISTED), EOF: endOfFile }

/** Every word that `help` shows, and `help`: what an empty line completes to. */
export const ACTION_NAMES: readonly string[] = ['help', ...Object.keys(LISTED)].sort()

/** @returns the action that a word names, `undefined` for none */
export function findAction(word: string): Action | undefined {
  return Object.hasOwn(ACTIONS, word) ? ACTIONS[word] : undefined
}
