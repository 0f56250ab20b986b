import { readdir, readFile } from 'node:fs/promises'
import type { Catalogue, ObjectiveDescription, SampleStudy } from '../../contract/api/rows.ts'
import { engineNames } from '../../contract/engine.ts'
import type { Language } from '../../contract/i18n/language.ts'
import { problemValue } from '../../contract/problem.ts'
import { parseWithProblems } from '../../contract/schema-problems.ts'
import { studySpecificationSchema } from '../../contract/study-specification.ts'
import { pruners } from '../../search/pruners/registry.ts'
import { samplers } from '../../search/samplers/registry.ts'
import { defaultFunctionSpace } from '../../training/objectives/function-objective.ts'
import {
  defineFunction,
  functionNames,
  functionSettingsSchema,
} from '../../training/objectives/function-settings.ts'
import { tasks } from '../../training/tasks/registry.ts'
import { checkUserCode } from '../check-user-code.ts'
import { optionsJsonSchema } from '../study-json-schema.ts'

const samplesFolder = new URL('../../../resources/samples/', import.meta.url)

/** Everything that a study can be made of, with the schemas that forms are built from. */
export function describeCatalogue(): Catalogue {
  return {
    tasks: Object.values(tasks).map(({ name, settingsSchema }) => ({
      name,
      schema: optionsJsonSchema(settingsSchema),
    })),
    functions: functionNames,
    functionSchema: optionsJsonSchema(functionSettingsSchema),
    studySchema: optionsJsonSchema(studySpecificationSchema),
    samplers: Object.values(samplers).map(({ name, optionsSchema }) => ({
      name,
      schema: optionsJsonSchema(optionsSchema),
    })),
    pruners: Object.values(pruners).map(({ name, optionsSchema }) => ({
      name,
      schema: optionsJsonSchema(optionsSchema),
    })),
    engines: engineNames,
  }
}

/** Metrics and a space to start from, for the `objective` of a study file. */
export function describeObjective(
  objective: Readonly<Record<string, unknown>>,
): ObjectiveDescription {
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
function describeProgram(objective: Readonly<Record<string, unknown>>): ObjectiveDescription {
  const problems = checkUserCode(objective, null)
  if (problems.length > 0) return { ok: false, problems }
  return {
    ok: true,
    metrics: [{ metric: 'loss', direction: 'minimize' }],
    space: { learningRate: { float: [1e-4, 0.1], log: true } },
  }
}

/** The study files that come with the application; the comment at the head of each describes it. */
export async function listSamples(language: Language): Promise<SampleStudy[]> {
  const names = (await readdir(samplesFolder)).filter(name => name.endsWith('.yaml')).sort()
  return Promise.all(
    names.map(async name => {
      const source = await readFile(new URL(name, samplesFolder), 'utf8')
      return { name: name.replace(/\.yaml$/, ''), description: headOf(source, language), source }
    }),
  )
}

/** Comment lines before the first key; those that begin with `zh-CN:` are the Chinese ones. */
function headOf(source: string, language: Language): string {
  const lines = source.split('\n')
  const end = lines.findIndex(line => !line.startsWith('#'))
  const texts = lines.slice(0, end).map(line => line.replace(/^#\s*/, ''))
  const chinese = texts.filter(text => text.startsWith('zh-CN:'))
  if (language === 'zh-CN' && chinese.length > 0) {
    return chinese.map(text => text.replace(/^zh-CN:\s*/, '')).join('')
  }
  return texts.filter(text => !text.startsWith('zh-CN:')).join(' ')
}
