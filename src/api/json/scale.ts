import { closest } from '../../config/suggest.js'
import { assertNever } from '../../model/assert.js'
import type { ScaleResult } from '../../model/operator.js'
import type { ErrorCode } from './answers.js'
import { nameOf } from './diff.js'

/** The programs have other numbers of processes now; starts and stops follow. */
export interface ScaledDocument {
  readonly schema: 'svctl.scaled/v1'
  readonly revision: number
  readonly programs: readonly {
    readonly program: string
    readonly before: number
    readonly numprocs: number
    readonly fileNumprocs: number
  }[]
  readonly started: readonly string[]
  readonly stopped: readonly string[]
  /** Those that name the number, as `%(numprocs)s`, in an option that only a new process can take on. */
  readonly restarted: readonly string[]
}

/** What scaling did. */
export function scaledDocument({
  revision,
  programs,
  started,
  stopped,
  restarted,
}: Extract<ScaleResult, { ok: true }>): ScaledDocument {
  return {
    schema: 'svctl.scaled/v1',
    revision,
    programs,
    started: started.map(nameOf),
    stopped: stopped.map(nameOf),
    restarted: restarted.map(nameOf),
  }
}

/** What a request asks for: a number, or `null` for what the file says. */
export type ScalePrograms = Readonly<Record<string, number | null>>

/** Reads `{"web": 5, "api": null}`. @returns what is wrong with it */
export function readScalePrograms(value: unknown): ScalePrograms | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return 'programs has to be an object such as {"web": 5}, null for what the file says'
  const programs = Object.entries(value)
  if (programs.length === 0) return 'programs has to name at least one program'
  for (const [program, numprocs] of programs) {
    if (numprocs === null || (Number.isSafeInteger(numprocs) && numprocs >= 0)) continue
    return `${JSON.stringify(program)} has to be a whole number, 0 or more, or null for what the file says`
  }
  return value as ScalePrograms
}

/** Why programs were not scaled, with how to go on. @param known - names of programs */
export function scaleRefusal(
  refused: Exclude<ScaleResult, { ok: true } | { reason: 'invalid' }>,
  known: readonly string[],
): { readonly status: number; readonly code: ErrorCode; readonly message: string } {
  switch (refused.reason) {
    case 'unknown-program': {
      const name = JSON.stringify(refused.name)
      const near = closest(refused.name, known)
      const hint = near === null ? '' : `; did you mean ${near}`
      return { status: 404, code: 'UNKNOWN_NAME', message: `No program is named ${name}; nothing was changed${hint}` }
    }
    case 'not-numbered': {
      const message =
        `Cannot scale ${refused.name}: its process_name does not tell processes apart; ` +
        'set process_name=%(program_name)s_%(process_num)02d in its section'
      return { status: 400, code: 'BAD_REQUEST', message }
    }
    case 'too-many':
      return {
        status: 400,
        code: 'BAD_REQUEST',
        message: `Cannot scale ${refused.name} to more processes than a section may have`,
      }
    case 'pending': {
      const message =
        `Cannot scale ${refused.name}: the file has changes to ${refused.group} that are not accepted; ` +
        'svctl diff shows them, svctl apply accepts them'
      return { status: 409, code: 'GUARD_REFUSED', message }
    }
    case 'rolled-back': {
      const message = 'Cannot scale while a rollback is in force; svctl apply goes back to the file'
      return { status: 409, code: 'GUARD_REFUSED', message }
    }
    default:
      return assertNever(refused)
  }
}
