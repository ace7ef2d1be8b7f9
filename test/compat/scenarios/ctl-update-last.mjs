const conf = (edited, more = '') =>
  `@BASE@\n${['a', 'b', 'c', 'd'].map((name) => `[program:${name}]\ncommand=/bin/cat ${edited.includes(name) ? '-' : ''}\nstartsecs=0\n`).join('')}${more}`
export default {
  about: 'groups of one priority after update: those that changed come last, in what goes through all and at the end',
  files: { 'supervisord.conf': conf('') },
  steps: [
    { start: true },
    { wait: { a: 'RUNNING', b: 'RUNNING', c: 'RUNNING', d: 'RUNNING' } },
    { ctl: 'clear all' },
    { write: { 'supervisord.conf': conf('ab', '[program:aa]\ncommand=/bin/cat\nstartsecs=0\n') } },
    { ctl: 'update b' },
    { wait: { b: 'RUNNING' } },
    { ctl: 'clear all' },
    { ctl: 'update' },
    { wait: { a: 'RUNNING', aa: 'RUNNING' } },
    { ctl: 'clear all' },
    { ctl: 'status', replace: [['pid .*', '']] },
    { ctl: 'stop c' },
    { ctl: 'remove c' },
    { ctl: 'add c' },
    { wait: { c: 'RUNNING' } },
    { ctl: 'clear all' },
    { stop: true },
    { log: true, only: 'stopped', last: 5 },
  ],
}
