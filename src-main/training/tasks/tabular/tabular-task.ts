import { z } from 'zod'
import { tableDataSchema, type TableProblem } from '../../../contract/data-settings.ts'
import { denseLayers } from '../dense-layers.ts'
import { readTableSchema } from '../../data/dataset-schema.ts'
import { mostFeatures } from '../../data/table-preprocessing.ts'
import { metricDefinitions, quantileLossDefinition } from '../../metrics/metric-definitions.ts'
import type { NetworkDefinition } from '../../models/network-definition.ts'
import { hypergradientSettingsSchema } from '../hypergradient/settings.ts'
import { createNetworkTask } from '../network-task.ts'
import type { MetricDefinition } from '../task.ts'
import { tabularHyperparameters, type TabularHyperparameters } from './hyperparameters.ts'
import { loadTable, type TableProblemData } from './load-table.ts'

const settingsSchema = z
  .strictObject({
    task: z.literal('tabular').optional(),
    data: tableDataSchema,
    quantile: z
      .number()
      .gt(0)
      .lt(1)
      .optional()
      .describe(
        'Of a target that is a number: predicts this quantile instead of the mean, by the quantile loss; 0.5 is the median.',
      ),
    hypergradients: hypergradientSettingsSchema.optional(),
  })
  .refine(
    ({ quantile, hypergradients }) => quantile === undefined || hypergradients === undefined,
    { path: ['quantile'], error: 'has kinks, which hypergradients cannot go through' },
  )

export type TabularSettings = z.output<typeof settingsSchema>

function tableMetrics(
  problem: TableProblem | 'auto',
  binary: boolean,
  quantile: number | undefined,
): readonly MetricDefinition[] {
  const own = metricDefinitions(problem, binary)
  return quantile === undefined || problem === 'classification'
    ? own
    : [...own, quantileLossDefinition]
}

/** What shapes a network. */
const inputsSchema = z.object({ features: z.int(), outputs: z.int() })

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
  inputs(manifest) {
    const schema = readTableSchema(manifest)
    return { features: mostFeatures(schema), outputs: schema.classNames?.length ?? 1 }
  },
  network: (values, inputs) => tableNetwork(values, inputsSchema.parse(inputs)),
  load(settings, dataset, values, studySeed, fold = null) {
    const problem = loadTable(settings, dataset, studySeed, fold)
    return {
      network: tableNetwork(values, problem),
      loss: problem.loss,
      metrics: tableMetrics(problem.problem, problem.outputs === 2, settings.quantile),
      model: problem.model,
      training: () => problem.training,
      evaluation: part => problem[part],
    }
  },
})

function tableNetwork(
  values: TabularHyperparameters,
  problem: Pick<TableProblemData, 'features' | 'outputs'>,
): NetworkDefinition {
  return {
    inputShape: [problem.features],
    layers: denseLayers(values, true, problem.outputs),
  }
}
