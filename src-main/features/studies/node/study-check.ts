import { executors } from '../../../running/executors/registry.ts'
import type { LogCircumstances } from '../../../core/study/log-problems.ts'
import { namedValues, ownValue } from '../../../core/values/named-values.ts'
import { z } from 'zod'
import { type JsonValue, isObject } from '../../../core/values/json.ts'
import { unknownName } from '../../../core/values/closest-name.ts'
import { constraintMetric } from '../../../core/study/constraints.ts'
import { isCostMetric } from '../../../core/trial/cost-metrics.ts'
import { type MessageDescriptor, msg } from '../../../core/errors/message.ts'
import {
  distinct,
  type ParsedSpecification,
  parseSpecification,
} from '../../../core/study/parse-specification.ts'
import { isUnknownKey, type Problem, problemValue } from '../../../core/errors/problem.ts'
import { getOrInsertComputed } from '../../../core/values/get-or-insert-computed.ts'
import { parseWithProblems } from '../../../core/errors/schema-problems.ts'
import {
  MAX_STUDY_BYTES,
  STUDY_BYTES_VARIABLE,
  studyBudgetProblem,
  studySizeProblem,
} from '../../../core/study/study-budget.ts'
import { raisedLimit } from '../../../core/study/raised-limit.ts'
import { checkSpaceRules } from '../../../core/study/space-rules.ts'
import {
  parameterSchema,
  type SpaceSpecification,
} from '../../../core/study/space-specification.ts'
import { goalSchema } from '../../../core/study/keys/goals.ts'
import {
  type StudySpecification,
  studySpecificationSchema,
} from '../../../core/study/study-specification.ts'
import { externalObjective, isExternal } from '../../../core/objectives/external/external.ts'
import { functionName } from '../../../core/objectives/function/function.ts'
import { kindOfObjective, objectiveKindNames } from '../../../core/objectives/registry.ts'
import { taskName, taskSettings as settingsOfTask } from '../../../core/objectives/task/task.ts'
import { type ModuleObjective, moduleObjectiveSchema } from '../../../core/study/user-code.ts'
import { readStudyText, type StudyFormat } from '../../../interop/study-file/read-study-text.ts'
import { checkPriors } from '../../../search/priors/check-priors.ts'
import { checkWarmStart } from '../../../search/earlier/with-earlier-trials.ts'
import { checkProposals } from '../../../search/proposals/proposal-settings.ts'
import { resolveOptions } from '../../../search/options.ts'
import { prunerContext, prunerMetrics } from '../../../search/pruner-metrics.ts'
import { noPruner } from '../../../search/pruners/none/none.ts'
import { pruners } from '../../../search/pruners/registry.ts'
import { samplers } from '../../../search/samplers/registry.ts'
import type { SamplerDefinition } from '../../../search/samplers/sampler.ts'
import { checkSearchRules } from '../../../search/study-rules.ts'
import { buildSpace } from '../../../search/space/build-space.ts'
import { checkFixed, fixParameters } from '../../../search/space/fix-parameters.ts'
import type { SearchSpace } from '../../../search/space/search-space.ts'
import { checkFunctionSpace } from '../../../training/objectives/function-objective.ts'
import {
  functionMetrics,
  functionSettingsSchema,
} from '../../../training/objectives/function-settings.ts'
import { checkExecutor } from '../../../running/executors/check-executor.ts'
import { checkUserCode } from './check-user-code.ts'
import type { Task } from '../../../training/tasks/task.ts'

/** The built-in training problems by name. */
export interface StudyCheckContext {
  readonly tasks: Readonly<Record<string, Task>>
  /** Whether another program evaluates the trials; a file that is to be run cannot say so. Default false. */
  readonly external?: boolean
  /** The space that a module exports, for a study file without one. */
  readonly moduleSpace?: JsonValue
}

