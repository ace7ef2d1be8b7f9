const program = (name, more = '') => `[program:${name}]\ncommand=/bin/cat\nstartsecs=0\n${more}`
const before = program('cat') + program('off', 'autostart=false\n') + program('gone')
const after = program('cat', 'stopwaitsecs=3\n') + program('off', 'autostart=false\n') + program('new')
export default {
  about:
    'an edit that nobody has asked for is not there yet, however long ago it was: avail, add, remove, getAllConfigInfo',
  files: { 'supervisord.conf': `@BASE@\n${before}` },
  steps: [
    { start: true },
    { wait: { cat: 'RUNNING', gone: 'RUNNING' } },
    { write: { 'supervisord.conf': `@BASE@\n${after}` } },
    { sleep: 1500 },
    { ctl: 'avail' },
    { rpc: 'supervisor.getAllConfigInfo', pick: ['name', 'inuse', 'stopwaitsecs'] },
    { ctl: 'add new' },
    { ctl: 'add gone' },
    { ctl: 'remove off' },
    { ctl: 'add off' },
    { ctl: 'avail' },
    { write: { 'supervisord.conf': `@BASE@\n${after}[program:bad]\n` } },
    { sleep: 1500 },
    { ctl: 'avail' },
    { ctl: 'reread' },
    { ctl: 'avail' },
    { write: { 'supervisord.conf': `@BASE@\n${after}` } },
    { ctl: 'reread' },
    { ctl: 'avail' },
    { ctl: 'add new' },
    { ctl: 'status', replace: [['pid .*', '']] },
  ],
}
