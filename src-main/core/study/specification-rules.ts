import { isObject } from '../values/json.ts'
import { fact } from '../errors/fact.ts'
import { broken, type Problem } from '../errors/problem.ts'
import { objectiveKindNames } from '../objectives/objective-kind.ts'
import { kindOfObjective } from '../objectives/registry.ts'
import { checkSpaceRules } from './space-rules.ts'

/**
 * Rules of the study file beyond its schema; on raw input, like `space-rules.ts`. Those that depend on its sampler, pruner
 * and stop rules are in `search/study-rules.ts`.
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
    ...checkTaskSettings(raw),
    ...checkInstances(raw),
    ...checkRace(raw),
    ...checkGpus(raw),
  ]
}

/**
 * New studies only: a name is printed, and a control character in it could steer a terminal. It is no
 * rule of the schema, so that a database that holds such a name still opens.
 */
export function checkName(name: unknown): Problem[] {
  if (typeof name !== 'string' || !/[\p{Cc}\p{Bidi_Control}]/u.test(name)) return []
  return [broken(['name'], name, fact('rule.noControlCharacters'))]
}

function checkObjective(objective: unknown): Problem[] {
  const names = [...objectiveKindNames]
  if (!isObject(objective) || names.filter(kind => kind in objective).length < 2) return []
  return [broken(['objective'], objective, fact('rule.exactlyOneOf', { names }))]
}

function checkGoals(goals: unknown): Problem[] {
  if (!Array.isArray(goals)) return []
  const metrics = goals.map((goal: unknown) => (isObject(goal) ? goal['metric'] : undefined))
  return metrics.flatMap((metric, index) =>
    typeof metric === 'string' && metrics.indexOf(metric) < index
      ? [broken(['goals', index, 'metric'], metric, fact('rule.alreadyGoal'))]
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
      return [broken(path, metric, fact('rule.alreadyConstraint'))]
    }
    return goalMetrics.includes(metric) ? [broken(path, metric, fact('rule.goalOrConstraint'))] : []
  })
}

/** The metric of a goal or constraint; undefined where the schema has something to say. */
function metricOf(entry: unknown): unknown {
  return isObject(entry) ? entry['metric'] : entry
}

/** Only the built-in tasks split rows, and only what they train can be asked for predictions. */
function checkTaskSettings(raw: Readonly<Record<string, unknown>>): Problem[] {
  const { objective } = raw
  if (!isObject(objective) || kindOfObjective(objective)?.splitsRows === true) return []
  const rules = { folds: fact('rule.foldsOfTask'), ensemble: fact('rule.ensembleOfTask') }
  return Object.entries(rules).flatMap(([name, rule]) => {
    const value = raw[name]
    return typeof value === 'number' && value > 1 ? [broken([name], value, rule)] : []
  })
}

/**
 * Only programs and modules can be told of an instance; a text that comes twice would count twice.
 */
function checkInstances(raw: Readonly<Record<string, unknown>>): Problem[] {
  const { instances, objective, replicates, space } = raw
  if (!Array.isArray(instances)) return []
  const isTold = isObject(objective) && kindOfObjective(objective)?.takesInstances === true
  const value = isObject(replicates) ? (replicates['value'] ?? 'mean') : 'mean'
  const instanceProblems = [
    ...(isTold ? [] : [broken(['instances'], instances, fact('rule.instancesOfPrograms'))]),
    ...(value === 'mean'
      ? []
      : [broken(['replicates', 'value'], value, fact('rule.instancesMean'))]),
    ...(isObject(space) && Object.hasOwn(space, 'instance')
      ? [broken(['space', 'instance'], 'instance', fact('rule.instancesName'))]
      : []),
  ]
  const texts = instances.flatMap((instance: unknown, index) => {
    const rules = [
      instances.indexOf(instance) < index && fact('rule.unique'),
      // It stands in arguments and variables, which cannot hold one.
      typeof instance === 'string' && instance.includes('\0') && fact('rule.noZeroCharacter'),
    ]
    return rules
      .filter(rule => rule !== false)
      .map(rule => broken(['instances', index], instance, rule))
  })
  return [...instanceProblems, ...texts]
}

/** A race compares the means of several trainings by one goal. */
function checkRace({
  race,
  goals,
  folds,
  instances,
  replicates,
}: Readonly<Record<string, unknown>>): Problem[] {
  if (!isObject(race)) return []
  const { count = 1, value = 'mean' } = isObject(replicates) ? replicates : {}
  const rules = [
    Array.isArray(goals) && goals.length > 1 && fact('rule.raceOneGoal'),
    (folds ?? 1) === 1 && count === 1 && instances === undefined && fact('rule.raceTrainings'),
    value !== 'mean' && fact('rule.raceMean'),
  ]
  return rules.filter(rule => rule !== false).map(rule => broken(['race'], race, rule))
}

/** Shares and whole GPUs; a task trains on one. What an executor adds to this, its definition says. */
function checkGpus({ gpus, objective }: Readonly<Record<string, unknown>>): Problem[] {
  if (gpus === undefined) return []
  const kind = isObject(objective) ? objective : {}
  const number = typeof gpus === 'number' ? gpus : null
  const largest = Array.isArray(gpus) ? Math.max(...gpus.map(sizeOf)) : (number ?? 1)
  const rules = [
    number !== null && number > 1 && !Number.isInteger(number) && fact('rule.gpusWhole'),
    'task' in kind && largest > 1 && fact('rule.gpusOfTask'),
    kindOfObjective(kind)?.usesNoGpu === true && fact('rule.gpusOfFunction'),
  ]
  return rules.filter(rule => rule !== false).map(rule => broken(['gpus'], gpus, rule))
}

function sizeOf(set: unknown): number {
  return Array.isArray(set) ? set.length : 1
}