export type CheckedStudy =
  | {
      readonly ok: true
      readonly specification: StudySpecification
      /** The study named no space, so that it searches its task's. */
      readonly usesTaskSpace: boolean
      /** Whether the file says nothing of how trials are validated either, so that its data may. */
      readonly leavesFolds: boolean
    }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * Checks the text of a study file against everything that is known without its data: syntax,
 * schema, rules, sampler, pruner, objective, metrics. All problems at once, in the order of the
 * text, each with line and column. After a syntax error nothing else is checked.
 */
export function checkStudyText(
  text: string,
  format: StudyFormat,
  context: StudyCheckContext,
): CheckedStudy {
  const size = studyTextProblem(text)
  if (size !== null) return { ok: false, problems: [size] }
  const study = readStudyText(text, format)
  if (study.syntax.length > 0) return { ok: false, problems: study.syntax }
  const over = studyBudgetProblem(study.raw)
  if (over !== null) {
    return { ok: false, problems: [{ ...over, ...study.locate(over.path, 'value') }] }
  }
  const checked = checkStudy(withModuleSpace(study.raw, context.moduleSpace), context)
  if (checked.ok && study.keys.length === 0) return checked
  const keys = new Set(study.keys.map(({ path }) => JSON.stringify(path)))
  const problems = (checked.ok ? [] : checked.problems)
    .filter(({ path }) => !keys.has(JSON.stringify(path)))
    .map(problem => ({
      ...problem,
      ...study.locate(problem.path, isUnknownKey(problem) ? 'key' : 'value'),
    }))
  return { ok: false, problems: [...study.keys, ...problems].sort(byPosition) }
}

/** Why a text is longer than a study file may be; null if it is not. */
function studyTextProblem(text: string): Problem | null {
  return studySizeProblem(Buffer.byteLength(text), studyByteLimit())
}

/** Bytes that a study file may have on this machine. */
export function studyByteLimit(): number {
  return raisedLimit(STUDY_BYTES_VARIABLE, MAX_STUDY_BYTES, process.env)
}

/** The module of a study file that leaves its space to it; null for every other file. */
export function moduleWithoutSpace(text: string, format: StudyFormat): ModuleObjective | null {
  if (studyTextProblem(text) !== null) return null
  const { raw } = readStudyText(text, format)
  if (!isObject(raw) || 'space' in raw) return null
  const objective = moduleObjectiveSchema.safeParse(raw['objective'])
  return objective.success ? objective.data : null
}

function withModuleSpace(raw: unknown, space: JsonValue | undefined): unknown {
  return isObject(raw) && !('space' in raw) && space !== undefined && space !== null
    ? { ...raw, space }
    : raw
}

/** A study of a task that names no space searches the one that a new study of that task starts with. */
function withTaskSpace(raw: unknown, { tasks }: StudyCheckContext): unknown {
  if (!isObject(raw) || 'space' in raw || !isObject(raw['objective'])) return raw
  const { task: name, ...taskSettings } = raw['objective']
  const task = typeof name === 'string' ? ownValue(tasks, name) : undefined
  const settings = task?.settingsSchema.safeParse(taskSettings)
  return task !== undefined && settings?.success === true
    ? { ...raw, space: task.defaultSpace(settings.data) }
    : raw
}

/** The same for a value that is not text, e.g. from a form; problems without lines. */
export function checkStudy(input: unknown, context: StudyCheckContext): CheckedStudy {
  const raw = withTaskSpace(input, context)
  const parsed = parseStudy(raw)
  const problems = distinct([
    ...(parsed.ok ? [] : parsed.problems.filter(({ path }) => !isLeftToTask(raw, path))),
    ...(isObject(raw)
      ? [...checkObjective(raw, context), ...checkExecutor(raw), ...checkSearch(raw)]
      : []),
  ])
  if (problems.length > 0 || !parsed.ok) return { ok: false, problems }
  return {
    ok: true,
    specification: withConditions(parsed.specification, context),
    usesTaskSpace: raw !== input,
    leavesFolds: raw !== input && leavesFolds(raw),
  }
}

