import { costMetrics } from '../../../core/trial/cost-metrics.ts'
import { type MessageDescriptor, msg } from '../../../core/errors/message.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import { taskOf } from '../../../training/tasks/sketch-trial.ts'

/** Goals that seek the worst of a metric whose better side is known: allowed, and hardly ever meant. */
export function goalWarnings({ objective, goals }: StudySpecification): MessageDescriptor[] {
  const task = taskOf(objective)
  const natural = new Map<string, 'minimize' | 'maximize'>([
    ...costMetrics.map(name => [name, 'minimize'] as const),
    ...(task?.metrics(task.settingsSchema.parse(objective)) ?? []).map(
      ({ name, direction }) => [name, direction] as const,
    ),
  ])
  return goals.flatMap(({ metric, direction }) => {
    const usual = natural.get(metric)
    return usual === undefined || usual === direction
      ? []
      : [msg('rule.goalDirection', { metric, direction, usual })]
  })
}
