import process from 'node:process'
import type { StartMessage, UserTrial } from '../contract/trainer-protocol.ts'
import { fillIn, parameterVariable, type TemplateFacts } from '../contract/command-template.ts'
import type { CommandObjective } from '../contract/user-code.ts'
import { directoryVariable } from './kill-left-over.ts'
import type { AttemptFiles } from './attempt-files.ts'

/** What a command of one attempt is started with. */
export interface FilledCommand {
  readonly program: string
  readonly parameters: readonly string[]
  /** Only what the attempt adds to the environment of the machine where it runs. */
  readonly added: Readonly<Record<string, string>>
}

/** Fills a command in for one attempt. */
export function fillCommand(
  objective: CommandObjective,
  start: Pick<StartMessage, 'parameters' | 'seed' | 'trialNumber'>,
  trial: UserTrial,
  files: AttemptFiles,
): FilledCommand {
  const { parameters } = start
  const facts: TemplateFacts = {
    seed: String(start.seed),
    trial: String(start.trialNumber),
    attempt: trial.attempt,
    slot: String(trial.slot),
    study: trial.studyName,
    parametersFile: files.parameters,
    resultsFile: files.results,
    checkpointDirectory: files.checkpoints,
    trialDirectory: files.trialDirectory,
  }
  const added: Record<string, string> = {
    // Python keeps back what it prints into a pipe; metrics would all come at the end.
    PYTHONUNBUFFERED: '1',
    TUNEWRIGHT_STUDY: facts.study,
    TUNEWRIGHT_TRIAL: facts.trial,
    TUNEWRIGHT_ATTEMPT: facts.attempt,
    TUNEWRIGHT_SLOT: facts.slot,
    TUNEWRIGHT_SEED: facts.seed,
    TUNEWRIGHT_PARAMETERS: files.parameters,
    TUNEWRIGHT_RESULTS: files.results,
    TUNEWRIGHT_CHECKPOINTS: files.checkpoints,
    TUNEWRIGHT_STOP_FILE: files.stop,
    [directoryVariable]: files.trialDirectory,
  }
  for (const [name, value] of Object.entries(parameters)) {
    added[parameterVariable(name)] = String(value)
  }
  for (const [name, text] of Object.entries(objective.environment)) {
    const value = fillIn(text, parameters, facts)
    if (value !== null) added[name] = value
  }
  const { command } = objective
  if (typeof command === 'string') {
    return { program: '/bin/sh', parameters: ['-c', command], added }
  }
  const [program = '', ...rest] = command.flatMap(text => fillIn(text, parameters, facts) ?? [])
  return { program, parameters: rest, added }
}

/** The environment of this machine with what the attempt adds. */
export function localEnvironment(added: Readonly<Record<string, string>>): Record<string, string> {
  const own = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  return { ...Object.fromEntries(own), ...added }
}
