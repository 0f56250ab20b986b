import { ownValue } from '../../core/values/named-values.ts'
import { unknownName } from '../../core/values/closest-name.ts'
import { msg } from '../../core/errors/message.ts'
import { isObject } from '../../core/values/json.ts'
import { broken, type Problem } from '../../core/errors/problem.ts'
import { parseWithProblems } from '../../core/errors/schema-problems.ts'
import { kindOfObjective } from '../../core/objectives/registry.ts'
import { searchNeedingCheckpoints } from '../../search/study-rules.ts'
import type { ExecutorDefinition } from './common/executor-definition.ts'
import { defaultExecutor, executors } from './registry.ts'

type RawStudy = Readonly<Record<string, unknown>>
type Objective = Readonly<Record<string, unknown>>

/** Every broken rule of the key `executor`, and of other keys of a study that its executor cannot run; on raw input. */
export function checkExecutor(study: RawStudy): Problem[] {
  const { executor } = study
  // The schema has said what is wrong.
  if (!isObject(executor)) return []
  const names = executors.map(({ definition }) => definition.name)
  const unknown = Object.keys(executor).filter(name => !names.includes(name))
  if (unknown.length > 0) {
    return unknown.map(name => broken(['executor', name], name, unknownName('key', name, names)))
  }
  const named = executors
    .map(({ definition }) => definition)
    .filter(({ name }) => Object.hasOwn(executor, name))
  if (named.length === 0)
    return [broken(['executor'], executor, msg('rule.executorNone', { names }))]
  const parsed = named.map(definition => ({
    definition,
    result: parseWithProblems(definition.optionsSchema, ownValue(executor, definition.name), [
      'executor',
      definition.name,
    ]),
  }))
  const { objective } = study
  const checked = isObject(objective)
    ? parsed.flatMap(({ definition, result }) => {
        if (!result.ok) return result.problems
        return [
          ...checkObjective(definition, objective),
          ...checkSearch(definition, study),
          ...definition.check(result.value, { ...study, objective }),
        ]
      })
    : []
  const capacity = parsed.reduce(
    (sum, { definition, result }) =>
      sum + (result.ok ? definition.capacity(result.value) : Infinity),
    0,
  )
  return [...checkMixture(named), ...checked, ...checkParallelTrials(capacity, study)]
}

/** One executor; and this computer beside it where it allows that. */
function checkMixture(named: readonly ExecutorDefinition[]): Problem[] {
  const [first, ...others] = named.filter(definition => definition !== defaultExecutor.definition)
  const refused =
    first === undefined || named.length === 1
      ? []
      : others.length > 0
        ? others
        : first.mixesWithLocal
          ? []
          : [defaultExecutor.definition]
  return refused.map(({ name }) => {
    const rule = msg('rule.executorMixture', { other: first?.name ?? '' })
    return broken(['executor', name], name, rule)
  })
}

function checkObjective(definition: ExecutorDefinition, objective: Objective): Problem[] {
  const { name, supports, keepsProcesses, returnsCheckpoints } = definition
  const kind = kindOfObjective(objective)?.name
  const isSupported = kind === undefined || supports.includes(kind)
  return [
    ...(isSupported
      ? []
      : [
          broken(['executor', name], name, msg('rule.executorObjective', { names: [...supports] })),
        ]),
    ...(objective['serves'] === true && !keepsProcesses
      ? [broken(['objective', 'serves'], true, msg('rule.executorServes', { executor: name }))]
      : []),
    ...(objective['resumes'] === true && !returnsCheckpoints
      ? [
          broken(
            ['objective', 'resumes'],
            true,
            msg('rule.executorCheckpoints', { executor: name }),
          ),
        ]
      : []),
  ]
}

/** A search that continues trials from checkpoints needs them here. */
function checkSearch({ name, returnsCheckpoints }: ExecutorDefinition, study: RawStudy): Problem[] {
  const search = returnsCheckpoints ? null : searchNeedingCheckpoints(study)
  if (search === null) return []
  return [broken(search.path, search.value, msg('rule.executorCheckpoints', { executor: name }))]
}

function checkParallelTrials(capacity: number, { parallelTrials }: RawStudy): Problem[] {
  if (typeof parallelTrials !== 'number' || parallelTrials <= capacity) return []
  return [
    broken(['parallelTrials'], parallelTrials, msg('rule.executorSlots', { slots: capacity })),
  ]
}
