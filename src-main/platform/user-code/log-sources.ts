import path from 'node:path'
import {
  type MetricLogName,
  metricLogNames,
  metricLogs,
} from '../../core/metric-logs/metric-logs.ts'
import type { StartMessage, UserTrial } from '../../core/processes/trainer-protocol.ts'
import { fillIn, placeholdersIn } from '../../core/study/command-template.ts'
import { trialPlaceholders } from '../../core/study/log-problems.ts'
import type { CommandObjective } from '../../core/study/user-code.ts'
import { ownValue } from '../../core/values/named-values.ts'
import { logPattern } from '../metric-logs/find-logs.ts'
import type { LogSource } from '../metric-logs/metric-logs.ts'
import type { AttemptFiles } from './attempt-files.ts'
import { templateVariables } from './command-environment.ts'

/**
 * Where the logs of one attempt are looked for; null where its metrics come from elsewhere.
 * @param directory where the program runs, absolute
 */
export function logSources(
  objective: CommandObjective,
  directory: string,
  start: Pick<StartMessage, 'parameters' | 'seed' | 'trialNumber' | 'untilStep'>,
  trial: UserTrial,
  files: AttemptFiles,
): LogSource[] | null {
  const { metrics } = objective
  if (metrics.from !== 'logs') return null
  const fill = (text: string): string | null =>
    fillIn(text, start.parameters, templateVariables(start, trial, files))
  if (metrics.logs !== undefined) {
    return metrics.logs.flatMap(source =>
      metricLogNames.flatMap(kind => {
        const pattern = ownValue(source, kind)
        const filled = pattern === undefined ? null : fill(pattern)
        return filled === null ? [] : [{ kind, pattern: logPattern(directory, filled) }]
      }),
    )
  }
  const ofTrial = foldersOfTrial(objective, fill).map(folder => path.resolve(directory, folder))
  const usual = [files.trialDirectory, ...(ofTrial.length > 0 ? ofTrial : [directory])]
  const folders = [...new Set([...usual, ...variableFolders(objective, directory, fill)])]
  return metricLogNames.flatMap((kind: MetricLogName) =>
    folders.flatMap(folder =>
      metricLogs[kind].usualPaths.map(pattern => ({ kind, pattern: logPattern(folder, pattern) })),
    ),
  )
}

/** Folders that the command names for this trial alone: what other trials write at the same time lies elsewhere. */
function foldersOfTrial(
  { command, environment }: CommandObjective,
  fill: (text: string) => string | null,
): string[] {
  const words = [...(typeof command === 'string' ? [] : command), ...Object.values(environment)]
  return words
    .filter(word => placeholdersIn(word).some(name => trialPlaceholders.has(name)))
    .flatMap(word => fill(word) ?? [])
    .map(word => withoutScheme(word.replace(/^-{1,2}[\w.-]+=/, '')))
    .filter(word => /[/\\]/.test(word))
}

/** Folders outside that libraries are told by variables. */
function variableFolders(
  { environment }: CommandObjective,
  directory: string,
  fill: (text: string) => string | null,
): string[] {
  return ['TRACKIO_DIR', 'WANDB_DIR', 'MLFLOW_TRACKING_URI'].flatMap(name => {
    const given = ownValue(environment, name) ?? process.env[name]
    const value = given === undefined ? null : fill(given)
    return value === null || /^https?:/.test(value)
      ? []
      : [path.resolve(directory, withoutScheme(value))]
  })
}

/** `file:///a/mlruns`, `sqlite:///a/mlflow.db`: of a database its folder. */
function withoutScheme(text: string): string {
  const [, scheme, file = text] = /^(file|sqlite):(?:\/\/)?(.*)$/.exec(text) ?? []
  return scheme === 'sqlite' ? path.dirname(file.replace(/^\/(?!\/)/, '')) : file
}
