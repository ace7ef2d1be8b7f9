const B = '<!--XSUPERVISOR:BEGIN-->'
const E = '<!--XSUPERVISOR:END-->'
const tail = 'printf "a line that is long enough to push everything out\\n"'
const bodies = {
  exact: `printf '${B}0123456789${E}'; sleep 0.3`,
  over: `printf '${B}0123456789abc${E}'; sleep 0.3`,
  pieces: `printf '${B}01234'; sleep 0.3; printf '56789'; sleep 0.3; printf 'abcde'; sleep 0.3; printf '${E}'; sleep 0.3`,
  two: `printf '${B}a${E}${B}b${E}'; sleep 0.3`,
  nested: `printf '${B}a${B}b${E}c${E}'; sleep 0.3`,
  split: `printf 'before<!--XSUPER'; sleep 0.3; printf 'VISOR:BEGIN-->in<!--XSUPERVISOR:E'; sleep 0.3; printf 'ND-->after'; sleep 0.3`,
  empty: `printf '${B}${E}'; sleep 0.3`,
  bytes: `printf '${B}\\377\\376${E}'; sleep 0.3; printf '\\377\\376 bytes that are no text, in a long line\\n'; sleep 0.3`,
  utf: `printf '${B}ä✓${E}'; sleep 0.3; printf 'ä✓ umlaut in a line that is long enough\\n'; sleep 0.3`,
  endonly: `printf '${E}lonely end, in a line of its own, long enough\\n'; sleep 0.3`,
  never: `printf '${B}never ended, and it goes on, and on, and on\\n'; sleep 0.3`,
}
const names = Object.keys(bodies)
const program = (name) =>
  `[program:${name}]\ncommand=/bin/sh @DIR@/${name}.sh\nstdout_capture_maxbytes=10\nstdout_events_enabled=true\nstdout_logfile=@DIR@/${name}.out\nautorestart=false\n`
export default {
  about:
    'capture: as much as there is room, more, in pieces, nested, cut tokens, bytes; what becomes log and event of it',
  files: {
    'supervisord.conf': `@BASE@\n[eventlistener:el]\ncommand=@NODE@ @DIR@/h/listener.mjs --out @DIR@/ev.jsonl\nevents=PROCESS_COMMUNICATION,PROCESS_LOG\nbuffer_size=200\n${names.map(program).join('')}`,
    ...Object.fromEntries(
      names.map((name) => [`${name}.sh`, `#!/bin/sh\nsleep 1.5\n${bodies[name]}; ${tail}\nexec cat\n`]),
    ),
  },
  steps: [
    { start: true },
    ...names.slice(0, -1).map((name) => ({ waitFile: { file: `${name}.out`, match: 'push everything' } })),
    { waitFile: { file: 'ev.jsonl', match: 'processname:pieces(.|\\n)*push everything' } },
    { sleep: 500 },
    ...names.flatMap((name) => [
      { read: `${name}.out` },
      {
        sh: `grep -a 'processname:${name} ' ev.jsonl | sed 's/.*eventname:\\([A-Z_]*\\) .*"payload":"\\(.*\\)","len.*/\\1 \\2/'`,
        replace: [['pid:\\d+', 'pid:<PID>']],
        label: name,
      },
    ]),
  ],
}
