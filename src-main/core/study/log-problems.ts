import { msg } from '../errors/message.ts'
import type { Problem } from '../errors/problem.ts'
import { metricLogNames } from '../metric-logs/metric-logs.ts'
import { placeholdersIn } from './command-template.ts'
import type { CommandObjective } from './user-code.ts'

/** Placeholders that no two trials at the same time fill alike. */
export const trialPlaceholders: ReadonlySet<string> = new Set([
  'trial',
  'slot',
  'trialDirectory',
  'checkpointDirectory',
  'resultsFile',
  'parametersFile',
])

export interface LogCircumstances {
  readonly parallelTrials: number
  /** The executor of the study, where its machines keep what programs write. */
  readonly remoteExecutor: string | null
}

/** What is wrong with the logs that a command names; nothing for metrics from elsewhere. */
export function logProblems(
  { metrics, command, environment, serves }: CommandObjective,
  { parallelTrials, remoteExecutor }: LogCircumstances,
): Problem[] {
  if (metrics.from !== 'logs') return []
  const path = ['objective', 'metrics']
  if (remoteExecutor !== null) {
    const rule = msg('rule.logsHere', { executor: remoteExecutor })
    return [{ path: [...path, 'from'], value: 'logs', rule }]
  }
  const { logs = [] } = metrics
  const wrongKinds = logs.flatMap((source, at): Problem[] =>
    Object.keys(source).length === 1
      ? []
      : [
          {
            path: [...path, 'logs', at],
            value: Object.keys(source).join(', '),
            rule: msg('rule.logKind', { kinds: metricLogNames }),
          },
        ],
  )
  if (wrongKinds.length > 0 || parallelTrials <= 1) return wrongKinds
  const words = [...(typeof command === 'string' ? [] : command), ...Object.values(environment)]
  const isOfTrial = (text: string): boolean =>
    placeholdersIn(text).some(name => trialPlaceholders.has(name))
  if (metrics.logs === undefined) {
    if (!serves && words.some(isOfTrial)) return []
    const rule = msg('rule.logsOfTrial', { placeholder: '{trialDirectory}' })
    return [{ path: [...path, 'from'], value: 'logs', rule }]
  }
  return logs.flatMap((source, at) =>
    Object.entries(source)
      .filter(([, pattern]) => !isOfTrial(String(pattern)))
      .map(([kind, pattern]) => ({
        path: [...path, 'logs', at, kind],
        value: String(pattern),
        rule: msg('rule.logsOfTrial', { placeholder: '{trialDirectory}' }),
      })),
  )
}
