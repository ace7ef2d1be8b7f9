import type { DriftDocument, LiveDrift } from '../../api/json/drift.js'
import type { HoldRow } from '../../api/json/overrides.js'
import { formatStopTime } from '../../model/describe.js'
import { someOf } from '../../model/listing.js'
import { type Context, emit, expect, isStructured } from './context.js'
import { EXIT, type ExitCode } from './exit.js'
import { type Paint, printable } from './paint.js'
import { scaleText } from './render-status.js'

/** `svctl drift`: where processes are not as the accepted revision says. Changes nothing. */
export async function drift(context: Context): Promise<ExitCode> {
  const got = await expect(context, 'svctl.drift/v1', await context.client.get('drift?live=1'))
  if (!got.ok) return got.exit
  if (isStructured(context)) await emit(context, got.document)
  else context.terminal.out(renderDrift(got.document, context.paint))
  return isDrift(got.document, context.options.flags.has('--strict')) ? EXIT.no : EXIT.yes
}

/** @param strict - whether it counts when a process differs from what it was given at its start */
export function isDrift({ items, live }: DriftDocument, strict: boolean): boolean {
  return items.length > 0 || (live?.leftovers.length ?? 0) > 0 || (strict && (live?.differences.length ?? 0) > 0)
}

/** One line per difference, in sections by what it means, the answer last. */
export function renderDrift(document: DriftDocument, paint: Paint): string {
  const { revision, items, holds, scales, live } = document
  const count = items.length
  const leftovers = live?.leftovers.length ?? 0
  const lines = [
    ...items.map(({ name, kind, message }) => {
      const text = message.startsWith(`${name}: `) ? message.slice(name.length + 2) : message
      return `${paint.red(printable(name))}: ${kind}: ${printable(text)}`
    }),
    ...(live === null ? [] : liveLines(live, paint)),
    ...holds.map((hold) => paint.dim(`${printable(hold.name)}: ${printable(holdText(hold))}, no drift`)),
    ...scales.map((scale) => paint.dim(`${printable(`${scale.program}: ${scaleText(scale)}`)}, no drift`)),
    count + leftovers === 0 ? `no drift: processes are as revision ${revision} says` : '',
    count === 0 ? '' : `${count} ${count === 1 ? 'process' : 'processes'} not as revision ${revision} says`,
    leftovers === 0 ? '' : `${leftovers} ${leftovers === 1 ? 'leftover' : 'leftovers'} of former instances`,
  ]
  return `${lines.filter((line) => line !== '').join('\n')}\n`
}

function liveLines({ leftovers, differences, unreadable }: LiveDrift, paint: Paint): readonly string[] {
  const shown = someOf(unreadable.map(printable), 5)
  return [
    ...leftovers.map(({ name, pid }) => `${paint.red(printable(name))}: leftover: pid ${pid} of a former instance`),
    ...(differences.length === 0 ? [] : [paint.bold('differs from its spec (programs may do that to themselves):')]),
    ...differences.map(({ name, message }) => `  ${paint.yellow(printable(name))}: ${printable(message)}`),
    ...(unreadable.length === 0 ? [] : [paint.dim(`not looked at, for want of rights: ${shown}`)]),
  ]
}

function holdText({ by, untilWallMs, reason }: HoldRow): string {
  const end = untilWallMs === null ? '' : ` until ${formatStopTime(untilWallMs)}`
  return `held by ${by}${end}${reason === '' ? '' : `: ${reason}`}`
}
