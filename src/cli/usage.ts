/**
 * What a wrong command line or an unusable configuration prints on standard error.
 *
 * @param program - the command as it was typed
 */
export function usageError(program: string, classic: string): string {
  return `Error: ${classic}\nFor help, use ${program} -h\n`
}

/**
 * What `supervisord -h` prints: the options that Supervisor has, in its words. Under the name that only we have, ours
 * follow.
 */
export function supervisordUsage(program: string): string {
  return `${originalUsage(program)}${/(^|\/)svcd$/.test(program) ? OUR_OPTIONS : ''}`
}

const OUR_OPTIONS = `Not in Supervisor:
--converge MODE -- whether an edited file takes effect by itself (auto) or waits
                   for update, apply or SIGHUP (manual)
--strict -- unknown options and sections are errors instead of warnings
--boot-last-good -- start from the last good revision when the file cannot be used
--state-directory DIRECTORY -- where revisions are kept; none keeps nothing

`

/** @see Supervisor supervisord.py, the text at its top */
function originalUsage(program: string): string {
  return `supervisord -- run a set of applications as daemons.

Usage: ${program} [options]

Options:
-c/--configuration FILENAME -- configuration file path (searches if not given)
-n/--nodaemon -- run in the foreground (same as 'nodaemon=true' in config file)
-s/--silent -- no logs to stdout (maps to 'silent=true' in config file)
-h/--help -- print this usage message and exit
-v/--version -- print supervisord version number and exit
-u/--user USER -- run supervisord as this user (or numeric uid)
-m/--umask UMASK -- use this umask for daemon subprocess (default is 022)
-d/--directory DIRECTORY -- directory to chdir to when daemonized
-l/--logfile FILENAME -- use FILENAME as logfile path
-y/--logfile_maxbytes BYTES -- use BYTES to limit the max size of logfile
-z/--logfile_backups NUM -- number of backups to keep when max bytes reached
-e/--loglevel LEVEL -- use LEVEL as log level (debug,info,warn,error,critical)
-j/--pidfile FILENAME -- write a pid file for the daemon process to FILENAME
-i/--identifier STR -- identifier used for this instance of supervisord
-q/--childlogdir DIRECTORY -- the log directory for child process logs
-k/--nocleanup --  prevent the process from performing cleanup (removal of
                   old automatic child log files) at startup.
-a/--minfds NUM -- the minimum number of file descriptors for start success
-t/--strip_ansi -- strip ansi escape codes from process output
--minprocs NUM  -- the minimum number of processes available for start success
--profile_options OPTIONS -- run supervisord under profiler and output
                             results based on OPTIONS, which  is a comma-sep'd
                             list of 'cumulative', 'calls', and/or 'callers',
                             e.g. 'cumulative,callers')

`
}

/** What `supervisorctl -h` prints. */
export function supervisorctlUsage(program: string): string {
  return `supervisorctl -- control applications run by supervisord from the cmd line.

Usage: ${program} [options] [action [arguments]]

Options:
-c/--configuration FILENAME -- configuration file path (searches if not given)
-h/--help -- print usage message and exit
-i/--interactive -- start an interactive shell after executing commands
-s/--serverurl URL -- URL on which supervisord server is listening
     (default "http://localhost:9001").
-u/--username USERNAME -- username to use for authentication with server
-p/--password PASSWORD -- password to use for authentication with server
-r/--history-file -- keep a readline history (if readline is available)

action [arguments] -- see below

Actions are commands like "tail" or "stop".  If -i is specified or no action is
specified on the command line, a "shell" interpreting actions typed
interactively is started.  Use the action "help" to find out about available
actions.

`
}
