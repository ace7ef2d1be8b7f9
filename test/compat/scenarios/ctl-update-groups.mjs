const program = (name, more = '') => `[program:${name}]\ncommand=/bin/cat\n${more}\n`
const numbered = (count) => program('n', `process_name=n%(process_num)d\nnumprocs=${count}`)
export default {
  about:
    'update: numprocs up and down, groups that gain and lose members, come and go; names and priorities that change',
  files: {
    'supervisord.conf': `@BASE@\n${numbered(2)}${program('a')}${program('b')}${program('c')}[group:g]\nprograms=a,b\n`,
  },
  steps: [
    { start: true },
    { wait: { 'n:n0': 'RUNNING', 'n:n1': 'RUNNING', 'g:a': 'RUNNING', 'g:b': 'RUNNING', c: 'RUNNING' } },
    {
      write: {
        'supervisord.conf': `@BASE@\n${numbered(4)}${program('a')}${program('b')}${program('c')}[group:g]\nprograms=a,b\n`,
      },
    },
    { ctl: 'reread' },
    { ctl: 'avail' },
    { ctl: 'status', label: 'reread changes nothing' },
    { ctl: 'update' },
    { wait: { 'n:n0': 'RUNNING', 'n:n3': 'RUNNING' } },
    { ctl: 'status' },
    {
      write: {
        'supervisord.conf': `@BASE@\n${numbered(1)}${program('a')}${program('b')}${program('c')}[group:g]\nprograms=a,b\n`,
      },
    },
    { ctl: 'update' },
    { wait: { 'n:n0': 'RUNNING', 'n:n1': 'GONE' } },
    { ctl: 'status n:*' },
    {
      write: {
        'supervisord.conf': `@BASE@\n${numbered(1)}${program('a')}${program('b')}${program('c')}[group:g]\nprograms=a,b,c\n`,
      },
    },
    { ctl: 'reread' },
    { ctl: 'update' },
    { wait: { 'g:a': 'RUNNING', 'g:b': 'RUNNING', 'g:c': 'RUNNING' } },
    { ctl: 'status' },
    {
      write: {
        'supervisord.conf': `@BASE@\n${numbered(1)}${program('a')}${program('b')}${program('c')}[group:h]\nprograms=c,a\n`,
      },
    },
    { ctl: 'reread' },
    { ctl: 'update h', label: 'only what is named' },
    { ctl: 'reread' },
    { ctl: 'update' },
    { wait: { 'h:a': 'RUNNING', 'h:c': 'RUNNING', b: 'RUNNING' } },
    { ctl: 'status' },
    { write: { 'supervisord.conf': `@BASE@\n${program('renamed')}${program('b', 'priority=5')}` } },
    { ctl: 'reread' },
    { ctl: 'update all', sort: true },
    { wait: { renamed: 'RUNNING', b: 'RUNNING' } },
    { ctl: 'status' },
    { ctl: 'avail' },
    { write: { 'supervisord.conf': '@BASE@\n' } },
    { ctl: 'update' },
    { ctl: 'status', label: 'nothing is left' },
    { ctl: 'avail' },
    { log: true, only: 'WARN|ERRO|CRIT', drop: 'stopped', label: 'no complaints' },
  ],
}
