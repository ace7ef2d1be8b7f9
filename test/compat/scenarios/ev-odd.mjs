const listener = (name, events, priority) =>
  `[eventlistener:${name}]\ncommand=@NODE@ @DIR@/h/listener.mjs --out @DIR@/${name}.jsonl\nevents=${events}\nbuffer_size=100\npriority=${priority}\n`
const remote = (...params) => ({ rpc: 'supervisor.sendRemoteCommEvent', params })
const seen = (name) => ({
  sh: `grep -a 'processname:${name} ' all.jsonl | sed 's/.*eventname:\\([A-Z_]*\\) .*"payload":"\\(.*\\)","len.*/\\1 \\2/'`,
  replace: [['pid:\\d+', 'pid:<PID>']],
  label: name,
})
const names = ['bytes', 'killed', 'code', 'fatal', 'nofile', 'stopped']
export default {
  about:
    'event payloads: bytes that are no text, signals, expected codes, spawn errors; remote events of every type and size',
  files: {
    'supervisord.conf': `@BASE@
${listener('all', 'EVENT', 1)}${listener('remote', 'REMOTE_COMMUNICATION', 2)}
[program:bytes]
command=/bin/sh -c "sleep 1.5; printf '\\\\377\\\\376'; sleep 0.4; printf 'é'; exec cat"
stdout_events_enabled=true
stdout_logfile=NONE
[program:killed]
command=/bin/sh -c "sleep 1.5; kill -9 $$"
autorestart=false
[program:code]
command=/bin/sh -c "sleep 1.5; exit 3"
exitcodes=3
[program:fatal]
command=/bin/sh -c "sleep 0.1; exit 3"
startretries=1
startsecs=2
[program:nofile]
command=/nosuch/x
startretries=1
[program:stopped]
command=/bin/cat
autostart=false
startsecs=5
`,
  },
  steps: [
    { start: true },
    { wait: { fatal: 'FATAL', nofile: 'FATAL', code: 'EXITED', killed: 'EXITED' } },
    remote('', ''),
    remote('a\nb', 'c\r\nd'),
    remote('ü', '✓ é'),
    remote(1, true),
    remote('x', { $xml: '<array><data><value>1</value></data></array>' }),
    remote('x', 'y'.repeat(3000)),
    { rpc: 'supervisor.startProcess', params: ['stopped', false] },
    { rpc: 'supervisor.stopProcess', params: ['stopped'] },
    { waitFile: { file: 'all.jsonl', match: 'nstdout.*é|stdout.{1,3}né' } },
    { rpc: 'supervisor.sendProcessStdin', params: ['bytes', 'päth\n'] },
    { waitFile: { file: 'all.jsonl', match: 'päth' } },
    { events: 'remote.jsonl' },
    ...names.map(seen),
  ],
}
