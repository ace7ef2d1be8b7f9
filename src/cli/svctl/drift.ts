import type { DriftDocument } from '../../api/json/documents.js'
import { type Context, emit, expect, isStructured } from './context.js'
import { EXIT, type ExitCode } from './exit.js'
import { type Paint, printable } from './paint.js'
import { count } from './render-diff.js'

/** `svctl drift`: where processes are not as the accepted revision says. Changes nothing. */
export async function drift(context: Context): Promise<ExitCode> {
  const got = await expect(context, 'svctl.drift/v1', await context.client.get('drift'))
  if (!got.ok) return got.exit
  if (isStructured(context)) await emit(context, got.document)
  else context.terminal.out(renderDrift(got.document, context.paint))
  return got.document.items.length === 0 ? EXIT.yes : EXIT.no
}

/** One line per difference, holds apart, the answer last. */
export function renderDrift({ revision, items, held }: DriftDocument, paint: Paint): string {
  const lines = [
    ...items.map(({ name, kind, message }) => {
      const text = message.startsWith(`${name}: `) ? message.slice(name.length + 2) : message
      return `${paint.red(printable(name))}: ${kind}: ${printable(text)}`
    }),
    ...held.map((name) => paint.dim(`${printable(name)}: held by the operator, no drift`)),
    items.length === 0
      ? `no drift: processes are as revision ${revision} says`
      : `${count(items.length, 'process').replace(/processs$/, 'processes')} not as revision ${revision} says`,
  ]
  return `${lines.join('\n')}\n`
}
