import { quote } from '../core/values/shell-quote.ts'
import type { FilledCommand } from '../platform/user-code/command-environment.ts'

/**
 * The part of a POSIX script that runs a program somewhere else and leaves its exit code in `code`. Signals reach the program as well
 * and must not end the shell, which has to note the exit code.
 * @param output words of the shell, as are `errors`
 */
export function programLines(
  { program, parameters, added }: FilledCommand,
  directory: string,
  { output, errors }: { readonly output: string; readonly errors: string },
): string {
  const words = [program, ...parameters].map(quote).join(' ')
  return `trap : TERM INT HUP USR1 USR2
${Object.entries(added)
  .map(([name, value]) => `export ${name}=${quote(value)}`)
  .join('\n')}
code=126
cd ${quote(directory)} && {
  ${words} > ${output} 2> ${errors} < /dev/null &
  program=$!
  while :; do
    wait "$program"
    code=$?
    kill -0 "$program" 2> /dev/null || break
  done
}`
}
