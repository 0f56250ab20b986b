import type { ObjectiveDescription } from '../../contract/api/rows.ts'
import { isAppError } from '../../contract/errors.ts'
import { problemValue } from '../../contract/problem.ts'
import { parseWithProblems } from '../../contract/schema-problems.ts'
import type { SpaceSpecification } from '../../contract/space-specification.ts'
import type { StudySpecification } from '../../contract/study-specification.ts'
import { prepareDataset } from '../../runner/ingest-client.ts'
import { defaultFunctionSpace } from '../../training/objectives/function-objective.ts'
import {
  defineFunction,
  functionSettingsSchema,
} from '../../training/objectives/function-settings.ts'
import { tasks } from '../../training/tasks/registry.ts'
import { checkUserCode } from '../check-user-code.ts'

type Objective = Readonly<Record<string, unknown>>

/**
 * Describes the objectives that a form is filled in with, one after the other: a newer one ends the reading of the data of
 * the one before.
 * @param directories where relative names of data files start, and where prepared data lie
 */
export function createObjectiveDescriber(directories: {
  readonly study: string
  readonly cache: string
}): (objective: Objective) => Promise<ObjectiveDescription> {
  let reading = new AbortController()
  return async objective => {
    reading.abort()
    reading = new AbortController()
    const described = describeObjective(objective)
    const space = described.ok ? await spaceOfData(objective, directories, reading.signal) : {}
    return described.ok ? { ...described, space: { ...space, ...described.space } } : described
  }
}

/** What the data add to the space of their task; nothing while they cannot be read, as when a name is half typed. */
async function spaceOfData(
  objective: Objective,
  directories: { readonly study: string; readonly cache: string },
  signal: AbortSignal,
): Promise<SpaceSpecification> {
  const { task: name, ...rest } = objective
  const task = typeof name === 'string' ? tasks[name] : undefined
  if (task?.dataSpace === undefined) return {}
  try {
    const prepared = await prepareDataset({
      objective: objective as StudySpecification['objective'],
      studyDirectory: directories.study,
      cacheDirectory: directories.cache,
      signal,
    })
    if (prepared === null) return {}
    return task.dataSpace(task.settingsSchema.parse(rest), task.inputs(prepared.manifest))
  } catch (error) {
    if (isAppError(error)) return {}
    throw error
  }
}

/** Metrics and a space to start from, for the `objective` of a study file, as far as they need no data. */
function describeObjective(objective: Objective): ObjectiveDescription {
  if ('command' in objective || 'module' in objective) return describeProgram(objective)
  if ('function' in objective) {
    const settings = parseWithProblems(functionSettingsSchema, objective, ['objective'])
    if (!settings.ok) return settings
    const { metrics, objectives } = defineFunction(settings.value)
    return {
      ok: true,
      // Constraints are metrics too, but nothing to aim at.
      metrics: metrics
        .slice(0, objectives)
        .map(metric => ({ metric, direction: 'minimize' as const })),
      space: defaultFunctionSpace(settings.value),
    }
  }
  const { task: name, ...rest } = objective
  const task = typeof name === 'string' && Object.hasOwn(tasks, name) ? tasks[name] : undefined
  if (task === undefined) {
    const rule = `must be one of ${Object.keys(tasks).join(', ')}`
    return {
      ok: false,
      problems: [{ path: ['objective', 'task'], value: problemValue(name), rule }],
    }
  }
  const settings = parseWithProblems(task.settingsSchema, rest, ['objective'])
  if (!settings.ok) return settings
  return {
    ok: true,
    metrics: task
      .metrics(settings.value)
      .map(({ name: metric, direction }) => ({ metric, direction })),
    space: task.defaultSpace(settings.value),
  }
}

/** Nothing is run to find out: a usual goal and a space to start from. */
function describeProgram(objective: Objective): ObjectiveDescription {
  const problems = checkUserCode(objective, null)
  if (problems.length > 0) return { ok: false, problems }
  return {
    ok: true,
    metrics: [{ metric: 'loss', direction: 'minimize' }],
    space: { learningRate: { float: [1e-4, 0.1], log: true } },
  }
}
