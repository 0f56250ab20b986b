import process from 'node:process'
import { setTimeout as wait } from 'node:timers/promises'
import { isAppError } from '../../../core/errors/errors.ts'
import { type MessageDescriptor, msg } from '../../../core/errors/message.ts'
import { executableOnPath } from '../../../platform/processes/executable-on-path.ts'
import { localEnvironment } from '../../../platform/user-code/command-environment.ts'
import { type OutputLine, OutputLines } from '../../../platform/user-code/output-lines.ts'
import { OutputTail } from '../../../platform/user-code/program-end.ts'
import { RedactedLines } from '../../../platform/user-code/redacted-lines.ts'
import { SupervisedProgram } from '../../../platform/user-code/supervised-program.ts'
import type { ProgramEnd } from '../../../platform/user-code/supervisor-protocol.ts'
import { endedWithSession, NotSent } from './not-sent.ts'

/** Of a program that tells news; what it starts counts. */
const LIMITS = { processes: 256, outputMegabytes: 64 } as const
/** Until a program that is ended is gone; one that no signal ends is not waited for. */
const MAX_ENDING_MS = 2_000

export interface NotifyingProgram {
  readonly program: string
  readonly parameters: readonly string[]
  readonly input: string
  /** Beside the variables of this process. */
  readonly variables: Readonly<Record<string, string>>
  /** Are taken out of what it writes, as the values of secret variables are. */
  readonly secrets: readonly string[]
}

export interface RunProgramOptions {
  readonly limitMs: number
  /** The session ends. */
  readonly signal: AbortSignal | undefined
}

/**
 * Runs a program with everything that it starts; when this settles, nothing of that is left running.
 * @throws NotSent unless it ended with exit code 0
 */
export async function runProgram(
  notifying: NotifyingProgram,
  { limitMs, signal }: RunProgramOptions,
): Promise<void> {
  const { program } = notifying
  const errorLines = new OutputLines()
  const redactedLines = new RedactedLines(process.env, notifying.secrets)
  const tail = new OutputTail()
  const add = (lines: readonly OutputLine[]): void => {
    tail.add('error', redactedLines.take(lines))
  }
  const limit = AbortSignal.timeout(limitMs)
  let end: ProgramEnd | null
  try {
    const running = start(notifying, chunk => add(errorLines.add(chunk)))
    end = await endOf(running, signal === undefined ? limit : AbortSignal.any([limit, signal]))
  } catch (error) {
    throw new NotSent(reasonFor(error, program), true)
  }
  if (end === null) {
    if (signal?.aborted === true) throw endedWithSession(program)
    throw new NotSent(
      msg('notifications.failed.tooLong', { program, seconds: limitMs / 1_000 }),
      false,
    )
  }
  add(errorLines.end())
  tail.add('error', redactedLines.end())
  const { exitCode, signal: endedBy } = end
  if (exitCode === 0) return
  const reason =
    exitCode === null
      ? msg('notifications.failed.killed', { program, signal: endedBy })
      : msg('notifications.failed.exit', { program, exitCode })
  throw new NotSent(reason, false, tail.text)
}

function start(
  { program, parameters, input, variables }: NotifyingProgram,
  onErrorOutput: (chunk: Buffer) => void,
): SupervisedProgram {
  const running = new SupervisedProgram({
    program: executableOnPath(program),
    parameters,
    directory: process.cwd(),
    environment: localEnvironment(variables),
    limits: LIMITS,
    hasInput: true,
    onOutput: (stream, chunk) => {
      if (stream === 'error') onErrorOutput(chunk)
    },
  })
  running.endInput(input)
  return running
}

/** @returns null where it was ended */
async function endOf(running: SupervisedProgram, signal: AbortSignal): Promise<ProgramEnd | null> {
  const aborted = new Promise<null>(resolve => {
    signal.addEventListener('abort', () => resolve(null))
    if (signal.aborted) resolve(null)
  })
  const end = await Promise.race([running.ended, aborted])
  if (end !== null) return end
  running.kill()
  const gone = running.ended.catch(() => null)
  await Promise.race([gone, wait(MAX_ENDING_MS, null, { ref: false })])
  return null
}

/** In codes of ours: the words of an error may be those of the program. */
function reasonFor(error: unknown, program: string): MessageDescriptor {
  if (isAppError(error, 'command.notStarted')) {
    const isMissing = error.detail.reason.code === 'failure.programNotFound'
    return msg(isMissing ? 'notifications.failed.missing' : 'notifications.failed.notStarted', {
      program,
    })
  }
  if (isAppError(error, 'command.output')) {
    return msg('notifications.failed.output', { program, limitMegabytes: LIMITS.outputMegabytes })
  }
  if (isAppError(error, 'command.processes')) {
    return msg('notifications.failed.processes', { program, limit: LIMITS.processes })
  }
  return msg('notifications.failed.lost', { program })
}
