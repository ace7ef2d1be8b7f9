export default {
  about:
    '/logtail and /mainlogtail: the last 1024 bytes, then what comes, over rotation, removal and truncation; names',
  files: {
    'talk.sh': '#!/bin/sh\ni=100\nwhile [ $i -lt 200 ]; do echo "line $i of this log"; i=$((i+1)); done\nexec cat\n',
    'supervisord.conf': `
@BASE@
[inet_http_server]
port=127.0.0.1:@PORT@
[program:talk]
command=/bin/sh @DIR@/talk.sh
stdout_logfile=@DIR@/talk.out
stdout_logfile_maxbytes=0
stderr_logfile=@DIR@/talk.err
[program:m]
command=/bin/sh -c "echo member; echo to stderr >&2; exec cat"
process_name=%(program_name)s_%(process_num)d
numprocs=2
stdout_logfile=@DIR@/m%(process_num)d.out
stderr_logfile=@DIR@/m%(process_num)d.err
[program:auto]
command=/bin/sh -c "echo automatic; exec cat"
[program:off]
command=/bin/cat
autostart=false
stdout_logfile=@DIR@/off.out
`,
  },
  steps: [
    { start: true },
    { wait: { talk: 'RUNNING', 'm:m_0': 'RUNNING', 'm:m_1': 'RUNNING', auto: 'RUNNING' } },
    { waitFile: { file: 'talk.out', match: 'line 199' } },
    { http: '/logtail/talk', until: 'line 199' },
    { http: '/logtail/talk/stdout', until: 'line 199', url: 'http://127.0.0.1:@PORT@', noBody: true },
    { http: '/logtail/m:m_0', until: 'member' },
    { http: '/logtail/m:m_1/stdout', until: 'member' },
    { http: '/logtail/m%3Am_1/stderr', until: 'to stderr' },
    { http: '/logtail/auto', until: 'automatic' },
    ...[
      '/logtail/m',
      '/logtail/m_0',
      '/logtail/m:*',
      '/logtail/nosuch:x',
      '/logtail/off',
      '/logtail/talk/stdin',
      '/logtail/talk/STDOUT',
      '/logtail/',
      '/logtail/talk/stdout/x',
    ].map((path) => ({
      http: path,
      ms: 1500,
      noBody: true,
      only: 'status',
    })),
    { http: '/mainlogtail', until: 'auto entered RUNNING', only: 'status|header' },
    { http: '/mainlogtail/anything', until: 'auto entered RUNNING', only: 'status|header' },
    { rpc: 'supervisor.sendProcessStdin', params: ['talk', 'one more line\n'] },
    { waitFile: { file: 'talk.out', match: 'one more' } },
    { http: '/logtail/talk', until: 'one more', last: 2 },
    { ctl: 'clear talk' },
    { http: '/logtail/talk', ms: 1200 },
    { rpc: 'supervisor.sendProcessStdin', params: ['talk', 'after the clear\n'] },
    { waitFile: { file: 'talk.out', match: 'after' } },
    { http: '/logtail/talk', until: 'after' },
    { stop: true },
  ],
}
