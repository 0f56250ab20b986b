import path from 'node:path'
import { z } from 'zod'
import { quote } from '../../../../core/values/shell-quote.ts'
import type { FilledCommand } from '../../../../platform/user-code/command-environment.ts'
import { programLines } from '../../../program-script.ts'
import { RecordFile } from '../../record-file.ts'

/** The job of a trial that may still run on another machine: what the next session adopts. */
const recordSchema = z.object({
  /** Attempt that began it: names its folder on the machine. */
  attempt: z.string(),
  machine: z.string(),
  /** Unique: a job is begun once, however often its beginning is asked for. */
  name: z.string().regex(/^job-[0-9a-f-]{36}$/),
  /** Which of the machine's places it holds. */
  slot: z.int().min(0),
})
export type RemoteRecord = z.output<typeof recordSchema>
export const remoteJobRecords = new RecordFile(recordSchema)

/** The end of a job that could not copy what it goes on from; no program ends so. */
export const NOT_COPIED = 1_074

/** POSIX paths on the machine. */
export interface RemoteFolders {
  readonly job: string
  /** Is there once it has begun. */
  readonly started: string
  /** What a program finds as the folder of its trial. */
  readonly trial: string
}

export function remoteFolders(workspace: string, name: string): RemoteFolders {
  const job = path.posix.join(workspace, 'jobs', name)
  return { job, started: path.posix.join(job, 'started'), trial: path.posix.join(job, 'trial') }
}

/**
 * The script of a job: notes who it is, copies what it goes on from, however long that takes, runs the program, notes how it ended
 * where room for that was kept from the beginning, and ends with all that the program has left running.
 */
function jobScript(
  filled: FilledCommand,
  directory: string,
  job: string,
  copies: readonly StartCopy[],
): string {
  const script = `here=${quote(job)}
boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null || sysctl -n kern.boottime 2>/dev/null | tr -d ' ' || echo -)
began=-
if read -r stat 2>/dev/null < "/proc/$$/stat"; then
  set -- \${stat##*) }
  began=\${20}
fi
echo "$$ $boot $began" 1<> "$here/pid.new" && mv "$here/pid.new" "$here/pid" || exit 1
code=0
${copies.map(copyLine).join('\n')}
if [ "$code" = 0 ]; then
${programLines(filled, directory, { output: '"$here/output"', errors: '"$here/errors"' })}
fi
printf '%-15s\\n' "$code" 1<> "$here/exit.new" && mv "$here/exit.new" "$here/exit"
kill -KILL "-$$"
`
  return script
}

function copyLine({ from, to }: StartCopy): string {
  return `[ "$code" != 0 ] || { rm -rf ${quote(to)} && cp -RPp ${quote(from)} ${quote(to)}; } 2> "$here/copying" || { code=${NOT_COPIED}; cat "$here/copying" > "$here/errors"; }`
}

/** A copy that a job makes as it begins, on the machine. */
export interface StartCopy {
  readonly from: string
  readonly to: string
}

/** Makes a job's folder and begins it, unless it has begun: a script that arrives twice, or late, changes nothing. */
export function beginScript(
  { job, started, trial }: RemoteFolders,
  {
    filled,
    directory,
    folders,
    files,
    copies,
  }: {
    readonly filled: FilledCommand
    readonly directory: string
    readonly folders: readonly string[]
    readonly files: readonly { readonly file: string; readonly text: string }[]
    /** What it goes on from. */
    readonly copies: readonly StartCopy[]
  },
): string {
  const all = [{ file: `${job}/run.sh`, text: jobScript(filled, directory, job, copies) }, ...files]
  const [quotedJob, quotedStarted] = [quote(job), quote(started)]
  const orderScript = `exec 2>&1
umask 077
mkdir -p ${[trial, ...folders].map(quote).join(' ')} || exit 74
[ -d ${quotedStarted} ] && exit 0
${all.map(({ file, text }) => `printf '%s' ${quote(text)} > ${quote(file)} || exit 74`).join('\n')}
for name in pid.new exit.new; do printf '%128s\\n' '' > ${quotedJob}/$name || exit 74; done
: > ${quotedJob}/output && : > ${quotedJob}/errors || exit 74
mkdir ${quotedStarted} || { [ -d ${quotedStarted} ] && exit 0; exit 74; }
cd /
if command -v setsid > /dev/null; then
  setsid sh ${quotedJob}/run.sh < /dev/null > /dev/null 2>&1 &
else
  set -m
  nohup sh ${quotedJob}/run.sh < /dev/null > /dev/null 2>&1 &
fi`
  return orderScript
}

/** One answer about a job. */
export interface JobReading {
  readonly state: 'absent' | 'starting' | 'running' | 'ended' | 'gone'
  /** Null unless it has ended. */
  readonly code: number | null
  readonly output: Buffer
  readonly errors: Buffer
}

/** Takes apart what `tw_read` says of `count` jobs. @throws Error for anything else, as after a broken connection */
export function parseReadings(answer: Buffer, count: number): JobReading[] {
  let at = 0
  const line = (): string => {
    const end = answer.indexOf('\n', at)
    if (end < 0) throw new Error('short')
    const text = answer.subarray(at, end).toString()
    at = end + 1
    return text
  }
  const bytes = (): Buffer => {
    const length = Number(line())
    if (!Number.isInteger(length) || at + length > answer.length) throw new Error('short')
    at += length
    return answer.subarray(at - length, at)
  }
  return Array.from({ length: count }, () => {
    const [state = '', code] = line().trim().split(' ')
    return {
      state: state as JobReading['state'],
      code: code === undefined ? null : Number(code),
      output: bytes(),
      errors: bytes(),
    }
  })
}
