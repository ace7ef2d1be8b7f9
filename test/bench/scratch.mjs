import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = mkdtempSync(join(tmpdir(), 'svctl-bench-'))
let serial = 0

/** The compiled child. */
export const CHILD = join(root, 'child')

/** @throws Error when there is no C compiler */
export function compileChild() {
  execFileSync('cc', ['-O2', '-o', CHILD, fileURLToPath(new URL('child.c', import.meta.url))], { stdio: 'inherit' })
}

/** @returns a new empty folder */
export function scratchFolder() {
  serial += 1
  const folder = join(root, String(serial))
  mkdirSync(folder)
  return folder
}

export function cleanUp() {
  rmSync(root, { recursive: true, force: true })
}
