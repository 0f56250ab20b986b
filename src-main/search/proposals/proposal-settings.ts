import { msg } from '../../core/errors/message.ts'
import { type Problem, problemValue } from '../../core/errors/problem.ts'
import { parseRelation, type Relation } from '../../core/study/relation.ts'
import { checkRelations, relatableNames } from '../../core/study/relation-rules.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import type { Assignment } from '../../core/trial/trial.ts'
import { createRandomStream } from '../../math/random/stream.ts'
import { assignmentProblems } from '../space/conditions.ts'
import type { SearchSpace } from '../space/search-space.ts'
import { brokenRelations, checkEnqueuedPoints } from './enqueued-points.ts'
import type { ProposerSettings } from './proposer.ts'
import { MAX_DRAWS, repairPoint } from './draws.ts'

/** The parts of a study file that stand between its sampler and its trials. */
type Wishes = Pick<StudySpecification, 'space' | 'relations' | 'duplicates' | 'seed'> & {
  readonly enqueue: readonly Assignment[]
}

/** Of a study without problems in these parts. */
export function proposerSettings(
  { space: specification, relations, enqueue, duplicates, seed }: Wishes,
  space: SearchSpace,
): ProposerSettings {
  const names = relatableNames(specification)
  return { space, relations: parsed(relations, names), enqueue, duplicates, seed }
}

/** Everything wrong with them, given a space without problems. */
export function checkProposals(wishes: Wishes, space: SearchSpace): Problem[] {
  const problems = checkRelations(wishes.relations, wishes.space)
  const relations = problems.length > 0 ? [] : proposerSettings(wishes, space).relations
  problems.push(...checkEnqueuedPoints(wishes.enqueue, space, relations))
  const random = createRandomStream({ seed: wishes.seed, number: 0, purpose: 'relation check' })
  if (relations.length > 0 && repairPoint({}, space, relations, random) === null) {
    const rule = msg('rule.noPoint', { draws: MAX_DRAWS })
    problems.push({ path: ['relations'], value: problemValue(wishes.relations), rule })
  }
  return problems
}

/** Problems of a point that a person wants to be tried; paths hold the parameter's name. */
export function checkQueuedPoint(
  point: Assignment,
  { space: specification, relations }: Pick<StudySpecification, 'space' | 'relations'>,
  space: SearchSpace,
): Problem[] {
  const problems = assignmentProblems(space, point)
  if (problems.length > 0) return problems
  return brokenRelations(parsed(relations, relatableNames(specification)), point)
}

function parsed(relations: readonly string[], names: readonly string[]): Relation[] {
  return relations.flatMap(text => {
    const result = parseRelation(text, names)
    return result.ok ? [result.relation] : []
  })
}
