import type { StatusDocument } from '../../api/json/status.js'
import type { Context } from './context.js'
import { conditionLines } from './render-status.js'

/** Tells on standard error what is wrong with the daemon, with the places in its files. */
export async function tellConditions(
  { terminal, errPaint }: Pick<Context, 'terminal' | 'errPaint'>,
  document: Pick<StatusDocument, 'conditions' | 'atWallMs'>,
): Promise<void> {
  const lines = conditionLines(document, errPaint)
  for (const [i, line] of lines.entries()) {
    terminal.err(line)
    const diagnostics = document.conditions[i]?.diagnostics ?? []
    if (diagnostics.length === 0) continue
    const { renderDiagnostics } = await import('../../config/render.js')
    terminal.err(`${renderDiagnostics(diagnostics, { color: errPaint.on })}\n`)
  }
}
