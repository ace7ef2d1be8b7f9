import type { StatusDocument, StatusRow } from '../../api/json/status.js'
import { assertNever } from '../../model/assert.js'
import { isStopped } from '../../model/phase.js'

/** What `svctl wait` waits for. */
export type Wanted =
  | { readonly kind: 'running' | 'ready' | 'stopped' | 'completed' | 'converged' }
  /** Revision `number`, or a later one, is accepted and processes are as it says. */
  | { readonly kind: 'rev'; readonly number: number }

/** Whether it is so, may yet be so, or can no longer be so unless somebody does something. */
export interface Standing {
  readonly result: 'reached' | 'open' | 'impossible'
  /** Why, or what was seen. */
  readonly detail: string
}

const WORDS = ['running', 'ready', 'stopped', 'completed', 'converged'] as const

/** For messages: everything that can be waited for. */
export const WANTED_WORDS = `${WORDS.join(', ')} or rev=NUMBER`

/** @returns `null` for a text that means nothing */
export function parseWanted(text: string): Wanted | null {
  const kind = WORDS.find((word) => word === text)
  if (kind !== undefined) return { kind }
  const number = /^rev=(\d{1,9})$/.exec(text)?.[1]
  return number === undefined ? null : { kind: 'rev', number: Number(number) }
}

/**
 * Where one process stands.
 *
 * @param row - `null` when it is no longer declared
 * @param alive - whether what is no longer declared is still on its way down
 */
export function standingOf(wanted: Wanted, row: StatusRow | null, document: StatusDocument, alive: boolean): Standing {
  if (row === null) {
    if (wanted.kind === 'stopped') return alive ? open('on its way down') : reached('no longer declared')
    return impossible('it is no longer declared')
  }
  switch (wanted.kind) {
    case 'running':
    case 'ready':
      return row.ready ? reached(`pid ${row.pid}`) : unlessAtRest(row)
    case 'stopped':
      return isStopped(row.state) && row.pid === 0 && row.verdict !== 'pending' ? reached(row.state) : open(seen(row))
    case 'completed':
      if (row.state === 'EXITED' && row.verdict === 'ok') return reached(row.why)
      return row.state === 'RUNNING' && row.verdict === 'ok' ? open(seen(row)) : unlessAtRest(row)
    case 'converged':
      return converged(row, document)
    case 'rev': {
      const { revision } = document.daemon
      return revision < wanted.number ? open(`revision ${revision} is accepted`) : converged(row, document)
    }
    default:
      return assertNever(wanted)
  }
}

/** Without names only what the file wants up is waited for: not what is done, held or started by hand. */
export function isMeant({ kind }: Wanted, row: StatusRow): boolean {
  if (kind !== 'running' && kind !== 'ready') return true
  return row.ready || (row.verdict !== 'ok' && row.verdict !== 'held')
}

function converged(row: StatusRow, { conditions }: StatusDocument): Standing {
  if (row.verdict === 'ok' || row.verdict === 'held') return reached(row.state)
  const halted = conditions.find(({ type }) => type === 'RolloutHalted')
  if (halted && row.verdict === 'pending') return impossible(halted.message)
  return unlessAtRest(row)
}

/** On its way, or where it will stay by itself. A hold that ends by itself is on its way, too. */
function unlessAtRest(row: StatusRow): Standing {
  const { verdict, hold, state } = row
  if (verdict === 'pending' || state === 'BACKOFF') return open(seen(row))
  return verdict === 'held' && hold?.untilWallMs != null ? open(seen(row)) : impossible(seen(row))
}

function seen({ state, why }: StatusRow): string {
  return why === '' ? state : `${state}, ${why}`
}

function reached(detail: string): Standing {
  return { result: 'reached', detail }
}

function open(detail: string): Standing {
  return { result: 'open', detail }
}

function impossible(detail: string): Standing {
  return { result: 'impossible', detail }
}
