export default {
  about: 'commands that cannot be run: not there, not executable, a folder, no shebang, bad folder, unclosed quote',
  files: {
    'plain.txt': 'echo hello\n',
    'noshebang.sh': { mode: 0o755, text: 'echo hello\n' },
    'badinterp.sh': { mode: 0o755, text: '#!/no/such/interpreter\n' },
    'supervisord.conf': `
@BASE@
[program:missing]
command=@DIR@/not-there
[program:missing_in_path]
command=no-such-command-anywhere -x
[program:notexec]
command=@DIR@/plain.txt
[program:folder]
command=@DIR@
[program:quote]
command=/bin/echo "unclosed
[program:noshebang]
command=@DIR@/noshebang.sh
startretries=0
startsecs=2
[program:badinterp]
command=@DIR@/badinterp.sh
startretries=0
startsecs=2
[program:cwd]
command=/bin/echo hi
directory=@DIR@/nofolder
startretries=0
startsecs=2
[program:empty]
command=
[program:relative]
command=./noshebang.sh
directory=@DIR@
startretries=0
startsecs=2
[program:retry]
command=@DIR@/nothere-either
startretries=1
autostart=false
`,
  },
  steps: [
    { start: true },
    {
      wait: {
        missing: 'FATAL',
        missing_in_path: 'FATAL',
        notexec: 'FATAL',
        folder: 'FATAL',
        quote: 'FATAL',
        noshebang: 'FATAL',
        badinterp: 'FATAL',
        cwd: 'FATAL',
      },
      timeout: 25000,
    },
    { ctl: 'status' },
    {
      rpc: 'supervisor.getAllProcessInfo',
      pick: ['name', 'statename', 'spawnerr', 'exitstatus', 'description', 'pid'],
    },
    { ctl: 'start missing' },
    { ctl: 'start missing_in_path' },
    { ctl: 'start notexec' },
    { ctl: 'start folder' },
    { ctl: 'start quote' },
    { ctl: 'start noshebang' },
    { ctl: 'start cwd' },
    { ctl: 'start retry' },
    { ctl: 'start missing notexec cwd' },
    { rpc: 'supervisor.startProcess', params: ['missing'] },
    { rpc: 'supervisor.startProcess', params: ['notexec'] },
    { rpc: 'supervisor.startProcess', params: ['cwd'] },
    { rpc: 'supervisor.startProcess', params: ['noshebang'] },
    { ctl: 'tail noshebang stderr', uniq: true },
    { ctl: 'tail badinterp stderr', uniq: true },
    { ctl: 'tail cwd stderr', uniq: true },
    { ctl: 'tail missing stderr' },
    { log: true, only: 'missing|notexec|folder|quote|empty|relative', sort: true },
    { log: true, only: 'noshebang|badinterp', sort: true },
    { log: true, only: 'cwd', sort: true },
  ],
}
