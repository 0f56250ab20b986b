import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { MessageKey } from '../src-main/core/i18n/message.ts'
import { createTranslate, type Translate } from '../src-main/core/i18n/translate.ts'
import { audioHyperparameters } from '../src-main/training/tasks/audio/hyperparameters.ts'
import { imageHyperparameters } from '../src-main/training/tasks/image/hyperparameters.ts'
import type {
  Hyperparameter,
  HyperparameterTable,
} from '../src-main/training/tasks/hyperparameter.ts'
import { tasks } from '../src-main/training/tasks/registry.ts'
import { tabularHyperparameters } from '../src-main/training/tasks/tabular/hyperparameters.ts'
import { textHyperparameters } from '../src-main/training/tasks/text/hyperparameters.ts'

export const tables: Readonly<Record<string, HyperparameterTable>> = {
  audio: audioHyperparameters,
  image: imageHyperparameters,
  tabular: tabularHyperparameters,
  text: textHyperparameters,
}

const table = { file: 'table.csv', target: 'y' }
const hypergradients = { mode: 'auto' }
/** Together these report every metric of a task. */
export const objectives: Readonly<Record<string, readonly unknown[]>> = {
  audio: [{ task: 'audio', data: { source: { folders: 'recordings' } } }],
  image: [{ task: 'image', data: { source: 'mnist' }, hypergradients }],
  tabular: [
    { task: 'tabular', data: table, hypergradients },
    { task: 'tabular', data: table, quantile: 0.5 },
  ],
  text: [{ task: 'text', data: { source: { folders: 'texts' } } }],
}

/**
 * The text of a hyperparameter or metric: that of the task where it has its own, else that of the name; one text serves
 * all numbered ones, `units1` … as `unitsN`.
 * @throws Error if the catalog has none
 */
export function textOf(
  t: Translate,
  area: 'hyperparameter' | 'metric',
  task: string,
  name: string,
): string {
  const keys = [`${task}.${name}`, name, name.replace(/\d+$/, 'N')].map(
    suffix => `${area}.${suffix}`,
  )
  const key = keys.find((candidate): candidate is MessageKey => t.has(candidate))
  if (key === undefined) throw new Error(`no text ${keys.join(' or ')}`)
  return t(key)
}

/** `docs/tasks.md`, from the tables that the tasks themselves read. */
export function buildTaskDocs(): string {
  const t = createTranslate('en')
  const sections = Object.entries(tasks).map(([name, task]) => {
    const reported = (objectives[name] ?? []).flatMap(objective =>
      task.metrics(task.settingsSchema.parse(objective)),
    )
    const metrics = new Map(reported.map(metric => [metric.name, metric])).values()
    return [
      `## \`${name}\``,
      '',
      '| hyperparameter | values | default | meaning |',
      '|---|---|---|---|',
      ...Object.entries(tables[name] ?? {}).map(
        ([parameter, definition]) =>
          `| \`${parameter}\` | ${range(definition)} | ${String(definition.default ?? '–')} | ${textOf(t, 'hyperparameter', name, parameter)} |`,
      ),
      '',
      '| metric | better | meaning |',
      '|---|---|---|',
      ...Array.from(metrics, metric => {
        const better = metric.direction === 'minimize' ? 'lower' : 'higher'
        return `| \`${metric.name}\` | ${better} | ${textOf(t, 'metric', name, metric.name)} |`
      }),
      '',
    ]
  })
  return [
    '# Tasks: hyperparameters and metrics',
    '',
    'Written by `npm run docs:tasks`; do not edit. A space may search any of these; what it leaves out takes the default.',
    'Which metrics a table has depends on whether its target is a class or a number; `holdoutLoss` comes with `hypergradients`.',
    '',
    ...sections.flat(),
  ].join('\n')
}

function range(definition: Hyperparameter): string {
  switch (definition.kind) {
    case 'float':
    case 'int':
      return `${definition.kind} ${definition.low} … ${definition.high}`
    case 'choice':
      return definition.values.join(', ')
    case 'boolean':
      return 'true, false'
  }
}

if (import.meta.main) {
  writeFileSync(path.join(import.meta.dirname, '../docs/tasks.md'), buildTaskDocs())
}
