import {findProgram} from '../find-program.js'
import type {Environment} from './server-environment.js'

/** Numbers of the system call prctl(2), by Node's names of the architectures (syscall tables of Linux 6). */
const PRCTL: Readonly<Record<string, number>> = {
  x64: 157,
  arm64: 167,
  riscv64: 167,
  loong64: 167,
  ia32: 172,
  arm: 172,
  ppc64: 171,
  s390x: 172,
}

/**
 * Runs a command below a process that stays and takes in whatever is orphaned there: PR_SET_CHILD_SUBREAPER (36) of prctl(2), which neither
 * Node nor a shell can call. It ends with its last child. @see start in tmux-program.ts
 */
const SCRIPT = `
my ($prctl, @command) = @ARGV;
pipe(my $read, my $write) or die "pipe: $!";
if (!fork()) {
  require POSIX;
  POSIX::setsid();
  syscall($prctl + 0, 36, 1, 0, 0, 0);
  my $child = fork();
  if (!$child) { close $read; close $write; exec { $command[0] } @command; POSIX::_exit(127) }
  waitpid($child, 0);
  my $code = $? >> 8;
  open(STDIN, "<", "/dev/null"); open(STDOUT, ">", "/dev/null"); open(STDERR, ">", "/dev/null");
  syswrite($write, chr($code));
  close $read; close $write;
  1 while wait() != -1;
  exit 0;
}
close $write;
sysread($read, my $code, 1);
exit(defined $code && length $code ? ord $code : 1);
`

/** Words in front of the start of our tmux server, so that a process of an agent stays below it whatever becomes of its parents; none without perl. */
export async function keeperWords(host: Environment, platform: string = process.platform, arch: string = process.arch): Promise<string[]> {
  const prctl = platform === 'linux' ? PRCTL[arch] : undefined
  const perl = prctl === undefined ? undefined : await findProgram('perl', host['PATH'])
  return perl === undefined ? [] : [perl, '-e', SCRIPT, String(prctl)]
}
