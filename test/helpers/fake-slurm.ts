import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** What each command does, in POSIX shell; `$jobs` holds a folder for every job, or element of an array. */
const commands: Readonly<Record<string, string>> = {
  sbatch: `
for word; do
  case "$word" in
    --job-name=*) name=\${word#*=} ;;
    --array=0-*) last=\${word#--array=0-} ;;
  esac
  script=$word
done
id=1
while ! mkdir "$jobs/$id" 2> /dev/null; do id=$((id + 1)); done
begin() {
  mkdir -p "$jobs/$1"
  echo "$name" > "$jobs/$1/name"
  SLURM_JOB_ID=$id SLURM_ARRAY_TASK_ID=\${2:-0} setsid sh "$script" > /dev/null 2>&1 < /dev/null &
  echo $! > "$jobs/$1/pid"
}
if [ -z "$last" ]; then
  begin "$id"
else
  rm -r "$jobs/$id"; mkdir "$jobs/$id"; : > "$jobs/$id/array"
  for element in $(seq 0 "$last"); do begin "\${id}_$element" "$element"; done
fi
echo "$id"`,
  squeue: `
for word; do
  case "$word" in
    --states=all) all=1 ;;
    --name=*) wanted=\${word#*=} ;;
  esac
done
for job in "$jobs"/*; do
  [ -f "$job/pid" ] || continue
  id=\${job##*/}
  if [ -n "$all" ]; then
    [ "$(cat "$job/name")" = "$wanted" ] && echo "$id"
  elif kill -0 "-$(cat "$job/pid")" 2> /dev/null; then
    echo "$id|RUNNING"
  fi
done
exit 0`,
  scancel: `
signal=KILL
for word; do
  case "$word" in --signal=*) signal=\${word#*=} ;; esac
  id=$word
done
for job in "$jobs/$id" "$jobs/\${id}_"*; do
  [ -f "$job/pid" ] && kill "-$signal" "-$(cat "$job/pid")" 2> /dev/null
done
exit 0`,
  scontrol: `
for id; do :; done
[ -f "$jobs/$id/pid" ] || { echo "Invalid job id specified" >&2; exit 1; }
echo "JobId=$id JobState=COMPLETED"`,
}

/**
 * Commands of Slurm that run each job at once on this machine, in a session of its own: jobs outlive whoever submitted them, as there.
 * @returns the folder to put first in PATH
 */
export function fakeSlurm(folder: string): string {
  const slurmFolder = path.join(folder, 'slurm')
  const jobs = path.join(slurmFolder, 'jobs')
  mkdirSync(jobs, { recursive: true })
  for (const [name, script] of Object.entries(commands)) {
    writeFileSync(path.join(slurmFolder, name), `#!/bin/sh\njobs='${jobs}'${script}\n`)
    chmodSync(path.join(slurmFolder, name), 0o755)
  }
  return slurmFolder
}
