import { fact } from '../../../contract/fact.ts'
import { breaks } from '../../../contract/schema-problems.ts'
import { z } from 'zod'
import type { ParameterSpecification } from '../../../contract/space-specification.ts'
import { tableDataSchema, type TableProblem } from '../../../contract/data-settings.ts'
import { readTableSchema } from '../../data/dataset-schema.ts'
import { maxFeatures } from '../../data/table-preprocessing.ts'
import { metricDefinitions } from '../../metrics/metric-definitions.ts'
import { hypergradientSettingsSchema } from '../hypergradient/settings.ts'
import { createNetworkTask } from '../network-task.ts'
import type { MetricDefinition } from '../task.ts'
import { tabularHyperparameters } from './hyperparameters.ts'
import { loadTable } from './load-table.ts'
import { noCategoriesRule, tableNetwork } from './table-network.ts'

const settingsSchema = z
  .strictObject({
    task: z.literal('tabular').optional(),
    data: tableDataSchema,
    quantile: z.number().gt(0).lt(1).optional().describe('option.tabular.quantile'),
    hypergradients: hypergradientSettingsSchema.optional(),
  })
  .refine(
    ({ quantile, hypergradients }) => quantile === undefined || hypergradients === undefined,
    breaks(fact('rule.kinksOfQuantile'), ['quantile']),
  )

function tableMetrics(
  problem: TableProblem | 'auto',
  binary: boolean,
  quantile: number | undefined,
): readonly MetricDefinition[] {
  const own = metricDefinitions(problem, binary)
  return quantile === undefined || problem === 'classification'
    ? own
    : [...own, { name: 'validationQuantileLoss', direction: 'minimize' }]
}

/** Inputs that shape a network. Studies from before there were embeddings have one-hot features only. */
const inputsSchema = z.object({
  features: z.int(),
  numbers: z.int().default(0),
  categories: z.array(z.int()).default([]),
  outputs: z.int(),
})

/** Two categories are one feature; a table for them would say no more. */
const MIN_CATEGORIES = 3

/** Classification or regression of the rows of a table by a dense network. */
export const tabularTask = createNetworkTask({
  name: 'tabular',
  settingsSchema,
  hypergradients: settings => settings.hypergradients,
  hyperparameters: tabularHyperparameters,
  metrics: settings => tableMetrics(settings.data.problem, true, settings.quantile),
  defaultSpace: () => ({
    layers: { int: [1, 4] },
    units: { int: [16, 256], log: true },
    activation: { choice: ['relu', 'tanh', 'elu'] },
    dropout: { float: [0, 0.5] },
    batchNormalization: { choice: [true, false] },
    residual: { choice: [true, false], when: { layers: [2, 3, 4] } },
    l2: { float: [1e-6, 1e-1], log: true },
    optimizer: { choice: ['momentum', 'rmsprop', 'adam'] },
    learningRate: { float: [1e-4, 1e-1], log: true },
    momentum: { float: [0.5, 0.99], when: { optimizer: 'momentum' } },
    schedule: { choice: ['constant', 'cosine'] },
    batchSize: { ordinal: [16, 32, 64, 128] },
    epochs: { fixed: 30 },
  }),
  dataSpace({ hypergradients }, inputs) {
    const { categories } = inputsSchema.parse(inputs)
    const some = categories.some(count => count >= MIN_CATEGORIES)
    if (!some || hypergradients !== undefined) return {}
    return {
      categories: { choice: ['oneHot', 'embedding'] },
      embeddingScale: { float: [0.5, 2], log: true, when: { categories: 'embedding' } },
    }
  },
  inputs(manifest) {
    const schema = readTableSchema(manifest)
    return { ...maxFeatures(schema), outputs: schema.classNames?.length ?? 1 }
  },
  checkInputs(space, inputs) {
    const { categories } = inputsSchema.parse(inputs)
    if (categories.length > 0 || !mayBe(space['categories'], 'embedding')) return []
    return [{ path: ['space', 'categories'], value: 'embedding', rule: noCategoriesRule }]
  },
  network: (values, inputs) => tableNetwork(values, inputsSchema.parse(inputs)),
  load(settings, dataset, values, studySeed, fold = null) {
    const problem = loadTable(settings, dataset, values.categories, studySeed, fold)
    return {
      network: tableNetwork(values, problem),
      loss: problem.loss,
      metrics: tableMetrics(problem.problem, problem.outputs === 2, settings.quantile),
      model: problem.model,
      training: () => problem.training,
      augment: problem.augment,
      evaluation: part => problem[part],
    }
  },
})

/** Whether a trial may get the value. */
function mayBe(parameter: ParameterSpecification | undefined, value: string): boolean {
  if (parameter === undefined) return false
  if ('fixed' in parameter) return parameter.fixed === value
  if ('choice' in parameter) return parameter.choice.includes(value)
  return 'ordinal' in parameter && parameter.ordinal.includes(value)
}
