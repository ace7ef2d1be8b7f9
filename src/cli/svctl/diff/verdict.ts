import type { ChangeRow, DiffDocument } from '../../../api/json/diff-document.js'
import { EXIT, type ExitCode } from '../exit.js'
import type { Flags } from '../flags.js'
import { hasChanges } from '../render-diff.js'

/** What a plan may be refused for. */
const FAILURES = {
  start: ({ effect }) => effect === 'start',
  stop: ({ effect }) => effect === 'stop',
  restart: ({ effect }) => effect === 'restart',
  remove: ({ change }) => change === 'removed',
} as const satisfies Record<string, (row: ChangeRow) => boolean>

type Failure = keyof typeof FAILURES

/** How the outcome becomes an exit status. */
export type Rule =
  | { readonly kind: 'changes' | 'detailed' | 'zero' }
  | { readonly kind: 'fail-on'; readonly failures: readonly Failure[] }

/** Reads the flags that say what the exit status tells. @returns the text of what is wrong with them */
export function readRule(flags: Flags): Rule | string {
  const given = ['--detailed-exitcode', '--exit-zero', '--fail-on'].filter((name) => flags.has(name))
  if (given.length > 1) return `${given.join(' and ')} do not go together`
  if (flags.has('--detailed-exitcode')) return { kind: 'detailed' }
  if (flags.has('--exit-zero')) return { kind: 'zero' }
  const words = flags.text('--fail-on')?.split(',')
  if (words === undefined) return { kind: 'changes' }
  const wrong = words.find((word) => !isFailure(word))
  if (wrong !== undefined)
    return `--fail-on takes ${Object.keys(FAILURES).join(', ')}, with commas between, got ${JSON.stringify(wrong)}`
  return { kind: 'fail-on', failures: words.filter(isFailure) }
}

/** The exit status for a diff that could be made. */
export function exitFor(rule: Rule, document: DiffDocument): ExitCode {
  if (document.unknown.length > 0) return exitForFailure(rule, EXIT.usage)
  switch (rule.kind) {
    case 'changes':
      return hasChanges(document) ? EXIT.no : EXIT.yes
    case 'detailed':
      return hasChanges(document) ? DETAILED.changes : EXIT.yes
    case 'zero':
      return EXIT.yes
    case 'fail-on':
      return document.processes.some((row) => rule.failures.some((failure) => FAILURES[failure](row)))
        ? EXIT.no
        : EXIT.yes
  }
}

/** The exit status when there is no diff. */
export function exitForFailure(rule: Rule, exit: ExitCode): ExitCode {
  return rule.kind === 'detailed' && exit !== EXIT.interrupted ? DETAILED.error : exit
}

/** @see https://developer.hashicorp.com/terraform/cli/commands/plan, -detailed-exitcode */
const DETAILED = { error: EXIT.no, changes: EXIT.usage } as const

function isFailure(word: string): word is Failure {
  return Object.hasOwn(FAILURES, word)
}
