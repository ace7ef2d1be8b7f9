import type { Answer } from './client.js'

/** The answer, or that none came in time: a daemon that hangs still has its socket open. */
export function within(timeoutMs: number, answer: Promise<Answer>): Promise<Answer> {
  return new Promise((resolve) => {
    const message = `the daemon did not answer within ${timeoutMs} ms`
    const timer = setTimeout(() => resolve({ kind: 'unreachable', message }), timeoutMs)
    answer.then((given) => {
      clearTimeout(timer)
      resolve(given)
    })
  })
}
