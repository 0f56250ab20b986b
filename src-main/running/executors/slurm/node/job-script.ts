import path from 'node:path'
import { quote } from '../../../../core/values/shell-quote.ts'
import type { FilledCommand } from '../../../../platform/user-code/command-environment.ts'
import { programLines } from '../../../program-script.ts'

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

/** The script that a node runs for one attempt; needs nothing there but a POSIX shell. */
export function attemptScript(
  filled: FilledCommand,
  directory: string,
  attemptDirectory: string,
): string {
  const files = { output: '"$here/output.$run"', errors: '"$here/errors.$run"' }
  return `#!/bin/sh
here=${quote(attemptDirectory)}
run=\${SLURM_RESTART_COUNT:-0}
echo "$run $(hostname) \${SLURM_JOB_ID:-0}" >> "$here/starts"
${programLines(filled, directory, files)}
echo "$code" > "$here/exit.new" && mv "$here/exit.new" "$here/exit.$run"
exit "$code"
`
}

/**
 * The script that is submitted: each element of an array runs the attempt in its line of a list.
 * @param mask of the files that programs make; Slurm hands on that of the process that submits
 */
export function arrayScript(list: string, mask: number): string {
  return `#!/bin/sh
umask ${mask.toString(8)}
here=$(sed -n "$((\${SLURM_ARRAY_TASK_ID:-0} + 1))p" ${quote(list)})
exec /bin/sh "$here/run.sh"
`
}