/** The schema, and every rule that relates keys. */
function parseStudy(raw: unknown): ParsedSpecification {
  const parsed = parseSpecification(raw)
  const rules = checkSearchRules(raw)
  if (rules.length === 0) return parsed
  return { ok: false, problems: distinct([...(parsed.ok ? [] : parsed.problems), ...rules]) }
}

/** Whether a path is that of the space, which a task has by itself as soon as nothing else is wrong with it. */
function isLeftToTask(raw: unknown, path: Problem['path']): boolean {
  if (!isObject(raw) || 'space' in raw || path[0] !== 'space') return false
  return isObject(raw['objective']) && taskName(raw['objective']) !== null
}

function leavesFolds(raw: unknown): boolean {
  if (!isObject(raw) || ['folds', 'checkpoint', 'replicates'].some(key => key in raw)) return false
  // A search that goes on from checkpoints has no folds.
  const withFolds = parseStudy({ ...raw, folds: 2 })
  return withFolds.ok && isObject(raw['objective']) && !isSplit(raw['objective'])
}

/** Whether the objective says itself which rows validate. */
export function isSplit({ data }: Readonly<Record<string, unknown>>): boolean {
  return isObject(data) && data['validation'] !== undefined
}

/**
 * The space with the conditions of its task, so that points which train the same are the same. Where points, relations or
 * fixed values name parameters without them, it stays as it is.
 */
function withConditions(
  specification: StudySpecification,
  { tasks }: StudyCheckContext,
): StudySpecification {
  const { objective, space } = specification
  const task = ownValue(tasks, taskName(objective) ?? '')
  if (task?.conditions === undefined || namesValues(specification)) return specification
  return { ...specification, space: task.conditions(space) }
}

/** Whether points, relations or fixed values name parameters. */
function namesValues({ enqueue, relations, fix }: StudySpecification): boolean {
  return enqueue.length + relations.length + Object.keys(fix).length > 0
}

/** Whether anything beside the space names its parameters, so that their ranges have to stay. */
export function namesParameters(specification: StudySpecification): boolean {
  return namesValues(specification) || specification.currentConfiguration !== undefined
}

function logCircumstances({ parallelTrials = 1, executor }: RawStudy): LogCircumstances {
  const named = executors.find(
    ({ definition: { name, readsLogs } }) =>
      !readsLogs && isObject(executor) && Object.hasOwn(executor, name),
  )
  return {
    parallelTrials: Number(parallelTrials),
    remoteExecutor: named?.definition.name ?? null,
  }
}

/** The objective: its name, settings, metrics and space. */
function checkObjective(raw: RawStudy, context: StudyCheckContext): readonly Problem[] {
  const { tasks, external = false } = context
  const objective = raw['objective']
  if (isObject(objective) && isExternal(objective) && !external) {
    const rule = msg('rule.externalRuns')
    const { name } = externalObjective
    return [{ path: ['objective', name], value: problemValue(objective[name]), rule }]
  }
  if (!isObject(objective) || objectiveKindNames.filter(kind => kind in objective).length > 1)
    return []
  if (kindOfObjective(objective)?.isUserCode === true) {
    const space = validSpace(raw)
    return checkUserCode(objective, space, raw['instances'] !== undefined, logCircumstances(raw))
  }
  const name = taskName(objective)
  if (name !== null) {
    const taskSettings = settingsOfTask(objective)
    const task = Object.hasOwn(tasks, name) ? ownValue(tasks, name) : undefined
    if (task === undefined) {
      const rule = unknownName('task', name, Object.keys(tasks))
      return [{ path: ['objective', 'task'], value: problemValue(name), rule }]
    }
    const settings = parseWithProblems(task.settingsSchema, taskSettings, ['objective'])
    if (!settings.ok) return settings.problems
    const space = validSpace(raw)
    return [
      ...checkMetrics(
        raw,
        task.metrics(settings.value).map(metric => metric.name),
      ),
      ...refusedGoals(raw, task.unfitGoals?.(settings.value) ?? new Map()),
      ...(space === null ? [] : task.checkSpace(space, settings.value)),
    ]
  }
  if (functionName(objective) !== null) {
    const settings = parseWithProblems(functionSettingsSchema, objective, ['objective'])
    const metrics = functionMetrics(objective)
    const metricProblems = metrics.length === 0 ? [] : checkMetrics(raw, metrics)
    if (!settings.ok) return [...settings.problems, ...metricProblems]
    const space = validSpace(raw)
    return [...metricProblems, ...(space === null ? [] : checkFunctionSpace(space, settings.value))]
  }
  return []
}

