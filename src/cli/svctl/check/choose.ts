import { closest } from '../../../config/suggest.js'
import { displayName } from '../../../model/names.js'
import type { ProcessSpec } from '../../../model/spec.js'

/** Which processes a smoke test starts and why not the others, or what is wrong with `--only`. */
export type Choice =
  | { readonly ok: true; readonly has: (spec: ProcessSpec) => boolean; readonly whyNot: string }
  | { readonly ok: false; readonly message: string }

/**
 * Those named by `--only`: programs, groups (`workers`, `workers:*`) or single processes (`workers:web_1`). Without it
 * those that start by themselves.
 *
 * @param only - as given, each with names separated by commas
 */
export function choose(only: readonly string[], specs: readonly ProcessSpec[]): Choice {
  if (only.length === 0) {
    return { ok: true, has: ({ autostart }) => autostart, whyNot: 'autostart=false; name it with --only to start it' }
  }
  const names = only.flatMap((list) => list.split(',')).map((name) => name.trim())
  const known = [...new Set(specs.flatMap(namesOf))]
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) {
    const near = closest(unknown, known)
    const hint = near === null ? '' : `; did you mean ${near}?`
    return { ok: false, message: `--only names no program: ${JSON.stringify(unknown)}${hint}` }
  }
  const has = (spec: ProcessSpec) => namesOf(spec).some((name) => names.includes(name))
  return { ok: true, has, whyNot: 'not named with --only' }
}

function namesOf({ program, group, name }: ProcessSpec): readonly string[] {
  return [program, group, `${group}:*`, `${group}:${name}`, displayName(group, name)]
}
