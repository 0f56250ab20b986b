import { z } from 'zod'
import { msg } from '../../errors/message.ts'
import { broken, type Problem } from '../../errors/problem.ts'
import { isObject } from '../../values/json.ts'
import { studyKey } from './study-key.ts'

export const goalSchema = z.strictObject({
  // Names stand in lines of the terminal and in heads of tables.
  metric: z
    .string()
    .min(1)
    .regex(/^[^\r\n]*$/)
    .describe('option.study.metric'),
  direction: z.enum(['minimize', 'maximize']),
})

export const goalsKey = studyKey(z.array(goalSchema).min(1).max(8).describe('option.study.goals'), {
  layout: 'linePerEntry',
  rules: checkGoals,
})

function checkGoals(goals: unknown): Problem[] {
  if (!Array.isArray(goals)) return []
  const metrics = goals.map((goal: unknown) => (isObject(goal) ? goal['metric'] : undefined))
  return metrics.flatMap((metric, index) =>
    typeof metric === 'string' && metrics.indexOf(metric) < index
      ? [broken(['goals', index, 'metric'], metric, msg('rule.alreadyGoal'))]
      : [],
  )
}