/** Goals, constraints and the pruner name metrics that the objective reports. */
function checkMetrics(raw: RawStudy, metricNames: readonly string[]): Problem[] {
  const { goals, pruner, name } = studySpecificationSchema.shape
  const parsed = z.object({ goals, pruner, name: name.catch('') }).safeParse(raw)
  const looksAt = parsed.success ? prunerMetrics(parsed.data) : []
  const unknown = (metric: string): MessageDescriptor => unknownName('metric', metric, metricNames)
  const ofPruner = looksAt
    .filter(metric => !metricNames.includes(metric))
    .map(metric => ({ path: ['pruner'], value: metric, rule: unknown(metric) }))
  const named = ['goals', 'constraints'].flatMap(key => {
    const entries = ownValue(raw, key)
    if (!Array.isArray(entries)) return []
    return entries.flatMap((entry: unknown, index) => {
      const metric = isObject(entry) ? entry['metric'] : key === 'constraints' ? entry : undefined
      if (typeof metric !== 'string' || metric === '' || metricNames.includes(metric)) return []
      const path = [key, index, ...(isObject(entry) ? ['metric'] : [])]
      return [{ path, value: metric, rule: unknown(metric) }]
    })
  })
  return [...named, ...ofPruner]
}

function refusedGoals(
  raw: RawStudy,
  rules: ReadonlyMap<string, MessageDescriptor>,
): readonly Problem[] {
  const goals = z.array(goalSchema).safeParse(raw['goals']).data ?? []
  return goals.flatMap(({ metric }, index) => {
    const rule = rules.get(metric)
    return rule === undefined ? [] : [{ path: ['goals', index, 'metric'], value: metric, rule }]
  })
}

const knownLate = msg('rule.knownLate')

/** Sampler and pruner: names, options, and whether they can handle this study. */
function checkSearch(raw: RawStudy): readonly Problem[] {
  const { shape } = studySpecificationSchema
  const problems: Problem[] = []
  const goals = z.array(goalSchema).min(1).safeParse(raw['goals'])
  const sampler = shape.sampler.safeParse(raw['sampler'])
  if (sampler.success) {
    const resolved = resolveOptions('sampler', samplers, sampler.data)
    const space = searchedSpaceOf(raw)
    if (!resolved.ok) {
      problems.push(...resolved.problems)
    } else if (space !== null && goals.success) {
      const context = {
        space,
        goals: goals.data,
        constraints: shape.constraints.catch([]).parse(raw['constraints']).map(constraintMetric),
        parallelTrials: shape.parallelTrials.catch(1).parse(raw['parallelTrials']),
        seed: shape.seed.catch(0).parse(raw['seed']),
        trialBudget: shape.stop.safeParse(raw['stop']).data?.trials ?? null,
      }
      problems.push(...resolved.definition.check(resolved.options, context))
      const warmStart = shape.warmStart.catch([]).parse(raw['warmStart'])
      problems.push(...checkWarmStart(warmStart, goals.data, resolved.definition))
    }
    if (space !== null)
      problems.push(...checkPriorsOf(raw, space, resolved.ok ? resolved.definition : null))
  }
  problems.push(...checkFixedValues(raw), ...checkWishes(raw))
  const pruner = shape.pruner.safeParse(raw['pruner'])
  if (pruner.success) {
    const resolved = resolveOptions('pruner', pruners, pruner.data)
    const first = goals.data?.[0]
    if (!resolved.ok) problems.push(...resolved.problems)
    else if (
      resolved.definition.name !== noPruner.name &&
      first !== undefined &&
      isCostMetric(first.metric)
    ) {
      problems.push({ path: ['goals', 0, 'metric'], value: first.metric, rule: knownLate })
    } else if (goals.success) {
      const name = shape.name.catch('').parse(raw['name'])
      const context = prunerContext({ name, goals: goals.data })
      problems.push(...resolved.definition.check(resolved.options, context))
      const late = resolved.definition.metrics?.(resolved.options, context).filter(isCostMetric)
      for (const value of late ?? []) problems.push({ path: ['pruner'], value, rule: knownLate })
    }
  }
  return problems
}

