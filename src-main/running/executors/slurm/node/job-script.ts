import path from 'node:path'
import { quote } from '../../../../core/values/shell-quote.ts'
import type { UserCode } from '../../../../core/study/user-code.ts'
import type { FilledCommand } from '../../../../platform/user-code/command-environment.ts'
import { programLines } from '../../../program-script.ts'

/** Where a job leaves what; `run` counts how often Slurm started it, from 0. */
export interface JobFiles {
  readonly script: string
  /** A line `run host job` for every start. */
  readonly starts: string
  output(run: number): string
  errors(run: number): string
  /** Trusted files that had changed when the job began, one a line; the program was not started. */
  changed(run: number): string
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
    changed: run => at(`changed.${run}`),
    exit: run => at(`exit.${run}`),
  }
}

/**
 * The script that a node runs for one attempt; needs nothing there but a POSIX shell. Where the node has `sha256sum`, the program is started only
 * if trusted files are as they were.
 * @param code as it is trusted; its programs are the node's own, and not looked at
 */
export function attemptScript(
  filled: FilledCommand,
  code: UserCode,
  attemptDirectory: string,
): string {
  const programs = new Set(code.programs.map(({ file }) => file))
  const checks = code.files
    .filter(({ path: file }) => !programs.has(file))
    .map(({ path: file, sha256 }) => `  check ${quote(file)} ${sha256}`)
    .join('\n')
  const files = { output: '"$here/output.$run"', errors: '"$here/errors.$run"' }
  return `#!/bin/sh
here=${quote(attemptDirectory)}
run=\${SLURM_RESTART_COUNT:-0}
echo "$run $(hostname) \${SLURM_JOB_ID:-0}" >> "$here/starts"
check() {
  [ "$(sha256sum < "$1" 2> /dev/null | cut -c 1-64)" = "$2" ] || printf '%s\\n' "$1" >> "$here/changed.$run"
}
code=126
if command -v sha256sum > /dev/null; then
  :
${checks}
fi
if [ ! -e "$here/changed.$run" ]; then
${programLines(filled, code.directory, files)}
fi
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
