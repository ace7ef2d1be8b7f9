import { appendFileSync } from 'node:fs'

/** An event listener that notes `<process> <state>` of each event in the file of its argument. */
const [, , file] = process.argv
let pending = Buffer.alloc(0)

process.stdin.on('data', (data) => {
  pending = Buffer.concat([pending, data])
  while (takeOne());
})
process.stdout.write('READY\n')

function takeOne() {
  const end = pending.indexOf('\n')
  if (end < 0) return false
  const head = Object.fromEntries(
    pending
      .toString('utf8', 0, end)
      .split(' ')
      .map((pair) => pair.split(':')),
  )
  const length = Number(head.len)
  if (pending.length < end + 1 + length) return false
  const payload = pending.toString('utf8', end + 1, end + 1 + length)
  pending = pending.subarray(end + 1 + length)
  const [, name] = /(?:^| )processname:(\S+)/.exec(payload) ?? []
  appendFileSync(file, `${name} ${head.eventname.replace('PROCESS_STATE_', '')}\n`)
  process.stdout.write('RESULT 2\nOKREADY\n')
  return true
}
