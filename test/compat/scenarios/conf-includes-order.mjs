const program = (name, more) => `[program:${name}]\ncommand=/bin/echo ${more}\nautostart=false\n`
const files = `b/*.conf a/*.conf ; a remark
   %(ENV_INC)s/[xy].ini
   # a line of remarks
   nothing/*.conf c?.conf
   %(here)s/abs.conf
   ./rel/../rel/*.conf .hidden/*.conf b/1.conf`
export default {
  about:
    '[include]: many lines with remarks, sets of letters, hidden files and folders, a file named twice, which one wins',
  env: { INC: 'envdir' },
  files: {
    'supervisord.conf': `@BASE@\n${program('z', 'main')}[include]\nfiles = ${files}\n`,
    'b/1.conf': `[program:z]\ncommand=/bin/echo b1\n${program('b1', '%(here)s')}`,
    'b/.2.conf': '[program:hidden]\ncommand=x\n',
    'a/10.conf': '[program:z]\ncommand=/bin/echo a10\n',
    'a/9.conf': '[program:z]\ncommand=/bin/echo a9\npriority=3\n',
    'envdir/x.ini': program('x', 'x'),
    'envdir/z.ini': '[program:notread]\ncommand=x\n',
    'c1.conf': `${program('c1', 'c1')}[include]\nfiles=b/more\n`,
    'c22.conf': '[program:c22]\ncommand=x\n',
    'abs.conf': `[supervisord]\nidentifier=included\n${program('abs', '%(here)s %%')}environment=A="%(here)s"\n`,
    'rel/r.conf': `${program('rel', '%(here)s')}directory=%(here)s\n[group:gg]\nprograms=rel,c1\n`,
    '.hidden/h.conf': program('hid', 'hid'),
  },
  steps: [
    { start: true },
    { log: true },
    { rpc: 'supervisor.getIdentification' },
    { ctl: 'avail' },
    { rpc: 'supervisor.getAllConfigInfo', pick: ['name', 'command', 'group', 'process_prio', 'directory'] },
    { write: { 'a/99.conf': '[program:z]\ncommand=/bin/echo a99\n', 'c2.conf': program('c2', 'c2') } },
    { ctl: 'reread' },
    { ctl: 'update' },
    { write: { 'c1.conf': program('c1', 'c') } },
    { ctl: 'reread' },
    { ctl: 'update' },
    { ctl: 'status' },
  ],
}
