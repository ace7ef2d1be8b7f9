const v1 = `
@BASE@
[program:keep]
command=/bin/cat
[program:change]
command=/bin/cat
[program:drop]
command=/bin/cat
[program:drop2]
command=/bin/cat
[group:g]
programs=keep
`
const v2 = `
@BASE@
[program:keep]
command=/bin/cat
[program:change]
command=/bin/cat -u
[program:new]
command=/bin/cat
[program:new2]
command=/bin/cat
autostart=false
[group:g]
programs=keep
`
export default {
  about: 'reread, avail, update (all, some, none), add and remove; changes of groups; a broken file',
  files: { 'supervisord.conf': v1 },
  steps: [
    { start: true },
    { wait: { 'g:keep': 'RUNNING', change: 'RUNNING', drop: 'RUNNING' } },
    { ctl: 'reread' },
    { ctl: 'update' },
    { write: { 'supervisord.conf': v2 } },
    { ctl: 'reread' },
    { ctl: 'reread extra' },
    { ctl: 'avail extra' },
    { ctl: 'avail' },
    { rpc: 'supervisor.reloadConfig', sort: true },
    { ctl: 'add nosuch' },
    { ctl: 'add new' },
    { ctl: 'add new' },
    { ctl: 'add new2 change' },
    { ctl: 'remove drop' },
    { ctl: 'remove nosuch' },
    { ctl: 'stop drop' },
    { ctl: 'remove drop' },
    { ctl: 'status drop' },
    { ctl: 'update nosuch' },
    { ctl: 'update drop2' },
    { ctl: 'update change' },
    { ctl: 'update' },
    { ctl: 'avail' },
    { wait: { new: 'RUNNING', change: 'RUNNING' } },
    { ctl: 'status' },
    { write: { 'supervisord.conf': `${v2}[program:broken]\ncommand=/bin/cat\nstartsecs=x\n` } },
    { ctl: 'reread' },
    { ctl: 'update', replace: [['error: <class .*>, ', 'error: ']] },
    { rpc: 'supervisor.reloadConfig' },
    { write: { 'supervisord.conf': v2.replace('[group:g]\nprograms=keep', '[group:g]\nprograms=keep,new') } },
    { ctl: 'reread' },
    { ctl: 'update g' },
    { ctl: 'update all' },
    { wait: { 'g:new': 'RUNNING', 'g:keep': 'RUNNING' } },
    { ctl: 'status' },
    { remove: 'supervisord.conf' },
    { write: { 'ctl.conf': '[supervisorctl]\nserverurl=unix://@DIR@/s.sock\n' } },
    { ctl: 'reread', conf: 'ctl.conf' },
    { log: true, from: 'started with pid', drop: 'success|waiting', sort: true },
  ],
}
