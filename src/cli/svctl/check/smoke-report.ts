import type { Diagnostic } from '../../../model/diagnostic.js'

/** What became of one process in a smoke test. */
export interface SmokeProcess {
  /** As people type it: `web`, `group:web`. */
  readonly name: string
  /** Name part of the section that declared it. */
  readonly program: string
  readonly result: 'up' | 'completed' | 'failed' | 'not-started'
  /** One sentence for people; '' when there is nothing to add. */
  readonly detail: string
  readonly durationMs: number
  /** The last lines it wrote to standard error, oldest first. */
  readonly stderrTail: readonly string[]
}

/** What `svctl check --run` found out: the programs ran, the file was refused, or the test itself could not be held. */
export type SmokeReport =
  | { readonly kind: 'ran'; readonly ok: boolean; readonly processes: readonly SmokeProcess[] }
  | { readonly kind: 'invalid'; readonly errors: readonly Diagnostic[] }
  | { readonly kind: 'failed'; readonly message: string }
  /** `--only` or `--set` name what is not there; exit status 2. */
  | { readonly kind: 'usage'; readonly message: string }
  /** By SIGINT or SIGTERM; everything is stopped and cleaned up. */
  | { readonly kind: 'interrupted' }
