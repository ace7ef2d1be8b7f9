export default {
  about: 'getAllConfigInfo: the defaults of a bare program, and every option set',
  files: {
    'supervisord.conf': `
@BASE@
[program:bare]
command=/bin/cat
[program:full]
command=/bin/cat -u
process_name=%(program_name)s-x
directory=/tmp
umask=027
priority=5
autostart=false
autorestart=true
startsecs=7
startretries=9
exitcodes=0,2,77
stopsignal=SIGUSR1
stopwaitsecs=4
stopasgroup=true
killasgroup=true
user=root
redirect_stderr=true
stdout_logfile=@DIR@/full.out
stdout_logfile_maxbytes=1MB
stdout_logfile_backups=3
stdout_capture_maxbytes=2KB
stdout_events_enabled=true
stderr_logfile=@DIR@/full.err
stderr_logfile_maxbytes=1GB
stderr_logfile_backups=0
stderr_capture_maxbytes=512
stderr_events_enabled=1
stdout_syslog=false
environment=A="1"
serverurl=http://127.0.0.1:9999
[program:variants]
command=/bin/cat
autostart=0
stopsignal=2
stdout_logfile=NONE
stderr_logfile=AUTO
stdout_logfile_maxbytes=0
exitcodes=0
[eventlistener:el]
command=/bin/cat
events=TICK_3600
autostart=false
[fcgi-program:fc]
command=/bin/cat
autostart=false
socket=unix://@DIR@/f.sock
[group:g]
programs=variants
priority=77
`,
  },
  steps: [
    { start: true },
    { wait: { bare: 'RUNNING' } },
    { rpc: 'supervisor.getAllConfigInfo', drop: '\\.autorestart: ' },
    { rpc: 'supervisor.getAllProcessInfo' },
    { ctl: 'avail' },
    { ctl: 'status' },
    { log: true, only: 'WARN|CRIT' },
  ],
}
