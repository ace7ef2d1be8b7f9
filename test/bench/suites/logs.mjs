import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { cpuMs, startDaemon, until } from '../daemon.mjs'
import { CHILD } from '../scratch.mjs'
import { alternate } from '../statistics.mjs'

const LINE = 100
const CASES = [
  { writers: 1, block: 100, rate: 1.0, cpu: 1.0 },
  { writers: 1, block: 4000, rate: 1.2, cpu: 0.8 },
  { writers: 8, block: 100, rate: 1.0, cpu: 1.1 },
  { writers: 8, block: 4000, rate: 1.1, cpu: 0.9 },
]

/** Output of programs into rotating log files, and whether every byte of it arrived, in order and in one piece. */
export async function* logs(sides, { quick }) {
  for (const { writers, block, rate, cpu } of CASES) {
    const bytesEach = ((quick ? 48 : block === 100 ? 128 : 512) * 1_000_000) / writers
    const [ours, theirs] = await alternate(sides, quick ? 1 : 5, (side) =>
      throughput(side, { writers, block, bytesEach }),
    )
    const pick = (key) => ({ ours: ours.map((one) => one[key]), theirs: theirs.map((one) => one[key]) })
    const name = `log, ${writers} x ${block} B`
    const fault = ours.map((one) => one.fault).find((text) => text !== null)
    yield { name, unit: 'MB/s', ...pick('mbPerS'), goal: rate, better: 'more', ...(fault ? { broken: fault } : {}) }
    yield { name: `${name}, daemon CPU`, unit: 's/GB', ...pick('cpuSPerGb'), goal: cpu }
  }
}

async function throughput(side, { writers, block, bytesEach }) {
  const names = Array.from({ length: writers }, (_, n) => `w${n}`)
  const daemon = await startDaemon(
    side,
    Object.fromEntries(
      names.map((name) => [
        name,
        {
          command: `${CHILD} write ${block} ${bytesEach / block}`,
          autostart: 'false',
          startsecs: 0,
          stdout_logfile: `@DIR@/${name}.log`,
          stdout_logfile_maxbytes: 50_000_000,
          // All of it is kept, so that all of it can be checked.
          stdout_logfile_backups: 50,
          stderr_logfile: 'NONE',
        },
      ]),
    ),
  )
  try {
    await until('the daemon answers', () => daemon.rpc('supervisor.getState').then(Boolean, () => false))
    const cpuBefore = cpuMs(daemon.pid)
    const began = process.hrtime.bigint()
    for (const name of names) await daemon.rpc('supervisor.startProcess', name, false)
    const wanted = bytesEach + 'end\n'.length
    await until('everything is written', () => names.every((name) => sizeOf(daemon.dir, name) >= wanted), {
      everyMs: 2,
    })
    const seconds = Number(process.hrtime.bigint() - began) / 1e9
    const bytes = bytesEach * writers
    return {
      mbPerS: bytes / 1e6 / seconds,
      cpuSPerGb: (cpuMs(daemon.pid) - cpuBefore) / 1e3 / (bytes / 1e9),
      fault: names.map((name) => faultOf(daemon.dir, name, bytesEach / LINE)).find((text) => text !== null) ?? null,
    }
  } finally {
    await daemon.stop()
  }
}

function logFiles(dir, name) {
  const files = [join(dir, `${name}.log`)]
  while (existsSync(`${files[0]}.${files.length}`)) files.push(`${files[0]}.${files.length}`)
  return files.reverse()
}

function sizeOf(dir, name) {
  return logFiles(dir, name).reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0)
}

/** @returns what is wrong with the lines of one writer, `null` for nothing */
function faultOf(dir, name, lines) {
  const bytes = Buffer.concat(logFiles(dir, name).map((file) => readFileSync(file)))
  if (bytes.length !== lines * LINE + 4) return `${name}: ${bytes.length} bytes instead of ${lines * LINE + 4}`
  for (let number = 0; number < lines; number += 1) {
    const at = number * LINE
    let seen = 0
    for (let digit = 0; digit < 12; digit += 1) seen = seen * 10 + (bytes[at + digit] - 48)
    if (seen !== number || bytes[at + LINE - 1] !== 10) return `${name}: line ${number} is torn or out of order`
  }
  return bytes.toString('latin1', lines * LINE) === 'end\n' ? null : `${name}: no end`
}
