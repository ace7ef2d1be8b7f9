const prog = (name, more) => `[program:${name}]\ncommand=/bin/cat\n${more}\n`
export default {
  about: 'values: booleans and sizes in all spellings, blanks, CRLF, capital letters, underscores, lines with no value',
  files: {
    'supervisord.conf': `@BASE@
${['true', 'TRUE', 'Yes', 'on', '1'].map((word, i) => prog(`yes${i}`, `autostart=${word}`)).join('')}
${['false', 'No', 'OFF', '0'].map((word, i) => prog(`no${i}`, `autostart=${word}`)).join('')}
${['1KB', '2 mb', '1Gb', '1024', '1_000', ' 7 '].map((word, i) => prog(`size${i}`, `autostart=false\nstdout_logfile_maxbytes=${word}\nstdout_capture_maxbytes = ${word}`)).join('')}
${['unexpected', 'UNEXPECTED', 'TRUE', 'off'].map((word, i) => prog(`auto${i}`, `autostart=false\nautorestart=${word}`)).join('')}
${['TERM', 'sigterm', ' INT ', '10', 'SIGCLD', 'WINCH'].map((word, i) => prog(`signal${i}`, `autostart=false\nstopsignal=${word}`)).join('')}
${['+5', '007', '-1'].map((word, i) => prog(`number${i}`, `autostart=false\nstartsecs=${word}\nstopwaitsecs=${word}\npriority=${word}`)).join('')}
${['none', 'OFF', 'Auto', '%(here)s/%(program_name)s.log', 'syslog'].map((word, i) => prog(`log${i}`, `autostart=false\nstdout_logfile=${word}`)).join('')}
[program:crlf]\r
command=/bin/cat\r
autostart=false\r
priority=12\r
[PROGRAM:capital]
command=/bin/cat
[program:tabs]
	command	=	/bin/cat
	autostart	:	false
[program:empty]
command=/bin/cat
autostart=false
environment=
directory=
stdout_logfile=
stopsignal=TERM ; the usual one
exitcodes=
`,
  },
  steps: [
    { start: true },
    { rpc: 'supervisor.getAllConfigInfo', drop: '\\.autorestart: ' },
    { ctl: 'avail' },
    { log: true, only: 'WARN|CRIT' },
  ],
}
