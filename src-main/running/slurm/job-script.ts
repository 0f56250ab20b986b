import path from 'node:path'
import type { FilledCommand } from '../../user-code/command-environment.ts'

/** One word of a POSIX shell, whatever characters it holds. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}

/** Where a job leaves what; `run` counts how often Slurm started it, from 0. */
export interface JobFiles {
  readonly script: string
  /** A line `run host job` for every start. */
  readonly starts: string
  output(run: number): string
  errors(run: number): string
  /** The exit code; written when everything else is. */
  exit(run: number): string
}

export function jobFiles(directory: string): JobFiles {
  const at = (name: string): string => path.join(directory, name)
  return {
    script: at('run.sh'),
    starts: at('starts'),
    output: run => at(`output.${run}`),
    errors: run => at(`errors.${run}`),
    exit: run => at(`exit.${run}`),
  }
}

/**
 * The script that a node runs for one attempt; needs nothing there but a POSIX shell. Signals from Slurm reach the program
 * as well and must not end the shell, which has to note the exit code.
 */
export function attemptScript(
  { program, parameters, added }: FilledCommand,
  directory: string,
  attemptDirectory: string,
): string {
  const words = [program, ...parameters].map(quote).join(' ')
  return `#!/bin/sh
here=${quote(attemptDirectory)}
run=\${SLURM_RESTART_COUNT:-0}
echo "$run $(hostname) \${SLURM_JOB_ID:-0}" >> "$here/starts"
trap : TERM INT HUP USR1 USR2
${Object.entries(added)
  .map(([name, value]) => `export ${name}=${quote(value)}`)
  .join('\n')}
code=126
cd ${quote(directory)} && {
  ${words} > "$here/output.$run" 2> "$here/errors.$run" < /dev/null &
  program=$!
  while :; do
    wait "$program"
    code=$?
    kill -0 "$program" 2> /dev/null || break
  done
}
echo "$code" > "$here/exit.new" && mv "$here/exit.new" "$here/exit.$run"
exit "$code"
`
}

/** The script that is submitted: each element of an array runs the attempt in its line of a list. */
export function arrayScript(list: string): string {
  return `#!/bin/sh
here=$(sed -n "$((\${SLURM_ARRAY_TASK_ID:-0} + 1))p" ${quote(list)})
exec /bin/sh "$here/run.sh"
`
}
