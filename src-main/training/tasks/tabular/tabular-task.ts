import { msg } from '../../../core/errors/message.ts'
import { breaks } from '../../../core/errors/schema-problems.ts'
import { z } from 'zod'
import type { ParameterSpecification } from '../../../core/study/space-specification.ts'
import type { DatasetManifest } from '../../../core/data/dataset.ts'
import { tableDataSchema } from '../../../core/data/data-settings.ts'
import type { Assignment } from '../../../core/trial/trial.ts'
import { readTableSchema } from '../../data/dataset-schema.ts'
import { maxFeatures } from '../../data/table-preprocessing.ts'
import { type StoredModel, testEnsemble, testStored } from '../../loop/test-ensemble.ts'
import { hypergradientSettingsSchema } from '../hypergradient/settings.ts'
import { defaultsOf } from '../hyperparameter.ts'
import { createNetworkTask } from '../network-task.ts'
import type { TestRequest } from '../task.ts'
import { readHyperparameters } from '../read-hyperparameters.ts'
import { families, type Family, tabularHyperparameters } from './hyperparameters.ts'
import { boostingSettingsSchema } from './boosting-settings.ts'
import { familySpace, networkSpace, withFamilies } from './family-space.ts'
import { linearNetwork, trainLinear } from './linear-family.ts'
import { loadTable } from './load-table.ts'
import { tableMetrics } from './table-metrics.ts'
import { noCategoriesRule, tableNetwork } from './table-network.ts'
import { storedTrees, trainTrees } from './tree-family.ts'

const settingsSchema = z
  .strictObject({
    task: z.literal('tabular').optional(),
    data: tableDataSchema,
    quantile: z.number().gt(0).lt(1).optional().describe('option.tabular.quantile'),
    boosting: boostingSettingsSchema.optional().describe('option.tabular.boosting'),
    hypergradients: hypergradientSettingsSchema.optional(),
  })
  .refine(
    ({ quantile, hypergradients }) => quantile === undefined || hypergradients === undefined,
    breaks(msg('rule.kinksOfQuantile'), ['quantile']),
  )

/** Inputs that shape a network. Studies from before there were embeddings have one-hot features only. */
const inputsSchema = z.object({
  features: z.int(),
  numbers: z.int().default(0),
  categories: z.array(z.int()).default([]),
  outputs: z.int(),
})

/** Two categories are one feature; a table for them would say no more. */
const MIN_CATEGORIES = 3

