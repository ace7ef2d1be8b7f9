import { spawn } from 'node:child_process'
import { plainEnvironment } from './environment.mjs'

/**
 * Runs a command to its end and throws its output away.
 *
 * @returns wall time, ms
 * @throws Error when it does not exit with 0
 */
export function timeCommand([command, ...args]) {
  return new Promise((resolve, reject) => {
    const began = process.hrtime.bigint()
    const child = spawn(command, args, { env: plainEnvironment(), stdio: ['ignore', 'pipe', 'inherit'] })
    child.stdout.resume()
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve(Number(process.hrtime.bigint() - began) / 1e6)
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}`))
    })
  })
}
