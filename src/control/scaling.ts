import { isInForce, NUMPROCS_MAX } from '../desired/programs.js'
import { sameJson } from '../model/equal.js'
import type { ProcessKey } from '../model/names.js'
import type { Operator, ScaleResult } from '../model/operator.js'
import type { Clock, Log } from '../model/ports.js'
import type { DesiredProcess, Scale, Scales } from '../model/spec.js'
import type { Acceptance } from './acceptance.js'
import type { Pin } from './pin.js'
import type { Pipeline } from './pipeline.js'
import type { Runtime } from './runtime.js'

/** Other numbers of processes than the file says, because a person said so. */
export interface Scaling {
  /** What the configuration is to be read with; some of it may no longer be in force. */
  wishes(): Scales
  inForce(): Scales
  scale: Operator['scale']
  /** Takes up wishes of an earlier daemon, as far as they are in force. */
  restore(wished: Scales): void
  /** Forgets what the file has overruled by now, and says so. */
  settle(): void
}

/** What scaling works on. */
export interface ScalingDeps {
  readonly acceptance: Acceptance
  readonly runtime: Pick<Runtime, 'desired'>
  /** Accepts groups of the last read file. */
  accept: Pipeline['accept']
  readonly pin: Pick<Pin, 'rollback'>
  readonly wishes: WishBox
  readonly clock: Clock
  readonly log: Log
}

/** Where the wishes are kept: reading the configuration needs them before there is anything to scale. */
export interface WishBox {
  scales: Scales
}

/**
 * Makes what scales programs: the accepted file is read anew with the wished numbers, and only the groups of the scaled
 * programs are accepted from that.
 */
