import { assertNever } from '../../model/assert.js'
import { displayName, type ProcessKey } from '../../model/names.js'
import type { Operator, ProcessView } from '../../model/operator.js'
import { isStopped } from '../../model/phase.js'

export type VerbName = 'start' | 'stop' | 'restart' | 'hold' | 'release'

/** What was asked of one process. `requested` is under way; the others are final. */
export interface VerbRow {
  readonly name: string
  readonly answer: 'requested' | 'already-started' | 'not-running' | 'not-held' | 'refused'
  /** Why it was refused; '' otherwise. */
  readonly message: string
}

export interface RequestedDocument {
  readonly schema: 'svctl.requested/v1'
  readonly verb: VerbName
  readonly processes: readonly VerbRow[]
}

/** What a hold may say; `user` is what the client calls its user, `who` what the kernel or a password says. */
export interface HoldTerms {
  readonly forMs?: number | undefined
  readonly reason?: string | undefined
  readonly user?: string | undefined
  readonly who?: string | null | undefined
}

/**
 * Asks for a start, stop, restart, hold or release of processes and tells what was asked of each; waits for nothing.
 *
 * All processes are looked at before the first is asked, so that the answers describe one moment.
 *
 * @param terms - of a hold
 */
export function requestVerb(
  operator: Operator,
  verb: VerbName,
  processes: readonly ProcessView[],
  terms: HoldTerms = {},
): RequestedDocument {
  const views = inVerbOrder(operator, [...new Map(processes.map((view) => [view.key, view])).values()])
  const rows = views.map((view) => ({ view, row: answer(operator, verb, view) }))
  const keys = rows.filter(({ row }) => row.answer === 'requested').map(({ view }) => view.key)
  if (keys.length > 0) ask(operator, verb, keys, terms)
  return { schema: 'svctl.requested/v1', verb, processes: rows.map(({ row }) => row) }
}

function ask(operator: Operator, verb: VerbName, keys: readonly ProcessKey[], terms: HoldTerms): void {
  if (verb !== 'stop' && verb !== 'hold') operator[verb](keys)
  else {
    const by = personOf(terms.who ?? null, terms.user ?? '')
    const wish = by === null ? `svctl ${verb}` : `svctl ${verb} (${by})`
    operator.stop(keys, false, { by: wish, reason: terms.reason ?? '', forMs: terms.forMs ?? null })
  }
}

/**
 * Who asked for something: first of all whom somebody checked, then what the client calls itself, such as the user who
 * became root.
 */
export function personOf(who: string | null, claimed: string): string | null {
  if (who === null || who === claimed) return claimed || who
  return claimed === '' ? who : `${who} for ${claimed}`
}

function answer(operator: Operator, verb: VerbName, view: ProcessView): VerbRow {
  const name = displayName(view.spec.group, view.spec.name)
  const final = (kind: VerbRow['answer'], message = ''): VerbRow => ({ name, answer: kind, message })
  const { phase } = view.seen
  switch (verb) {
    case 'start':
      // One that waits to be tried again is tried now.
      if ((phase === 'RUNNING' || phase === 'STARTING') && !view.override.hold) return final('already-started')
      return lookup(operator, view, final)
    case 'restart':
      return lookup(operator, view, final)
    case 'stop':
      // One that is down but would come up by itself, or by an edit, can still be held down.
      return view.override.hold && isStopped(phase) ? final('not-running') : final('requested')
    case 'hold':
      return final('requested')
    case 'release':
      return view.override.hold ? final('requested') : final('not-held')
    default:
      return assertNever(verb)
  }
}

/** A command that cannot be started is refused before anything that runs is stopped for it. */
function lookup(
  operator: Operator,
  view: ProcessView,
  final: (kind: VerbRow['answer'], message?: string) => VerbRow,
): VerbRow {
  const found = operator.lookup(view.key)
  return found.ok ? final('requested') : final('refused', found.text)
}

/** @see spec/processes.md section 9: by group, then by process, both ascending; stops too */
function inVerbOrder(operator: Operator, views: readonly ProcessView[]): readonly ProcessView[] {
  const groupPriority = new Map(operator.groups().map(({ spec }) => [spec.name, spec.priority]))
  const rank = (view: ProcessView) => [groupPriority.get(view.spec.group) ?? 0, view.spec.priority] as const
  return [...views].sort((a, b) => {
    const [groupA, processA] = rank(a)
    const [groupB, processB] = rank(b)
    return groupA - groupB || processA - processB
  })
}
