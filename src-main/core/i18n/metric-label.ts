import { taskName } from '../objectives/task/task.ts'
import type { Translate } from './translate.ts'

type Objective = Parameters<typeof taskName>[0]

/** A goal with what its metric is called; absent: its name. */
interface GoalName {
  readonly metric: string
  readonly label?: string | undefined
}

/**
 * What a metric is called in words: `validation RMSE` for `validationRmse`, where a training task reports it. The metrics of a
 * person's program or function, and those without words, have their name alone, which is also what study files and filters take.
 * @param objective of the study; null where nothing is known of it
 */
export function metricLabel(name: string, objective: Objective | null, t: Translate): string {
  if (objective === null || taskName(objective) === null) return name
  const whole = `metricLabel.${name}`
  if (t.has(whole)) return t(whole)
  const [, split, measure = ''] = /^(validation|test|train)([A-Z]\w*)$/.exec(name) ?? []
  const key = `metricLabel.measure.${measure}`
  return split !== undefined && t.has(key)
    ? t(`metricLabel.${split as 'validation' | 'test' | 'train'}`, { measure: t(key) })
    : name
}

export function labeledGoal<Goal extends { readonly metric: string }>(
  goal: Goal,
  objective: Objective | null,
  t: Translate,
): Goal & { readonly label: string } {
  return { ...goal, label: metricLabel(goal.metric, objective, t) }
}

/** What a goal is called in charts and sentences. */
export function goalLabel({ metric, label = metric }: GoalName): string {
  return label
}
