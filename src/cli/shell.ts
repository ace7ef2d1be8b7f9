import { type Completable, complete } from './ctl/complete.js'
import { asProcessInfos } from './ctl/process-info.js'
import { type LineEnd, runLine } from './ctl/run-line.js'
import type { Session } from './ctl/session.js'

/**
 * Reads lines and carries them out until there are no more, one of them leaves, or Ctrl-C is pressed at the prompt or
 * while a command runs that has no use for it.
 *
 * @param prompt - without the `> ` behind it
 * @see Supervisor supervisorctl.py, Controller.cmdloop
 */
export async function runShell(session: Session, prompt: string): Promise<void> {
  const more = session.plugins.flatMap(({ actions }) => actions)
  let line = 'status'
  for (;;) {
    const end = await runInterruptibly(session, line)
    if (end === 'leave') return
    if (end === 'interrupted') return session.print('')
    const processes = rememberedProcesses(session)
    const read = await session.terminal.readLine({
      prompt: `${prompt}> `,
      history: true,
      complete: (typed) => complete(typed, processes, more),
    })
    session.hangUp()
    if (read.kind === 'interrupt') return session.print('')
    line = read.kind === 'end' ? 'EOF' : read.text
  }
}

async function runInterruptibly(session: Session, line: string): Promise<LineEnd> {
  let ignore = (): void => {}
  const interrupted = new Promise<LineEnd>((resolve) => {
    ignore = session.terminal.onInterrupt(() => resolve('interrupted'))
  })
  const end = await Promise.race([runLine(session, line), interrupted])
  ignore()
  return end
}

/** Asks the server once per line; a server that does not answer has no processes. */
function rememberedProcesses(session: Session): () => Promise<readonly Completable[]> {
  let known: Promise<readonly Completable[]> | null = null
  return () => {
    known ??= session
      .ask('supervisor.getAllProcessInfo', [], asProcessInfos)
      .then((infos) => (infos.ok ? infos.value : []))
    return known
  }
}
