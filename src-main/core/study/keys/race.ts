import { z } from 'zod'
import { msg } from '../../errors/message.ts'
import { broken, type Problem } from '../../errors/problem.ts'
import { isObject } from '../../values/json.ts'
import { type RawStudy, studyKey } from './study-key.ts'

const raceSchema = z.strictObject({
  chance: z.number().min(1e-6).max(0.5).default(0.05).describe('option.race.chance'),
})

export const raceKey = studyKey(raceSchema.optional().describe('option.study.race'), {
  layout: 'oneLine',
  rules: checkRace,
})

/** A race compares the means of several trainings by one goal. */
function checkRace(race: unknown, { goals, folds, instances, replicates }: RawStudy): Problem[] {
  if (!isObject(race)) return []
  const { count = 1, value = 'mean' } = isObject(replicates) ? replicates : {}
  const rules = [
    Array.isArray(goals) && goals.length > 1 && msg('rule.raceOneGoal'),
    (folds ?? 1) === 1 && count === 1 && instances === undefined && msg('rule.raceTrainings'),
    value !== 'mean' && msg('rule.raceMean'),
  ]
  return rules.filter(rule => rule !== false).map(rule => broken(['race'], race, rule))
}