const networks = createNetworkTask({
  name: 'tabular',
  settingsSchema,
  hypergradients: settings => settings.hypergradients,
  hyperparameters: tabularHyperparameters,
  metrics: settings => tableMetrics(settings.data.problem, true, settings.quantile),
  defaultSpace: ({ hypergradients }) => (hypergradients === undefined ? familySpace : networkSpace),
  dataSpace({ hypergradients }, inputs) {
    const { categories } = inputsSchema.parse(inputs)
    const some = categories.some(count => count >= MIN_CATEGORIES)
    if (!some || hypergradients !== undefined) return {}
    return {
      categories: { choice: ['oneHot', 'embedding'], when: { family: 'network' } },
      embeddingScale: { float: [0.5, 2], log: true, when: { categories: 'embedding' } },
    }
  },
  inputs(manifest) {
    const schema = readTableSchema(manifest)
    return { ...maxFeatures(schema), outputs: schema.classNames?.length ?? 1 }
  },
  dataMetrics({ quantile }, inputs) {
    const { outputs } = inputsSchema.parse(inputs)
    return tableMetrics(outputs === 1 ? 'regression' : 'classification', outputs === 2, quantile)
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

type Settings = z.output<typeof settingsSchema>

/**
 * Small tables are fitted better by smooth units and a little dropout than by the plain network of the defaults, and by small trees
 * of some of the rows and columns than by LightGBM's defaults; figures in docs/models.md.
 */
const firstPoints = {
  units: 128,
  activation: 'tanh',
  dropout: 0.1,
  learningRate: 3e-3,
  shrinkage: 0.05,
  leaves: 8,
  minRowsPerLeaf: 10,
  featureFraction: 0.7,
  baggingFraction: 0.7,
}

const FOLDS = 5
/** The fifth of more rows that validates otherwise says enough, and five trainings take long. */
const MAX_FOLDED_ROWS = 10_000
const MAX_FOLDED_CELLS = 300_000
/** So many rows of the smallest class, or groups, for each fold. */
const MIN_PER_FOLD = 3

/** Of few rows none should go untrained, and few of them say little of a model. */
function dataFolds({ hypergradients }: Settings, manifest: DatasetManifest): number {
  const schema = readTableSchema(manifest)
  const { testRows, classCounts, groupCount, time } = schema
  const rows = schema.rows - testRows
  const cells = rows * (schema.numeric.length + schema.categorical.length)
  const fewest = Math.min(...(classCounts ?? []), groupCount ?? Number.POSITIVE_INFINITY)
  const isLarge = rows > MAX_FOLDED_ROWS || cells > MAX_FOLDED_CELLS
  if (isLarge || time !== null || hypergradients !== undefined) return 1
  return fewest < FOLDS * MIN_PER_FOLD || rows < FOLDS * MIN_PER_FOLD ? 1 : FOLDS
}

/** Classification or regression of the rows of a table by a dense network, trees or a linear model. */
export const tabularTask: typeof networks = {
  ...networks,
  starts: {
    parameter: 'family',
    defaults: { ...defaultsOf(tabularHyperparameters), ...firstPoints },
  },
  conditions: withFamilies,
  boosting: ({ boosting }) => boosting,
  dataFolds,
  sketch(settings, inputs, parameters) {
    const family = familyOf(parameters)
    if (family === 'boosting' || family === 'forest') return null
    const sketchedParameters = family === 'network' ? parameters : linearNetwork
    return networks.sketch(settings, inputs, sketchedParameters)
  },
  checkSpace(space, settings) {
    const problems = networks.checkSpace(space, settings)
    const { family } = space
    const other = families.find(candidate => candidate !== 'network' && mayBe(family, candidate))
    if (settings.hypergradients === undefined || other === undefined) return problems
    const rule = msg('rule.oneOf', { values: ['network'] })
    return [...problems, { path: ['space', 'family'], value: other, rule }]
  },
  async train(request) {
    const { parameters } = request
    const family = familyOf(parameters)
    if (family === 'network') return networks.train(request)
    const values = readHyperparameters(tabularHyperparameters, parameters)
    return family === 'linear' ? trainLinear(request, values) : trainTrees(request, values)
  },
  test(request) {
    const family = familyOf(request.parameters)
    if (family === 'network') return networks.test(request)
    if (family === 'linear') return networks.test({ ...request, parameters: linearNetwork })
    return testStored(stored(request))
  },
  testTogether: async (requests, shares) =>
    testEnsemble(
      requests.map(request => () => stored(request)),
      shares,
    ),
  stored,
}

function stored(request: TestRequest<Settings>): StoredModel {
  const { parameters } = request
  const family = familyOf(parameters)
  if (family === 'network') return networks.stored(request)
  if (family === 'linear') return networks.stored({ ...request, parameters: linearNetwork })
  return storedTrees(request, readHyperparameters(tabularHyperparameters, parameters))
}

function familyOf(parameters: Assignment): Family {
  return families.find(family => family === parameters['family']) ?? 'network'
}

/** Whether a trial may get the value. */
function mayBe(parameter: ParameterSpecification | undefined, value: string): boolean {
  if (parameter === undefined) return false
  if ('fixed' in parameter) return parameter.fixed === value
  if ('choice' in parameter) return parameter.choice.includes(value)
  return 'ordinal' in parameter && parameter.ordinal.includes(value)
}
