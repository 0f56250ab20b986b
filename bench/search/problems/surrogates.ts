import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { SpaceSpecification } from '../../../src-main/core/study/space-specification.ts'
import type { ParameterInput, SearchProblem } from './problem.ts'

/** What the models expect; see the README of the data folder. */
interface Scenario {
  readonly target: number
  /** The target's best possible value, from which it is subtracted. */
  readonly top: number
  readonly continuous: readonly string[]
  readonly categorical: readonly string[]
  /** Full fidelity. */
  readonly fixed: Readonly<Record<string, number>>
}

const RBV2_FIXED = { trainsize: 1, repl: 10 }

const scenarios: Readonly<Record<string, Scenario>> = {
  lcbench: {
    target: 1,
    top: 100,
    continuous: [
      'epoch',
      'batch_size',
      'learning_rate',
      'momentum',
      'weight_decay',
      'num_layers',
      'max_units',
      'max_dropout',
    ],
    categorical: ['OpenML_task_id'],
    fixed: { epoch: 52 },
  },
  rbv2_xgboost: {
    target: 0,
    top: 1,
    continuous: [
      'nrounds',
      'eta',
      'gamma',
      'lambda',
      'alpha',
      'subsample',
      'max_depth',
      'min_child_weight',
      'colsample_bytree',
      'colsample_bylevel',
      'rate_drop',
      'skip_drop',
      'trainsize',
      'repl',
    ],
    categorical: ['task_id', 'booster', 'num.impute.selected.cpo'],
    fixed: RBV2_FIXED,
  },
  rbv2_rpart: {
    target: 0,
    top: 1,
    continuous: ['cp', 'maxdepth', 'minbucket', 'minsplit', 'trainsize', 'repl'],
    categorical: ['task_id', 'num.impute.selected.cpo'],
    fixed: RBV2_FIXED,
  },
}

interface ConfigSpace {
  readonly hyperparameters: readonly {
    readonly name: string
    readonly type: string
    readonly lower: number
    readonly upper: number
    readonly log: boolean
    readonly choices: readonly string[]
  }[]
  readonly conditions: readonly {
    readonly child: string
    readonly parent: string
    readonly value?: string
    readonly values?: readonly string[]
  }[]
}

/**
 * One instance of a YAHPO Gym surrogate at full fidelity: top − target.
 * @param leftOut choices that may not be proposed, by parameter
 */
export async function loadSurrogate(
  dataFolder: string,
  { scenario: scenarioName, instance, name }: SurrogateName,
  leftOut: Readonly<Record<string, readonly string[]>> = {},
): Promise<SearchProblem> {
  const onnx = await import('onnxruntime-node')
  const scenario = scenarios[scenarioName]!
  const folder = path.join(dataFolder, 'yahpo', scenarioName)
  const read = (file: string): unknown => JSON.parse(readFileSync(path.join(folder, file), 'utf8'))
  const encoding = read('encoding.json') as Record<string, Record<string, number>>
  const session = await onnx.InferenceSession.create(path.join(folder, 'model.onnx'), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  })
  const { categorical, continuous, fixed, target, top } = scenario
  const constants = { ...fixed, [categorical[0]!]: instance }
  return {
    name,
    space: spaceOf(read('config_space.json') as ConfigSpace, constants, leftOut),
    evaluate: async point => {
      const values: Record<string, unknown> = { ...point, ...constants }
      // 0 stands for inactive, in codes and in numbers.
      const codes = categorical.map(key => encoding[key]?.[String(values[plainName(key)])] ?? 0)
      const numbers = continuous.map(key => Number(values[plainName(key)] ?? 0))
      const { output } = await session.run({
        x_cat: new onnx.Tensor('int32', Int32Array.from(codes), [1, codes.length]),
        x_cont: new onnx.Tensor('float32', Float32Array.from(numbers), [1, numbers.length]),
      })
      return top - (output!.data[target] as number)
    },
  }
}

/** Choices of rbv2_xgboost with corners that its data do not have, in which nothing but luck is compared. */
export const falseCorners = { booster: ['dart'] }

/** All data sets of a scenario. */
export function instancesOf(dataFolder: string, scenarioName: string): string[] {
  const file = path.join(dataFolder, 'yahpo', scenarioName, 'encoding.json')
  const encoding = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, number>>
  const [instance] = scenarios[scenarioName]!.categorical
  return Object.keys(encoding[instance!]!).filter(name => name !== '#na#')
}

export interface SurrogateName {
  readonly name: string
  readonly scenario: string
  readonly instance: string
}

/** Our parameter names have no dots. */
function plainName(name: string): string {
  return name.replaceAll('.', '_')
}

function spaceOf(
  { hyperparameters, conditions }: ConfigSpace,
  constants: object,
  leftOut: Readonly<Record<string, readonly string[]>>,
): SpaceSpecification {
  const allowedValues = (name: string, values: readonly string[]): string[] =>
    values.filter(value => !leftOut[name]?.includes(value))
  const entries = hyperparameters
    .filter(({ name }) => !Object.hasOwn(constants, name))
    .flatMap((parameter): [string, ParameterInput][] => {
      const { type, lower, upper, log, choices } = parameter
      const name = plainName(parameter.name)
      const condition = conditions.find(({ child }) => child === parameter.name)
      let when = {}
      if (condition !== undefined) {
        const { parent, value, values = [value!] } = condition
        const remaining = allowedValues(parent, values)
        if (remaining.length === 0) return []
        when = { when: { [plainName(parent)]: remaining } }
      }
      if (type === 'categorical') {
        return [[name, { choice: allowedValues(parameter.name, choices), ...when }]]
      }
      const range = { log, ...when }
      return [
        [
          name,
          type === 'uniform_int'
            ? { int: [lower, upper], ...range }
            : { float: [lower, upper], ...range },
        ],
      ]
    })
  const isChild = ([, parameter]: [string, ParameterInput]) => parameter.when !== undefined
  // Parents first.
  return Object.fromEntries([...entries.filter(e => !isChild(e)), ...entries.filter(isChild)])
}
