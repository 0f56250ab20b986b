import { isObject } from './json.ts'
import { type Fact, fact } from './fact.ts'
import { type Problem, problemValue } from './problem.ts'
import { savesCheckpoints, withoutCheckpoints } from './checkpoint.ts'
import { checkSpaceRules } from './space-rules.ts'

/**
 * Rules of the study file beyond its schema; on raw input, like `space-rules.ts`.
 * @returns every broken rule
 */
export function checkSpecificationRules(raw: unknown): Problem[] {
  if (!isObject(raw)) return []
  return [
    ...checkName(raw['name']),
    ...checkObjective(raw['objective']),
    ...checkGoals(raw['goals']),
    ...checkConstraints(raw['constraints'], raw['goals']),
    ...checkSpaceRules(raw['space']),
    ...checkStop(raw),
    ...checkModelStop(raw),
    ...checkCheckpoints(raw),
    ...checkTaskSettings(raw),
  ]
}

/**
 * New studies only: a name is printed, and a control character in it could steer a terminal. It is no
 * rule of the schema, so that a database that holds such a name still opens.
 */
export function checkName(name: unknown): Problem[] {
  if (typeof name !== 'string' || !/[\p{Cc}\p{Bidi_Control}]/u.test(name)) return []
  return [{ path: ['name'], value: name, rule: fact('rule.noControlCharacters') }]
}

function checkObjective(objective: unknown): Problem[] {
  const kinds = ['task', 'function', 'command', 'module', 'external']
  if (!isObject(objective) || kinds.filter(kind => kind in objective).length < 2) return []
  return [
    {
      path: ['objective'],
      value: problemValue(objective),
      rule: fact('rule.exactlyOneOf', { names: kinds }),
    },
  ]
}

function checkGoals(goals: unknown): Problem[] {
  if (!Array.isArray(goals)) return []
  const metrics = goals.map((goal: unknown) => (isObject(goal) ? goal['metric'] : undefined))
  return metrics.flatMap((metric, index) =>
    typeof metric === 'string' && metrics.indexOf(metric) < index
      ? [{ path: ['goals', index, 'metric'], value: metric, rule: fact('rule.alreadyGoal') }]
      : [],
  )
}

/** A metric that is bounded twice, or both a goal and bounded, is a mistake or two studies in one. */
function checkConstraints(constraints: unknown, goals: unknown): Problem[] {
  if (!Array.isArray(constraints)) return []
  const goalMetrics = Array.isArray(goals) ? goals.map(metricOf) : []
  const metrics = constraints.map(metricOf)
  return constraints.flatMap((constraint: unknown, index) => {
    const metric = metrics[index]
    if (typeof metric !== 'string') return []
    const path = ['constraints', index, ...(typeof constraint === 'string' ? [] : ['metric'])]
    if (metrics.indexOf(metric) < index) {
      return [{ path, value: metric, rule: fact('rule.alreadyConstraint') }]
    }
    return goalMetrics.includes(metric)
      ? [{ path, value: metric, rule: fact('rule.goalOrConstraint') }]
      : []
  })
}

/** The metric of a goal or constraint; undefined where the schema has something to say. */
function metricOf(entry: unknown): unknown {
  return isObject(entry) ? entry['metric'] : entry
}

/** A grid ends by itself, and who asks from outside can stop asking; everything else needs to be told when. */
function checkStop({ stop, sampler, objective }: Readonly<Record<string, unknown>>): Problem[] {
  if (!isObject(stop)) return []
  if (isObject(sampler) && sampler['name'] === 'grid') return []
  if (isObject(objective) && 'external' in objective) return []
  const rules = ['trials', 'minutes', 'target', 'stagnation', 'epochs', 'regretBound', 'emmr']
  if (rules.some(rule => stop[rule] !== undefined)) return []
  return [
    {
      path: ['stop'],
      value: problemValue(stop),
      rule: fact('rule.needsStop', { names: rules }),
    },
  ]
}

/** What goes on from checkpoints needs some. */
function checkCheckpoints(raw: Readonly<Record<string, unknown>>): Problem[] {
  const { checkpoint, replicates, folds, pruner, sampler, objective } = raw
  const nameOf = (entry: unknown): unknown => (isObject(entry) ? entry['name'] : undefined)
  const pruning = nameOf(pruner) === 'promotion'
  const training = ['pbt', 'pb2'].includes(String(nameOf(sampler)))
  if (!pruning && !training) return []
  const path = pruning ? ['pruner', 'name'] : ['sampler', 'name']
  const value = problemValue(pruning ? nameOf(pruner) : nameOf(sampler))
  const problems: Problem[] = []
  const refuse = (rule: Fact): void => {
    problems.push({ path, value, rule })
  }
  if (pruning && training) refuse(fact('rule.populationEnds'))
  if (checkpoint === 'none' || (isObject(checkpoint) && checkpoint['atEnd'] === false)) {
    refuse(fact('rule.checkpointAtEnd'))
  }
  if (isObject(replicates) && replicates['count'] !== 1 && replicates['count'] !== undefined) {
    refuse(fact('rule.checkpointReplicates'))
  }
  if (folds !== 1 && folds !== undefined) {
    refuse(fact('rule.checkpointFolds'))
  }
  if (isObject(objective) && !savesCheckpoints(objective)) {
    refuse(withoutCheckpoints(objective))
  }
  return problems
}

/** Only the built-in tasks split rows, and only what they train can be asked for predictions. */
function checkTaskSettings(raw: Readonly<Record<string, unknown>>): Problem[] {
  const { objective } = raw
  if (!isObject(objective) || 'task' in objective) return []
  const rules = { folds: fact('rule.foldsOfTask'), ensemble: fact('rule.ensembleOfTask') }
  return Object.entries(rules).flatMap(([name, rule]) => {
    const value = raw[name]
    if (typeof value !== 'number' || value <= 1) return []
    return [{ path: [name], value, rule }]
  })
}

/** The models of these rules know one goal and nothing of constraints. */
function checkModelStop(raw: Readonly<Record<string, unknown>>): Problem[] {
  const { stop, goals, constraints } = raw
  if (!isObject(stop)) return []
  const several = Array.isArray(goals) && goals.length > 1
  const constrained = Array.isArray(constraints) && constraints.length > 0
  if (!several && !constrained) return []
  return ['regretBound', 'emmr']
    .filter(rule => stop[rule] !== undefined)
    .map(rule => ({
      path: ['stop', rule],
      value: problemValue(stop[rule]),
      rule: fact('rule.oneGoalUnconstrained'),
    }))
}