/** @param sampler null: unknown */
function checkPriorsOf(
  raw: RawStudy,
  space: SearchSpace,
  sampler: SamplerDefinition | null,
): readonly Problem[] {
  const { currentConfiguration } = studySpecificationSchema.shape
  const able = Object.values(samplers).filter(({ usesPriors }) => usesPriors === true)
  const names = able.map(({ name }) => name)
  const wishes = {
    currentConfiguration: currentConfiguration.catch(undefined).parse(raw['currentConfiguration']),
  }
  return checkPriors(wishes, space, sampler, names)
}

/** Relations and points to try first; what the schema refuses is left out, as is what may not be fixed. */
function checkWishes(raw: RawStudy): readonly Problem[] {
  const { relations, enqueue, duplicates, seed } = studySpecificationSchema.shape
  const space = validSpace(raw)
  if (space === null) return []
  const wishes = {
    space,
    relations: relations.catch([]).parse(raw['relations']),
    enqueue: enqueue.catch([]).parse(raw['enqueue']),
    duplicates: duplicates.catch('allow').parse(raw['duplicates']),
    seed: seed.catch(0).parse(raw['seed']),
  }
  const wrong = new Set(checkFixedValues(raw).map(({ path }) => path[1]))
  const fix = Object.entries(fixedValues(raw)).filter(([name]) => !wrong.has(name))
  return checkProposals(wishes, fixParameters(buildSpace(space), Object.fromEntries(fix)))
}

/** Values at which parameters are held; what the schema refuses is left out. */
function checkFixedValues(raw: RawStudy): readonly Problem[] {
  const space = validSpace(raw)
  return space === null ? [] : checkFixed(fixedValues(raw), buildSpace(space))
}

function fixedValues(raw: RawStudy): StudySpecification['fix'] {
  return studySpecificationSchema.shape.fix.catch({}).parse(raw['fix'])
}

/** The space that is searched, if nothing is wrong with it and with what is fixed. */
function searchedSpaceOf(raw: RawStudy): SearchSpace | null {
  const space = validSpace(raw)
  if (space === null || checkFixedValues(raw).length > 0) return null
  return fixParameters(buildSpace(space), fixedValues(raw))
}

/** The search space if nothing is wrong with it by itself. */
function validSpace(raw: RawStudy): SpaceSpecification | null {
  return getOrInsertComputed(validSpaces, raw, () => {
    const space = namedValues(parameterSchema).safeParse(raw['space'])
    return space.success && checkSpaceRules(raw['space']).length === 0 ? space.data : null
  })
}

/** Nearly every check asks for it, and a large space takes a while. */
const validSpaces = new WeakMap<RawStudy, SpaceSpecification | null>()

type RawStudy = Readonly<Record<string, unknown>>

function byPosition(a: Problem, b: Problem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)
}
