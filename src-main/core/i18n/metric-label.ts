import { taskName } from '../objectives/task/task.ts'
import type { Message, MessageKey, MessageValue, MessageValues } from './message.ts'
import type { Translate } from './translate.ts'

type Objective = Parameters<typeof taskName>[0]

/** A goal with what its metric is called; absent: its name. */
export interface GoalName {
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

function isList(value: MessageValue): value is Extract<MessageValue, readonly unknown[]> {
  return Array.isArray(value)
}

/** Values of texts that name metrics. */
const METRIC_VALUES: ReadonlySet<string> = new Set(['metric', 'metrics'])

/**
 * Texts about one study: metrics that they name, also inside of stored reasons, are called as {@link metricLabel} calls them.
 * @param objective of the study; null where nothing is known of it
 */
export function inMetricWords(t: Translate, objective: Objective | null): Translate {
  if (objective === null || taskName(objective) === null) return t
  const partInWords = <Part extends Exclude<MessageValue, readonly unknown[]>>(
    name: string,
    part: Part,
  ): Part | string | Message => {
    if (typeof part === 'string')
      return METRIC_VALUES.has(name) ? metricLabel(part, objective, t) : part
    return typeof part === 'object' && part !== null ? inWords(part) : part
  }
  const valueInWords = (name: string, value: MessageValue): MessageValue =>
    isList(value) ? value.map(part => partInWords(name, part)) : partInWords(name, value)
  const valuesInWords = (values: MessageValues): MessageValues =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        value === undefined ? value : valueInWords(name, value),
      ]),
    )
  const inWords = (message: Message): Message => {
    const { code, values } = message
    if (values === undefined) return message
    // The rule of a metric, where several judge a trial.
    const rule = code === 'reason.named' ? values['name'] : undefined
    const named = typeof rule === 'string' ? { name: metricLabel(rule, objective, t) } : {}
    return { code, values: { ...valuesInWords(values), ...named } }
  }
  return Object.assign(
    (key: MessageKey, values?: MessageValues) =>
      t(key, values === undefined ? values : valuesInWords(values)),
    {
      language: t.language,
      format: (message: Message) => t.format(inWords(message)),
      has: t.has,
    },
  )
}
