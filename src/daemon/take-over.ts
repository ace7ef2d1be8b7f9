import type { Config } from '../model/config.js'
import type { Parsed } from '../model/diagnostic.js'
import { VERSION } from '../model/version.js'
import type { Handover } from './handover.js'
import type { CheckAnswer } from './upgrade.js'

/** What the version before us asks of one that may take its place. */
export type Checked = { readonly ok: true; readonly answer: string } | { readonly ok: false; readonly reason: string }

/**
 * Says whether we could go on where the version before us stands; what was handed over has been understood already.
 *
 * @param read - the configuration, as we read it
 */
export function checkTakeOver({ control }: Handover, read: Parsed<Config>): Checked {
  // A file that is bad for both of us is no reason to stay with the older one.
  const known = control.acceptance.conditions.some(({ type }) => type === 'ConfigInvalid' || type === 'BootedLastGood')
  if (!read.ok && !known) {
    const [first] = read.errors
    const at = first?.at ? `${first.at.file}:${first.at.line}:${first.at.column}: ` : ''
    return { ok: false, reason: `it cannot use the configuration: ${at}${first?.message ?? 'no file'}` }
  }
  const answer: CheckAnswer = { version: VERSION }
  return { ok: true, answer: JSON.stringify(answer) }
}

/** Enters the folder that relative paths of the command line count from. @returns how to leave it again */
export function enterFolder(folder: string): () => void {
  const before = currentFolder()
  change(folder)
  return () => change(before)
}

/** Where this process is; '' when that folder is gone. */
export function currentFolder(): string {
  try {
    return process.cwd()
  } catch {
    return ''
  }
}

function change(folder: string): void {
  try {
    process.chdir(folder)
  } catch {
    // Gone or not ours to enter: what was read before is in force, and a bad file is told of as usual.
  }
}
