import { setOwnValue } from '../../core/values/named-values.ts'
import process from 'node:process'
import type { StartMessage, UserTrial } from '../../core/processes/trainer-protocol.ts'
import { defined } from '../../core/values/json.ts'
import {
  fillIn,
  parameterVariable,
  type TemplateVariables,
} from '../../core/study/command-template.ts'
import type { CommandObjective } from '../../core/study/user-code.ts'
import { isStoreAlias, programFinder } from './find-programs.ts'
import { type Launch, launchShell, launchWords, requireFolder } from './windows-launch.ts'
import { startStepOf } from './attempt-state.ts'
import { directoryVariable } from './kill-left-over.ts'
import type { AttemptFiles } from './attempt-files.ts'
import { commandWords, shellLine } from '../../core/objectives/command/command.ts'

/** A command as one attempt starts it. */
export interface FilledCommand {
  readonly program: string
  readonly parameters: readonly string[]
  /** Only what the attempt adds to the environment of the machine where it runs. */
  readonly added: Readonly<Record<string, string>>
}

/** What a command and the paths of its logs can name, apart from parameters. */
export function templateVariables(
  start: Pick<StartMessage, 'seed' | 'trialNumber' | 'untilStep'>,
  trial: UserTrial,
  files: AttemptFiles,
): TemplateVariables {
  const { untilStep } = start
  const startStep =
    trial.continuation === undefined ? undefined : String(startStepOf({ userTrial: trial }))
  return {
    seed: String(start.seed),
    trial: String(start.trialNumber),
    attempt: trial.attempt,
    slot: String(trial.slot),
    study: trial.studyName,
    ...defined({ instance: trial.instance }),
    parametersFile: files.parameters,
    resultsFile: files.results,
    checkpointDirectory: files.checkpoints,
    trialDirectory: files.trialDirectory,
    ...(startStep === undefined ? {} : { startStep }),
    ...(untilStep === undefined ? {} : { untilStep: String(untilStep) }),
  }
}

/** Fills a command in for one attempt. */
export function fillCommand(
  objective: CommandObjective,
  start: Pick<StartMessage, 'parameters' | 'seed' | 'trialNumber' | 'untilStep'>,
  trial: UserTrial,
  files: AttemptFiles,
): FilledCommand {
  const { parameters, untilStep } = start
  const origin = trial.continuation?.origin ?? null
  const number = String(start.trialNumber)
  const variables = templateVariables(start, trial, files)
  const { startStep } = variables
  const added: Record<string, string> = {
    // Python keeps back what it prints into a pipe; metrics would all come at the end.
    PYTHONUNBUFFERED: '1',
    // Elsewhere it does so anyway; output is read as UTF-8.
    ...(process.platform === 'win32' ? { PYTHONUTF8: '1' } : {}),
    ...loggerVariables(objective),
    TUNEWRIGHT_STUDY: trial.studyName,
    TUNEWRIGHT_TRIAL: number,
    TUNEWRIGHT_ATTEMPT: trial.attempt,
    TUNEWRIGHT_SLOT: String(trial.slot),
    ...defined({ TUNEWRIGHT_INSTANCE: trial.instance }),
    TUNEWRIGHT_SEED: String(start.seed),
    TUNEWRIGHT_PARAMETERS: files.parameters,
    TUNEWRIGHT_TRIAL_FILE: files.trial,
    ...(startStep === undefined ? {} : { TUNEWRIGHT_START_STEP: startStep }),
    ...(untilStep === undefined ? {} : { TUNEWRIGHT_UNTIL_STEP: String(untilStep) }),
    ...(origin === null ? {} : { TUNEWRIGHT_ORIGIN: origin.mode }),
    TUNEWRIGHT_RESULTS: files.results,
    TUNEWRIGHT_CHECKPOINTS: files.checkpoints,
    TUNEWRIGHT_ARTIFACTS: files.artifacts,
    TUNEWRIGHT_STOP_FILE: files.stop,
    [directoryVariable]: files.trialDirectory,
  }
  for (const [name, value] of Object.entries(parameters)) {
    setOwnValue(added, parameterVariable(name), String(value))
  }
  for (const [name, text] of Object.entries(objective.environment)) {
    const value = fillIn(text, parameters, variables)
    if (value !== null) setOwnValue(added, name, value)
  }
  return { ...wordsOf(objective, parameters, variables), added }
}

/** Fills in a command whose process serves many trials: it names nothing of one. */
export function fillServing(objective: CommandObjective, study: string): FilledCommand {
  const added: Record<string, string> = {
    PYTHONUNBUFFERED: '1',
    ...(process.platform === 'win32' ? { PYTHONUTF8: '1' } : {}),
    ...loggerVariables(objective),
    TUNEWRIGHT_STUDY: study,
    TUNEWRIGHT_SERVES: '1',
  }
  for (const [name, text] of Object.entries(objective.environment)) {
    const value = fillIn(text, {}, { study })
    if (value !== null) setOwnValue(added, name, value)
  }
  return { ...wordsOf(objective, {}, { study }), added }
}

/** W&B keeps back what it writes for 15 s; metrics would come that late. */
function loggerVariables({ metrics }: CommandObjective): Record<string, string> {
  const name = 'WANDB_X_TRANSACTION_LOG_FLUSH_INTERVAL'
  return metrics.from === 'logs' ? { [name]: process.env[name] ?? '1' } : {}
}

function wordsOf(
  objective: CommandObjective,
  parameters: StartMessage['parameters'],
  variables: TemplateVariables,
): Pick<FilledCommand, 'program' | 'parameters'> {
  const line = shellLine(objective)
  if (line !== null) return { program: '/bin/sh', parameters: ['-c', line] }
  const [program = '', ...programArguments] = commandWords(objective).flatMap(
    text => fillIn(text, parameters, variables) ?? [],
  )
  return { program, parameters: programArguments }
}

/** The environment of this machine with what the attempt adds. */
export function localEnvironment(added: Readonly<Record<string, string>>): Record<string, string> {
  const definedVariables = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  return { ...Object.fromEntries(definedVariables), ...added }
}

/**
 * A filled command as this machine starts it.
 * @param directory where it runs
 * @throws AppError `command.notStarted` where Windows cannot start it
 */
export function localLaunch(
  objective: CommandObjective,
  { program, parameters, added }: FilledCommand,
  directory: string,
): Launch {
  if (process.platform !== 'win32') return { program, parameters }
  const line = shellLine(objective)
  const launch =
    line !== null
      ? launchShell(line, added)
      : launchWords([program, ...parameters], {
          find: programFinder(objective, directory),
          isStoreAlias,
        })
  requireFolder(launch, directory)
  return launch
}
