/**
 * Sends what is printed on standard output to standard error: there an answer is read by a program, and a plugin that prints would be in its way.
 * @returns how to end that
 */
export function divertOutput(): () => void {
  const {stdout, stderr} = process
  const write = stdout.write.bind(stdout)
  stdout.write = stderr.write.bind(stderr)
  return () => {
    stdout.write = write
  }
}
