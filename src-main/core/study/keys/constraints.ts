import { z } from 'zod'
import { msg } from '../../errors/message.ts'
import { broken, type Problem } from '../../errors/problem.ts'
import { isObject } from '../../values/json.ts'
import { constraintSchema } from '../constraints.ts'
import { type RawStudy, studyKey } from './study-key.ts'

export const constraintsKey = studyKey(
  z.array(constraintSchema).max(16).default([]).describe('option.study.constraints'),
  { layout: 'linePerEntry', rules: checkConstraints },
)

/** A metric that is bounded twice, or both a goal and bounded, is a mistake or two studies in one. */
function checkConstraints(constraints: unknown, { goals }: RawStudy): Problem[] {
  if (!Array.isArray(constraints)) return []
  const goalMetrics = Array.isArray(goals) ? goals.map(metricOf) : []
  const metrics = constraints.map(metricOf)
  return constraints.flatMap((constraint: unknown, index) => {
    const metric = metrics[index]
    if (typeof metric !== 'string') return []
    const path = ['constraints', index, ...(typeof constraint === 'string' ? [] : ['metric'])]
    if (metrics.indexOf(metric) < index) {
      return [broken(path, metric, msg('rule.alreadyConstraint'))]
    }
    return goalMetrics.includes(metric) ? [broken(path, metric, msg('rule.goalOrConstraint'))] : []
  })
}

/** The metric of a goal or constraint; undefined where the schema has something to say. */
function metricOf(entry: unknown): unknown {
  return isObject(entry) ? entry['metric'] : entry
}
