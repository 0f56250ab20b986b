import { type AppError, type ErrorCode, isAppError, reasonOf } from './errors.ts'
import { diskFullError } from './unwritable.ts'
import type { MessageDescriptor } from './message.ts'
import type { Failure, FailureClass } from '../trial/trial.ts'

const classOfCode: Partial<Record<ErrorCode, FailureClass>> = {
  'training.nonFinite': 'nonFinite',
  'training.memory': 'memory',
  'engine.unavailable': 'device',
  'engine.notInstalled': 'device',
  'engine.noDevice': 'device',
  'engine.nonConforming': 'device',
  'engine.failed': 'device',
  'data.invalid': 'data',
  'file.notFound': 'data',
  'file.unreadable': 'data',
  'command.memory': 'memory',
  'command.lost': 'killed',
  'slurm.failed': 'device',
  'machine.unreachable': 'device',
  'machine.lost': 'device',
  'machine.refused': 'device',
  'machine.full': 'device',
  'machine.none': 'device',
  'jobQueue.unreachable': 'device',
}

/** Signals by which a program ends itself; all others come from outside, be it a person or the kernel. */
const ownSignals = [
  'SIGSEGV',
  'SIGABRT',
  'SIGBUS',
  'SIGILL',
  'SIGFPE',
  'SIGTRAP',
  'SIGSYS',
  'SIGPIPE',
]

/** Every further trial would fail in the same way. */
const endsStudy: readonly ErrorCode[] = [
  'training.gradientWrong',
  'userCode.changed',
  'userCode.secretMissing',
  'userCode.untrusted',
  'command.notStarted',
]

/** No trial can do better before a person has made room. A program of the user says so in its last words. */
const pausesStudy: readonly ErrorCode[] = ['disk.full', 'command.diskFull', 'machine.none']

/** The trial has done nothing wrong. */
const requeuesTrial: readonly ErrorCode[] = ['machine.lost', 'machine.refused', 'machine.full']

function classOfError(error: AppError): FailureClass | undefined {
  if (!isAppError(error, 'command.signal')) return classOfCode[error.code]
  if (error.detail.signal === 'SIGXCPU') return 'timeout'
  return ownSignals.includes(error.detail.signal) ? 'code' : 'killed'
}

/**
 * How exhausted memory shows itself: WebAssembly's heap ends with an abort after which the process
 * is unusable; JavaScript's typed arrays refuse their length.
 */
const memorySigns = [
  /\bAborted\(/,
  /Array buffer allocation failed/i,
  /out of memory/i,
  /OOM/,
  /\bMemoryError\b/,
]

/** Everything that a message quotes. */
function wordsOf({ values = {} }: MessageDescriptor): string {
  return Object.values(values)
    .flat()
    .map(value => (typeof value === 'object' && value !== null ? wordsOf(value) : String(value)))
    .join('\n')
}

/** Names the class of anything thrown while preparing or training. */
export function classifyFailure(thrown: unknown): Failure {
  const error = diskFullError(thrown) ?? thrown
  const message = reasonOf(error)
  const stack = error instanceof Error ? error.stack : undefined
  const byCode = isAppError(error) ? classOfError(error) : undefined
  const bySign = memorySigns.some(sign => sign.test(wordsOf(message))) ? 'memory' : undefined
  return {
    class: byCode ?? bySign ?? 'code',
    reason: message,
    ...(stack === undefined ? {} : { stack }),
    ...(isAppError(error) && pausesStudy.includes(error.code)
      ? { pausesStudy: true as const }
      : {}),
    ...(isAppError(error) && requeuesTrial.includes(error.code) ? { requeued: true as const } : {}),
    ...(isAppError(error) && endsStudy.includes(error.code) ? { endsStudy: true as const } : {}),
  }
}
