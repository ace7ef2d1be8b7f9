export default {
  about:
    'clear of running, stopped, never started and mute processes, with rotated files beside; clearing all; the main log',
  files: {
    'logs/.keep': '',
    'supervisord.conf': `
@BASE@
[program:run]
command=/bin/cat
stdout_logfile=@DIR@/logs/run.out
stderr_logfile=@DIR@/logs/run.err
stdout_logfile_maxbytes=20
stdout_logfile_backups=2
[program:m]
command=/bin/sh -c "echo hello; exec cat"
process_name=m%(process_num)d
numprocs=2
stdout_logfile=@DIR@/logs/m%(process_num)d.out
[program:mute]
command=/bin/cat
stdout_logfile=NONE
stderr_logfile=NONE
`,
  },
  steps: [
    { start: true },
    { wait: { run: 'RUNNING', 'm:m0': 'RUNNING', 'm:m1': 'RUNNING', mute: 'RUNNING' } },
    { rpc: 'supervisor.sendProcessStdin', params: ['run', '0123456789012345678901234\n'] },
    { waitFile: { file: 'logs/run.out.1' } },
    { rpc: 'supervisor.sendProcessStdin', params: ['run', 'short\n'] },
    { waitFile: { file: 'logs/run.out', match: 'short' } },
    { ls: 'logs', sizes: true },
    { ctl: 'clear run' },
    { ls: 'logs', sizes: true },
    { rpc: 'supervisor.sendProcessStdin', params: ['run', 'again\n'] },
    { waitFile: { file: 'logs/run.out', match: 'again' } },
    { rpc: 'supervisor.clearProcessLogs', params: ['m:m0'] },
    { rpc: 'supervisor.clearProcessLogs', params: ['m'] },
    { rpc: 'supervisor.clearProcessLogs', params: ['m:*'] },
    { rpc: 'supervisor.clearProcessLogs', params: ['mute'] },
    { rpc: 'supervisor.clearProcessLog', params: ['run'] },
    { ls: 'logs', sizes: true },
    { rpc: 'supervisor.clearAllProcessLogs' },
    { ls: 'logs', sizes: true },
    { ctl: 'clear all' },
    { ctl: 'clear m:m0 nosuch run' },
    { rpc: 'supervisor.clearLog' },
    { log: true },
    { rpc: 'supervisor.readLog', params: [0, 0] },
  ],
}
