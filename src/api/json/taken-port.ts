import { findPortHolder, type PortHolder } from '../../host/port-holder.js'
import { displayName } from '../../model/names.js'
import { pidOf } from '../../model/observed.js'
import type { Operator, ProcessView } from '../../model/operator.js'
import { hideArguments } from './arguments.js'
import type { TakenPort } from './explanation.js'

/** Ports looked for at a time: a log can be full of numbers. */
const CANDIDATES_MAX = 8

/** Finds out whether a process fails because its port is taken, and by whom. @param lines - the last of its errors */
export async function takenPort(
  operator: Operator,
  view: ProcessView,
  lines: readonly string[],
): Promise<TakenPort | null> {
  const candidates = portCandidates([...lines, view.seen.spawnError], view.spec)
  for (const port of candidates) {
    const holder = await findPortHolder(port)
    if (holder === null || isPartOf(holder, pidOf(view.seen))) continue
    const { pid, command } = holder
    return { port, holder: { pid, command: hideArguments(command), process: processOf(operator, holder) } }
  }
  const [port] = candidates
  return port === undefined ? null : { port, holder: null }
}

/**
 * Ports that an "address already in use" among the lines may be about, the likeliest first: those named in a line that
 * says so, the last one first, in the lines around it, in the command, in the environment.
 *
 * @returns none when no line says so
 */
export function portCandidates(
  lines: readonly string[],
  spec: Pick<ProcessView['spec'], 'command' | 'environment'>,
): readonly number[] {
  const at = lines.findLastIndex((line) => IN_USE.test(line))
  if (at < 0) return []
  const near = lines.slice(Math.max(0, at - NEAR), at + NEAR + 1)
  const variables = Object.entries(spec.environment).flatMap(([name, text]) =>
    /PORT|ADDR|LISTEN/i.test(name) ? text : [],
  )
  const told = near.filter((line) => IN_USE.test(line))
  const texts = [lines[at] ?? '', ...told, ...near, spec.command]
  const found = [...texts.flatMap(portsIn), ...variables.flatMap((text) => [...portsIn(text), ...portsIn(`:${text}`)])]
  return [...new Set(found)].slice(0, CANDIDATES_MAX)
}

/** Lines around the one with the error: Node tells the port some lines below it, after the stack. */
const NEAR = 12

const IN_USE = /address (is )?already in use|EADDRINUSE|address in use/i

const TIME_OF_DAY = /\b\d{1,2}:\d{2}:\d{2}\b/g
/** `node:events:502`, `server.py:80`: a line of a program. */
const PLACE_IN_CODE = /\b(?:node:[\w/]+|[\w./-]+\.(?:[cm]?[jt]sx?|py|rb|go|php|java))(?::\d+)+/g

/** Numbers after `:`, `port`, `-p` or in `('0.0.0.0', 8000)`. */
function portsIn(text: string): readonly number[] {
  const found = text
    .replace(TIME_OF_DAY, '')
    .replace(PLACE_IN_CODE, '')
    .matchAll(/(?:(?<![\w.]:\d{1,6}|[^:]:):|\bport\b['"]?\s*[:=]?\s*|-p\s*|['"]\s*,\s*)(\d{1,5})(?!\d|[.:]\d)/gi)
  return [...found].map((match) => Number(match[1])).filter((port) => port > 0 && port < 65_536)
}

function isPartOf({ pid, parents }: PortHolder, ours: number): boolean {
  return ours > 0 && (pid === ours || parents.includes(ours))
}

function processOf(operator: Operator, holder: PortHolder): string | null {
  const views = operator.groups().flatMap(({ processes }) => processes)
  const found = views.find(({ seen }) => isPartOf(holder, pidOf(seen)))
  return found === undefined ? null : displayName(found.spec.group, found.spec.name)
}
