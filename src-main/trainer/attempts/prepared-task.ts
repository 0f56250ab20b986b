import type { EngineInfo } from '../../core/machine/engine.ts'
import { msg } from '../../core/errors/message.ts'
import { AppError } from '../../core/errors/errors.ts'
import type { PrepareMessage } from '../../core/processes/trainer-protocol.ts'
import { readPreparedDataset } from '../../datasets/read-prepared.ts'
import { loadEngine } from '../../engines/load-engine.ts'
import { engines } from '../../engines/registry.ts'
import { readWeightsFile } from '../models/weights-file.ts'
import type { BoosterLibrary } from '../../training/boosting/booster.ts'
import type { HeldOut } from '../../training/data/folds.ts'
import type { BoostingSettings } from '../../training/tasks/tabular/boosting-settings.ts'
import { findTask } from '../../training/tasks/registry.ts'
import type { PreparedObjective } from './prepared-objective.ts'
import { taskName } from '../../core/objectives/task/task.ts'

/** A built-in training task with its engine started and its data in memory. */
export async function prepareTask(message: PrepareMessage): Promise<PreparedObjective> {
  const task = findTask(taskName(message.objective) ?? '')
  if (message.datasetDirectory === null) {
    throw new AppError('protocol.invalid', {
      from: 'main',
      field: 'datasetDirectory',
      value: null,
      rule: msg('rule.present'),
    })
  }
  const settings = task.settingsSchema.parse(message.objective)
  const dataset = await readPreparedDataset(message.datasetDirectory)
  const engine = await loadEngine(message.engine)
  const { boosters, info } =
    task.boosting === undefined
      ? { boosters: [], info: engine.info }
      : await withBoosters(engine.info, task.boosting(settings), message)
  const { folds = 1 } = message
  const foldOf = (index: number): HeldOut | null => (folds > 1 ? { index, count: folds } : null)
  const shared = { settings, dataset, engine, boosters, studySeed: message.seed }
  return {
    engine: info,
    reportsCosts: true,
    train: (start, host) =>
      task.train({
        ...shared,
        fold: start.refit === true ? 'none' : foldOf(start.fold ?? 0),
        parameters: start.parameters,
        goals: start.goals,
        trialNumber: start.trialNumber,
        trialSeed: start.seed,
        host,
      }),
    latency: async ({ model, weights }) => {
      if (model === undefined || weights === undefined) return {}
      const isComputedInProcess =
        model.trees !== undefined || engines[engine.info.name].computesInProcess === true
      const { measureLatency } = await import('../../engines/measure-latency.ts')
      const { predictorOf } = await import('./predictor.ts')
      return measureLatency(
        rows => predictorOf({ model, weights: weights.best, engine, boosters }, rows),
        isComputedInProcess,
      )
    },
    test: async ({ models, shares }) => {
      const members = []
      for (const { parameters, seed, weightsPath, refit, fold: foldNumber = 0 } of models) {
        const weights = await readWeightsFile(weightsPath)
        const fold = refit === true ? 'none' : foldOf(foldNumber)
        members.push({ ...shared, fold, parameters, trialSeed: seed, weights })
      }
      const [first, ...others] = members
      if (first === undefined || others.length > 0) {
        return task.testTogether(members, shares)
      }
      return task.test(first)
    },
  }
}

/** Messages of the engine with the library that boosts trees. */
async function withBoosters(
  info: EngineInfo,
  boosting: BoostingSettings | undefined,
  { boostsTrees }: Pick<PrepareMessage, 'boostsTrees'>,
): Promise<{ readonly boosters: readonly BoosterLibrary[]; readonly info: EngineInfo }> {
  const { loadBoosters } = await import('../../engines/load-boosters.ts')
  const { libraries, passedOver } = loadBoosters(boosting, boostsTrees === true)
  const [first] = libraries
  const versions = first === undefined ? {} : { [`boosting/${first.name}`]: first.version }
  const all = [...(info.passedOver ?? []), ...passedOver]
  return {
    boosters: libraries,
    info: {
      ...info,
      versions: { ...info.versions, ...versions },
      ...(all.length === 0 ? {} : { passedOver: all }),
    },
  }
}
