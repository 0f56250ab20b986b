import { isObject } from '../values/json.ts'
import { fact } from '../errors/fact.ts'
import { broken, type Problem } from '../errors/problem.ts'
import { savesCheckpoints, withoutCheckpoints } from '../trial/checkpoint.ts'
import { gpuPlaces } from '../machine/gpus.ts'
import { cutsTrainings } from './trainings.ts'
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
    ...checkWholeSteps(raw),
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
  const kinds = ['task', 'function', 'command', 'module', 'external']
  if (!isObject(objective) || kinds.filter(kind => kind in objective).length < 2) return []
  return [broken(['objective'], objective, fact('rule.exactlyOneOf', { names: kinds }))]
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

/** A grid ends by itself, and who asks from outside can stop asking; everything else needs to be told when. */
function checkStop({ stop, sampler, objective }: Readonly<Record<string, unknown>>): Problem[] {
  if (!isObject(stop)) return []
  if (isObject(sampler) && sampler['name'] === 'grid') return []
  if (isObject(objective) && 'external' in objective) return []
  const rules = ['trials', 'minutes', 'target', 'stagnation', 'epochs', 'regretBound', 'emmr']
  if (rules.some(rule => stop[rule] !== undefined)) return []
  return [broken(['stop'], stop, fact('rule.needsStop', { names: rules }))]
}

/** A search that goes on from checkpoints needs some. */
function checkCheckpoints(raw: Readonly<Record<string, unknown>>): Problem[] {
  const { checkpoint, replicates, folds, instances, pruner, sampler, objective, executor } = raw
  const nameOf = (entry: unknown): unknown => (isObject(entry) ? entry['name'] : undefined)
  const pruning = nameOf(pruner) === 'promotion'
  const byIncrements = isObject(sampler) && cutsTrainings(sampler)
  const training = byIncrements || ['pbt', 'pb2'].includes(String(nameOf(sampler)))
  if (!pruning && !training) return []
  const path = [pruning ? 'pruner' : 'sampler', 'name']
  const value = pruning ? nameOf(pruner) : nameOf(sampler)
  const count = isObject(replicates) ? (replicates['count'] ?? 1) : 1
  const endsWithout = isObject(checkpoint) && checkpoint['atEnd'] === false
  const reason =
    isObject(objective) && !savesCheckpoints(objective) && withoutCheckpoints(objective)
  const rules = [
    pruning && training && fact('rule.populationEnds'),
    (checkpoint === 'none' || endsWithout) && fact('rule.checkpointAtEnd'),
    count !== 1 && fact('rule.checkpointReplicates'),
    (folds ?? 1) !== 1 && fact('rule.checkpointFolds'),
    instances !== undefined && fact('rule.checkpointInstances'),
    isObject(executor) && 'queue' in executor && fact('rule.checkpointElsewhere'),
    reason !== false && (byIncrements ? fact('rule.freezeThawIncrements', { reason }) : reason),
  ]
  return rules.filter(rule => rule !== false).map(rule => broken(path, value, rule))
}

/** A training that ends before it is whole would wait for its next increment for ever. */
function checkWholeSteps({
  sampler,
  objective,
  space,
}: Readonly<Record<string, unknown>>): Problem[] {
  if (!isObject(sampler) || sampler['name'] !== 'freezeThaw' || !isObject(objective)) return []
  const { steps } = sampler
  if (typeof steps !== 'number') return []
  if ('function' in objective) {
    const { steps: whole } = objective
    if (typeof whole !== 'number' || steps === whole) return []
    return [broken(['sampler', 'steps'], steps, fact('rule.wholeSteps', { steps: whole }))]
  }
  const epochs = isObject(space) ? space['epochs'] : undefined
  if (!('task' in objective) || !isObject(epochs)) return []
  if (!('fixed' in epochs)) {
    return [broken(['space', 'epochs'], epochs, fact('rule.wholeEpochs', { steps }))]
  }
  const { fixed } = epochs
  if (steps === fixed) return []
  return [broken(['sampler', 'steps'], steps, fact('rule.wholeSteps', { steps: Number(fixed) }))]
}

/** Only the built-in tasks split rows, and only what they train can be asked for predictions. */
function checkTaskSettings(raw: Readonly<Record<string, unknown>>): Problem[] {
  const { objective } = raw
  if (!isObject(objective) || 'task' in objective) return []
  const rules = { folds: fact('rule.foldsOfTask'), ensemble: fact('rule.ensembleOfTask') }
  return Object.entries(rules).flatMap(([name, rule]) => {
    const value = raw[name]
    return typeof value === 'number' && value > 1 ? [broken([name], value, rule)] : []
  })
}

/**
 * Only programs and modules can be told of an instance; a text that comes twice would count twice. A pruner would judge a
 * trial by its first instance alone.
 */
function checkInstances(raw: Readonly<Record<string, unknown>>): Problem[] {
  const { instances, objective, replicates, pruner, space } = raw
  if (!Array.isArray(instances)) return []
  const isTold = isObject(objective) && ('command' in objective || 'module' in objective)
  const value = isObject(replicates) ? (replicates['value'] ?? 'mean') : 'mean'
  const prunes = isObject(pruner) && pruner['name'] !== 'none'
  const instanceProblems = [
    ...(isTold ? [] : [broken(['instances'], instances, fact('rule.instancesOfPrograms'))]),
    ...(value === 'mean'
      ? []
      : [broken(['replicates', 'value'], value, fact('rule.instancesMean'))]),
    ...(prunes ? [broken(['pruner', 'name'], pruner['name'], fact('rule.instancesPruner'))] : []),
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

/** Shares and whole GPUs; a task trains on one, Slurm has options of its own, and a set names what is here. */
function checkGpus({ gpus, objective, executor }: Readonly<Record<string, unknown>>): Problem[] {
  if (gpus === undefined) return []
  const kind = isObject(objective) ? objective : {}
  const machines = isObject(executor) && Array.isArray(executor['ssh']) ? executor['ssh'] : []
  const number = typeof gpus === 'number' ? gpus : null
  const largest = Array.isArray(gpus) ? Math.max(...gpus.map(sizeOf)) : (number ?? 1)
  const rules = [
    number !== null && number > 1 && !Number.isInteger(number) && fact('rule.gpusWhole'),
    'task' in kind && largest > 1 && fact('rule.gpusOfTask'),
    ('function' in kind || 'external' in kind) && fact('rule.gpusOfFunction'),
    kind['slurm'] !== undefined && fact('rule.gpusSlurm'),
    Array.isArray(gpus) && machines.length > 0 && fact('rule.gpuSetsHere'),
  ]
  const gpuProblems = rules.filter(rule => rule !== false).map(rule => broken(['gpus'], gpus, rule))
  if (gpuProblems.length > 0 || number === null) return gpuProblems
  return machines.flatMap((machine: unknown, index) => {
    if (!isObject(machine)) return []
    const { gpus: count = 0, slots = 1 } = machine
    if (typeof count !== 'number' || typeof slots !== 'number') return []
    const places = gpuPlaces(count, number)
    const path = ['executor', 'ssh', index, 'slots']
    return slots > places ? [broken(path, slots, fact('rule.gpuPlaces', { places }))] : []
  })
}

function sizeOf(set: unknown): number {
  return Array.isArray(set) ? set.length : 1
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
    .map(rule => broken(['stop', rule], stop[rule], fact('rule.oneGoalUnconstrained')))
}
