import { Buffer } from 'node:buffer'
import process from 'node:process'
import { AppError, isAppError } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import {
  type CommandObjective,
  commandObjectiveSchema,
  type UserCode,
} from '../../../core/study/user-code.ts'
import type { ProgramQuestion } from '../../../core/study/script-proposal.ts'
import { readHelp } from '../../../interop/help-text/read-help.ts'
import { afterRunTime } from '../../../platform/processes/run-time.ts'
import { localEnvironment, localLaunch } from '../../../platform/user-code/command-environment.ts'
import { describeCode } from '../../../platform/user-code/describe-code.ts'
import { OutputTail } from '../../../platform/user-code/program-end.ts'
import { createRedactor } from '../../../platform/user-code/redact.ts'
import { SupervisedProgram } from '../../../platform/user-code/supervised-program.ts'
import type { FoundProgram } from './find-program.ts'

/** Of a program that prints its options. Julia compiles first. */
const LIMIT_SECONDS = 60
/** No help text is longer; a program that writes more has begun its work. */
const LIMITS = { processes: 64, outputMegabytes: 2 } as const

/** What asks a program for its options, the usual one first. */
const questions = ['--help', '-h'] as const

/** The help text of a program. */
export type PrintedHelp = ProgramQuestion['help']

/** The code that runs where a program is asked for its options, as trust covers it. */
export async function helpCode(program: FoundProgram): Promise<UserCode> {
  return describeCode(objectiveOf(program, questions[0]), program.folder)
}

/**
 * Runs a program with `--help`, and with `-h` where that lists no option, without input, and ends it with everything that it has started. Whoever calls this has the leave of a person.
 * @throws AppError `script.noHelp`, `command.notStarted`, `command.processes`, `command.lost`
 */
export async function runHelp(program: FoundProgram): Promise<PrintedHelp> {
  const answers: Answer[] = []
  for (const question of questions) {
    const answer = await ask(program, question)
    const text = [answer.out, answer.error].find(tellsOptions)
    if (text !== undefined) return { helpCommand: shown(program, question), text }
    answers.push(answer)
  }
  const first = answers.find(({ out, error }) => out.trim() !== '' || error.trim() !== '')
  const command = shown(program, questions[0])
  if (first === undefined) {
    const exitCode = answers[0]?.exitCode ?? 0
    throw new AppError('script.noHelp', {
      command,
      reason: msg('script.noHelp.empty', { exitCode }),
    })
  }
  throw new AppError('script.noHelp', {
    command,
    reason: msg('script.noHelp.noOptions', { exitCode: first.exitCode, tail: first.tail }),
  })
}

/** Whether a text lists options, or the subcommands that have them. */
function tellsOptions(text: string): boolean {
  const { options, commands } = readHelp(text)
  return options.length > 0 || commands.length > 0
}

interface Answer {
  readonly out: string
  readonly error: string
  readonly tail: string
  /** -1 where a signal has ended it. */
  readonly exitCode: number
}

async function ask(program: FoundProgram, question: string): Promise<Answer> {
  const objective = objectiveOf(program, question)
  const [first = '', ...parameters] = wordsOf(program, question)
  const environment = { ...process.env, NO_COLOR: '1', COLUMNS: '120', PAGER: 'cat' }
  const chunks: Record<'out' | 'error', Buffer[]> = { out: [], error: [] }
  const running = new SupervisedProgram({
    ...localLaunch(objective, { program: first, parameters, added: {} }, program.folder),
    directory: program.folder,
    environment: localEnvironment({ NO_COLOR: '1', COLUMNS: '120', PAGER: 'cat' }),
    limits: LIMITS,
    onOutput: (stream, chunk) => {
      chunks[stream].push(chunk)
    },
  })
  let isTooLong = false
  const settle = afterRunTime(LIMIT_SECONDS * 1_000, () => {
    isTooLong = true
    running.kill()
  })
  try {
    const { exitCode } = await running.ended.finally(settle)
    if (isTooLong) throw tooLong(program, question)
    const redact = createRedactor(environment)
    const [out, error] = (['out', 'error'] as const).map(stream =>
      redact(Buffer.concat(chunks[stream]).toString('utf8')),
    )
    const tail = new OutputTail()
    tail.add('out', (out ?? '').split('\n'))
    tail.add('error', (error ?? '').split('\n'))
    return { out: out ?? '', error: error ?? '', tail: tail.text, exitCode: exitCode ?? -1 }
  } catch (error) {
    if (isTooLong) throw tooLong(program, question)
    if (isAppError(error, 'command.output'))
      throw new AppError(
        'script.noHelp',
        {
          command: shown(program, question),
          reason: msg('script.noHelp.tooMuch', { limitMegabytes: LIMITS.outputMegabytes }),
        },
        error,
      )
    throw error
  }
}

function tooLong(program: FoundProgram, question: string): AppError {
  return new AppError('script.noHelp', {
    command: shown(program, question),
    reason: msg('script.noHelp.tooLong', { seconds: LIMIT_SECONDS }),
  })
}

function wordsOf(
  { command, script, subcommand }: FoundProgram,
  question: string,
): readonly string[] {
  return [...command.interpreter, script, ...subcommand, question]
}

function shown(program: FoundProgram, question: string): string {
  return wordsOf(program, question).join(' ')
}

/** Braces in a path are no placeholders. */
function objectiveOf(program: FoundProgram, question: string): CommandObjective {
  const command = wordsOf(program, question).map(word => word.replaceAll(/[{}]/g, '$&$&'))
  return commandObjectiveSchema.parse({ command, directory: program.folder })
}
