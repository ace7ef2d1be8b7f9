import type { LineRead, LineRequest, Terminal } from './ctl/terminal-port.js'
import { createHistory, type History } from './history.js'
import { pipedLines } from './piped-lines.js'

/** The terminal of this program, or the pipes it has instead. */
export interface ProgramTerminal extends Terminal {
  /** Gives standard input back and writes the history; nothing may be read afterwards. */
  close(): void
}

/**
 * Lines are edited with readline when both ends are a terminal; else they are read as they come and prompts are
 * printed, as the original does.
 *
 * @param historyFile - `null` keeps no history beyond this run
 */
export function createTerminal(historyFile: string | null): ProgramTerminal {
  const { stdin, stdout, stderr } = process
  const listeners: (() => void)[] = []
  const onSignal = (): void => listeners.at(-1)?.()
  const onInterrupt = (listener: () => void): (() => void) => {
    if (listeners.length === 0) process.on('SIGINT', onSignal)
    listeners.push(listener)
    return () => {
      const at = listeners.lastIndexOf(listener)
      if (at >= 0) listeners.splice(at, 1)
      // Without a listener Ctrl-C ends the program, which is what a listener-less command wants.
      if (listeners.length === 0) process.off('SIGINT', onSignal)
    }
  }

  const edited = stdin.isTTY === true && stdout.isTTY === true
  let piped: ReturnType<typeof pipedLines> | null = null
  let history: History | null = null
  /** @param prompt - prints it, once Ctrl-C is heard: who sees it may press that at once */
  const readPlain = async (prompt: () => void): Promise<LineRead> => {
    piped ??= pipedLines(stdin)
    let ignore = (): void => {}
    const interrupted = new Promise<LineRead>((resolve) => {
      ignore = onInterrupt(() => resolve({ kind: 'interrupt' }))
    })
    prompt()
    const read = await Promise.race([piped.next(), interrupted])
    ignore()
    return read
  }

  return {
    write: (text) => void stdout.write(text),
    warn: (text) => void stderr.write(text),
    onInterrupt,
    async readLine(request: LineRequest) {
      if (edited) {
        history ??= createHistory(historyFile)
        const { readEdited } = await import('./edited-line.js')
        return readEdited(request, history)
      }
      return readPlain(() => void stdout.write(request.prompt))
    },
    async readSecret(prompt) {
      const ask = () => void stderr.write(prompt)
      if (stdin.isTTY !== true) return readPlain(ask)
      ask()
      const { readHidden } = await import('./edited-line.js')
      const read = await readHidden(stdin)
      stderr.write('\n')
      return read
    },
    close() {
      history?.save()
      stdin.destroy()
    },
  }
}
