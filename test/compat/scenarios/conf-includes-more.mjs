export default {
  about:
    '[include]: sections that go on in another file, order, nested and repeated, nothing there, folders, removed later',
  env: { WHICH: 'chosen' },
  files: {
    'supervisord.conf': `
[include]
files = %(here)s/b/*.conf a/[12].conf %(ENV_WHICH)s.conf missing.conf folder
@BASE@
[program:main]
command=/bin/cat
priority=1
`,
    'b/2.conf': '[program:main]\npriority=2\n[supervisord]\nidentifier=from-b\n',
    'b/.hidden.conf': '[program:hidden]\ncommand=/bin/cat\n',
    'a/1.conf':
      '[program:one]\ncommand=/bin/echo %(here)s\nstartsecs=0\nautorestart=false\nstdout_logfile=@DIR@/one.out\n',
    'a/2.conf': '[include]\nfiles=../nested.conf\n[program:two]\ncommand=/bin/cat\n',
    'a/3.conf': '[program:three]\ncommand=/bin/cat\n',
    'nested.conf': '[program:nested]\ncommand=/bin/cat\n',
    'chosen.conf': '[group:g]\nprograms=two\n[program:main]\npriority=3\nautostart=false\n',
    'folder/x.conf': '[program:x]\ncommand=/bin/cat\n',
  },
  steps: [
    { start: true },
    { wait: { one: 'EXITED', 'g:two': 'RUNNING' } },
    { ctl: 'status' },
    { ctl: 'avail' },
    { read: 'one.out' },
    { rpc: 'supervisor.getIdentification' },
    { log: true, only: 'nclude' },
    { remove: 'chosen.conf' },
    {
      write: {
        'a/1.conf': '[program:one]\ncommand=/bin/cat\n',
        'missing.conf': '[program:appeared]\ncommand=/bin/cat\n',
      },
    },
    { ctl: 'reread' },
    { ctl: 'update' },
    { wait: { one: 'RUNNING', two: 'RUNNING', appeared: 'RUNNING', main: 'RUNNING' } },
    { ctl: 'status' },
    { write: { 'a/2.conf': '[program:two\ncommand=/bin/cat\n' } },
    { ctl: 'reread', label: 'an included file is broken' },
    { ctl: 'status' },
  ],
}
