import { CHILD } from './scratch.mjs'

/** Programs that say when they were started, in the file `starts` of the scratch folder. */
export function reporting(count, options = {}) {
  return programs(count, { command: `${CHILD} start @DIR@/starts`, ...options })
}

/** Programs that do nothing. */
export function waiting(count, options = {}) {
  return programs(count, { command: `${CHILD} wait`, ...options })
}

function programs(count, options) {
  const quiet = { startsecs: 0, stdout_logfile: 'NONE', stderr_logfile: 'NONE' }
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`p${n}`, { ...quiet, ...options }]))
}
