const base = '@BASE@\n[program:a]\ncommand=/bin/cat\nautostart=false\n'
const bytes = Buffer.concat([
  Buffer.from('[supervisord]\n[program:b]\ncommand=/bin/cat '),
  Buffer.from([0xff, 0xfe, 0x0a]),
])
const broken = {
  empty: '',
  'a byte order mark': `\ufeff${base}`,
  'no UTF-8': { base64: bytes.toString('base64') },
  'an unknown event': `${base}[eventlistener:el]\ncommand=/bin/cat\nevents=NOPE\n`,
  'a group of nothing': `${base}[group:g]\nprograms=nope\n`,
}
const read = (label) => ({ ctl: 'reread', conf: 'moved.conf', label })
const good = { write: { 'supervisord.conf': base } }
const edit = (text) => ({ write: { 'supervisord.conf': base + text } })
export default {
  about:
    'reread of a file that is gone, empty or broken, of one section twice, of other servers, of included files that change',
  files: { 'supervisord.conf': base },
  steps: [
    { start: true },
    { rename: { 'supervisord.conf': 'moved.conf' } },
    read('gone'),
    { rpc: 'supervisor.reloadConfig' },
    { ctl: 'start a', conf: 'moved.conf' },
    ...Object.entries(broken).flatMap(([label, text]) => [{ write: { 'supervisord.conf': text } }, read(label)]),
    good,
    { ctl: 'reread' },
    edit('[program:nul]\ncommand=/bin/cat \0x\nautostart=false\n'),
    { ctl: 'update', conf: 'moved.conf' },
    { ctl: 'start nul', conf: 'moved.conf' },
    edit('[program:a]\nautostart=true\n[unix_http_server:x]\nfile=@DIR@/t.sock\n'),
    read('once more the same section, and a server'),
    { ctl: 'avail' },
    { ls: '.' },
    {
      write: {
        'supervisord.conf': `${base}[include]\nfiles=inc/*.conf\n`,
        'inc/1.conf': '[program:i]\ncommand=/bin/cat\n',
      },
    },
    { ctl: 'reread' },
    { ctl: 'update' },
    { write: { 'inc/2.conf': 'broken' } },
    read('a broken included file'),
    { remove: ['inc/2.conf'] },
    { write: { 'inc/1.conf': '[program:i]\ncommand=/bin/cat -u\n' } },
    { ctl: 'reread' },
    { ctl: 'update nosuch' },
    { ctl: 'update i' },
    { remove: ['inc/1.conf'] },
    { ctl: 'update i' },
    { ctl: 'avail' },
  ],
}
