const got = `read -r l; echo "$l" >> @DIR@/$1; n=\${l##*len:}; dd bs=1 count=$n 2>/dev/null >> @DIR@/$1; echo >> @DIR@/$1;`
const ready = `printf 'READY\\n';`
const say = (result) => `printf '${result}'; sleep 0.2;`
const bodies = {
  zero: `${ready} ${got} ${say('RESULT 0\\n')} ${ready} ${got} exec cat`,
  word: `${ready} ${got} ${say('FOOBAR 2\\nOK')} ${ready} ${got} exec cat`,
  extra: `${ready} ${got} ${say('RESULT 2\\nOK\\n')} ${ready} exec cat`,
  glued: `${ready} ${got} printf 'RESULT 2\\nOKREADY\\n'; ${got} printf 'RESULT 2\\nOKREADY\\n'; exec cat`,
  split: `${say('REA')} printf 'DY\\n'; ${got} ${say('RES')} ${say('ULT 2')} ${say('\\nO')} printf 'KREADY\\n'; exec cat`,
  twice: `printf 'READY\\nREADY\\n'; exec cat`,
  space: `${ready} ${got} ${say('RESULT  2 \\nOK')} ${ready} exec cat`,
  long: `${ready} ${got} ${say('RESULT 5\\nOK   ')} exec cat`,
  crlf: `printf 'READY\\r\\n'; exec cat`,
  lower: `printf 'ready\\n'; exec cat`,
  talk: `${ready} sleep 1; printf 'x'; exec cat`,
}
const listener = (name, index) =>
  `[eventlistener:${name}]\ncommand=/bin/sh @DIR@/${name}.sh ${name}\nevents=REMOTE_COMMUNICATION\npriority=${100 + index}\nbuffer_size=3\nstartsecs=0\nautorestart=false\n`
const names = Object.keys(bodies)
const ANY = [['serial:\\d+', 'serial:N']]
export default {
  about:
    'what a listener may write, by the byte: results of no length, other words, blanks, too much, in pieces, at once',
  supervisord: 'loglevel=debug',
  files: {
    'supervisord.conf': `@BASE@\n${names.map(listener).join('')}`,
    ...Object.fromEntries(names.map((name) => [`${name}.sh`, `#!/bin/sh\n${bodies[name]}\n`])),
  },
  steps: [
    { start: true },
    { waitFile: { file: 'supervisord.log', match: 'talk: READY -> UNKNOWN' } },
    { rpc: 'supervisor.sendRemoteCommEvent', params: ['one', 'uno'] },
    { waitFile: { file: 'supervisord.log', match: 'split: BUSY -> ACKNOWLEDGED' } },
    { rpc: 'supervisor.sendRemoteCommEvent', params: ['two', 'zwei\n'] },
    { waitFile: { file: 'glued', match: 'two' } },
    { waitFile: { file: 'word', match: 'two' } },
    { sleep: 600 },
    ...names.flatMap((name) => [
      { read: name, replace: ANY },
      { log: true, only: ` ${name}: `, label: name },
    ]),
    { ctl: 'status', replace: [['pid .*', '']] },
  ],
}
