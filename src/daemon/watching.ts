import type { Control } from '../control/control.js'
import { hostFiles } from '../host/files.js'
import { watchConfig } from '../host/watch.js'
import type { Config } from '../model/config.js'
import type { Clock } from '../model/ports.js'

/** Lets control know when the files of the configuration have changed and come to rest. @returns ends the watch */
export function watchFiles(config: Config, control: Control, clock: Clock): () => void {
  const { operator } = control
  const watched = () => [...new Set([...operator.config().files, ...(operator.config().envFiles ?? [])])]
  const shape = () => JSON.stringify([watched(), operator.config().patterns])
  const watcher = watchConfig({
    files: watched,
    patterns: () => operator.config().patterns ?? [],
    glob: hostFiles.glob,
    clock,
    settleMs: config.daemon.converge.settleMs,
    onSettled() {
      const before = shape()
      control.filesChanged()
      // Other folders may matter from now on.
      if (shape() !== before) watcher.refresh()
    },
    onDegraded: control.watchDegraded,
  })
  return watcher.close
}

/** Does something again and again. @returns the cancel */
export function every(periodMs: number, clock: Clock, what: () => void): () => void {
  let cancel = () => {}
  const again = () => {
    cancel = clock.wakeAt(clock.monotonicMs() + periodMs, () => {
      what()
      again()
    })
  }
  again()
  return () => cancel()
}
