import type { Outcome, Session } from './session.js'

/** One word that a person can type. */
export interface Action {
  /** What `help <action>` prints, without the last line end. */
  readonly help: string
  /** @param argument - the rest of the line, trimmed */
  run(session: Session, argument: string): Promise<Outcome>
}

/** @returns the words of an argument; nothing gives none */
export function wordsOf(argument: string): readonly string[] {
  return argument.split(/\s+/).filter((word) => word !== '')
}

/** Says what is wrong with the arguments, then how to do it right. */
export function refuse(session: Session, message: string, help: string, exitStatus: number): Outcome {
  session.print(message)
  session.exitStatus = exitStatus
  session.print(help)
  return 'done'
}