export function createScaling({ acceptance, runtime, accept, pin, wishes, clock, log }: ScalingDeps): Scaling {
  const saidOf = (program: string) => {
    const { numprocs } = acceptance.candidate()
    return Object.hasOwn(numprocs, program) ? numprocs[program] : undefined
  }

  function refusal(program: string, numprocs: number | null, changed: ReadonlySet<string>): ScaleResult | null {
    const said = saidOf(program)
    if (said === undefined) return { ok: false, reason: 'unknown-program', name: program }
    if (numprocs !== null && !said.numbered) return { ok: false, reason: 'not-numbered', name: program }
    if (numprocs !== null && numprocs > NUMPROCS_MAX) return { ok: false, reason: 'too-many', name: program }
    const active = new Set(acceptance.accepted().map(({ name }) => name))
    const group = said.groups.find((name) => changed.has(name) || !active.has(name))
    return group === undefined ? null : { ok: false, reason: 'pending', name: program, group }
  }

  function countOf(program: string): number {
    const said = saidOf(program)
    const wish = wishes.scales[program]
    return wish !== undefined && isInForce(wish, said) ? wish.numprocs : (said?.written ?? 0)
  }

  function scale(programs: Readonly<Record<string, number | null>>, person: string | null): ScaleResult {
    if (pin.rollback() !== null) return { ok: false, reason: 'rolled-back' }
    const read = acceptance.reread()
    if (!read.ok) return { ok: false, reason: 'invalid', errors: read.errors }
    const changed = new Set([...read.changes.added, ...read.changes.changed])
    for (const [program, numprocs] of Object.entries(programs)) {
      const refused = refusal(program, numprocs, changed)
      if (refused) return refused
    }
    const by = person === null ? 'svctl scale' : `svctl scale (${person})`
    const before = { desired: runtime.desired(), scales: wishes.scales }
    const counts = new Map(Object.keys(programs).map((program) => [program, countOf(program)]))
    const kept = Object.entries(wishes.scales).filter(([program]) => !Object.hasOwn(programs, program))
    const wished = Object.entries(programs).flatMap(([program, numprocs]): readonly [string, Scale][] => {
      const fileNumprocs = saidOf(program)?.written ?? 0
      if (numprocs === null || numprocs === fileNumprocs) return []
      return [[program, { numprocs, fileNumprocs, sinceWallMs: clock.wallMs(), by }]]
    })
    wishes.scales = Object.fromEntries([...kept, ...wished])
    const again = acceptance.reread()
    if (!again.ok) {
      wishes.scales = before.scales
      acceptance.reread()
      return { ok: false, reason: 'invalid', errors: again.errors }
    }
    const groups = new Set(Object.keys(programs).flatMap((program) => saidOf(program)?.groups ?? []))
    const touched = [...again.changes.changed].filter((group) => groups.has(group))
    if (touched.length > 0)
      accept({ groups: touched, releaseChanged: false }, { what: asCommand(programs), by: person })
    const after = runtime.desired()
    const keysOf = (table: typeof after) => Object.keys(table) as ProcessKey[]
    return {
      ok: true,
      revision: acceptance.revision(),
      programs: [...counts].map(([program, count]) => ({
        program,
        before: count,
        numprocs: countOf(program),
        fileNumprocs: saidOf(program)?.written ?? 0,
      })),
      started: keysOf(after).filter((key) => before.desired[key] === undefined),
      stopped: keysOf(before.desired).filter((key) => after[key] === undefined),
      restarted: keysOf(after).filter((key) => {
        const old = before.desired[key]
        return old !== undefined && old.generation !== after[key]?.generation
      }),
    }
  }

  function select(inForce: boolean): readonly (readonly [string, Scale])[] {
    return Object.entries(wishes.scales).filter(([program, wish]) => isInForce(wish, saidOf(program)) === inForce)
  }

  /** Whether what the file says of a program is what is accepted. */
  function isAccepted(program: string): boolean {
    const said = saidOf(program)
    const isOf = ({ spec }: DesiredProcess) => spec.program === program && spec.kind !== 'eventlistener'
    if (said === undefined) return !Object.values(runtime.desired()).some(isOf)
    const group = (name: string) => acceptance.accepted().find((each) => each.name === name)
    const { groups } = acceptance.candidate()
    return said.groups.every((name) =>
      sameJson(
        group(name),
        groups.find((each) => each.name === name),
      ),
    )
  }

  return {
    wishes: () => wishes.scales,
    inForce: () => Object.fromEntries(select(true)),
    scale,
    restore(wished) {
      if (Object.keys(wished).length === 0) return
      wishes.scales = wished
      // Taking on groups of the file would end the rollback.
      if (pin.rollback() !== null) return
      const read = acceptance.reread()
      const programs = select(true).map(([program, { numprocs }]): [string, number] => [program, numprocs])
      wishes.scales = Object.fromEntries(select(true))
      if (!read.ok) return
      const groups = new Set(programs.flatMap(([program]) => saidOf(program)?.groups ?? []))
      const touched = read.changes.changed.filter((group) => groups.has(group))
      const what = `${asCommand(Object.fromEntries(programs))}, remembered`
      if (touched.length > 0) accept({ groups: touched, releaseChanged: false }, { what, by: null })
    },
    settle() {
      const ended = select(false).filter(([program]) => isAccepted(program))
      if (ended.length === 0) return
      const gone = new Set(ended.map(([program]) => program))
      wishes.scales = Object.fromEntries(Object.entries(wishes.scales).filter(([program]) => !gone.has(program)))
      for (const [program, { numprocs, by }] of ended) {
        const said = saidOf(program)
        const now = said === undefined ? 'no longer has it' : `says ${said.written} now`
        log.write('info', `numprocs of ${program}: the file ${now}, so ${numprocs} by ${by} has ended`)
      }
    },
  }
}

/** `svctl scale web=5 api=file`, for the history. */
function asCommand(programs: Readonly<Record<string, number | null>>): string {
  const words = Object.entries(programs).map(([program, numprocs]) => `${program}=${numprocs ?? 'file'}`)
  return `svctl scale ${words.join(' ')}`
}
