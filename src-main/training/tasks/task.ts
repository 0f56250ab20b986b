import type { z } from 'zod'
import type { MessageDescriptor } from '../../core/errors/message.ts'
import type { Problem } from '../../core/errors/problem.ts'
import type { Starts } from '../../core/processes/search-protocol.ts'
import type { SpaceSpecification } from '../../core/study/space-specification.ts'
import type { Goal } from '../../core/study/study-specification.ts'
import type { Assignment } from '../../core/trial/trial.ts'
import type { DatasetFinding, DatasetManifest, PreparedDataset } from '../../core/data/dataset.ts'
import type { JsonObject } from '../../core/values/json.ts'
import type { NetworkSketch } from '../../core/models/network-sketch.ts'
import type { BoosterLibrary } from '../boosting/booster.ts'
import type { BoostingSettings } from './tabular/boosting-settings.ts'
import type { HeldOut } from '../data/folds.ts'
import type { NamedTensor, ObjectiveHost, ObjectiveResult } from '../objectives/objective-host.ts'
import type { Engine } from '../compiled/compiled-function.ts'
import type { HyperparameterTable } from './hyperparameter.ts'

/** A metric that a task reports at the end of every epoch, or a cost at the end of the training. */
export interface MetricDefinition {
  readonly name: string
  readonly direction: 'minimize' | 'maximize'
}

/**
 * A built-in training problem: data and a model family. `Settings` are the keys beside
 * `task` in the study file (`data` among them).
 */
export interface Task<Settings = unknown> {
  readonly name: string
  readonly settingsSchema: z.ZodType<Settings>
  /** Every metric that a study over this task may name as a goal. */
  metrics(settings: Settings): readonly MetricDefinition[]
  /** Everything that a trial can set. */
  readonly hyperparameters: HyperparameterTable
  /** Architecture and training parameters, as a person would start. */
  defaultSpace(settings: Settings): SpaceSpecification
  /** Further parameters to start with over such data, from what {@link inputs} gave; absent: none. */
  dataSpace?(settings: Settings, inputs: JsonObject): SpaceSpecification
  /** Parameters of {@link defaultSpace} whose ranges are others for so many rows; absent: none. */
  sizedSpace?(settings: Settings, manifest: DatasetManifest): SpaceSpecification
  /** Into how many folds the rows of such data are best cut; 1, or absent: a single validation split. */
  dataFolds?(settings: Settings, manifest: DatasetManifest): number
  /** Parts of such data that are too small to measure finely; absent: nobody looks. */
  smallParts?(
    settings: Settings,
    manifest: DatasetManifest,
    folds: number,
  ): readonly DatasetFinding[]
  /** The space with a condition wherever a parameter is read only beside some values of another; absent: as it is. */
  conditions?(space: SpaceSpecification): SpaceSpecification
  /** Points to begin a search with; absent: none. */
  readonly starts?: Starts
  /**
   * Whether the space fits the task: unknown names, values that no model can take (a negative
   * learning rate, an unknown optimizer). Paths start at `space`.
   */
  checkSpace(space: SpaceSpecification, settings: Settings): readonly Problem[]
  /** Metrics that this study reports but should not be judged by, with the reason; absent: none. */
  unfitGoals?(settings: Settings): ReadonlyMap<string, MessageDescriptor>
  /** The parts of prepared data that shape networks; kept with a study. */
  inputs(manifest: DatasetManifest): JsonObject
  /** Metrics that trials over such data report, from what {@link inputs} gave; absent: all of {@link metrics}. */
  dataMetrics?(settings: Settings, inputs: JsonObject): readonly MetricDefinition[]
  /** Problems of a space over such data, from what {@link inputs} gave; paths start at `space`. Absent: none. */
  checkInputs?(space: SpaceSpecification, inputs: JsonObject): readonly Problem[]
  /**
   * The network of an assignment, before anything is trained; null where it trains something else.
   * @param inputs what {@link inputs} gave
   * @throws AppError `training.invalid` for parameters that no network can have
   */
  sketch(settings: Settings, inputs: JsonObject, parameters: Assignment): NetworkSketch | null
  /** Settings of the libraries that boost its trees; absent: it boosts none. */
  boosting?(settings: Settings): BoostingSettings | undefined
  /** Trains one assignment; missing parameters take the task's defaults. */
  train(request: TrainRequest<Settings>): Promise<ObjectiveResult>
  /** Metrics of stored weights on the test split. */
  test(request: TestRequest<Settings>): Promise<Readonly<Record<string, number>>>
  /**
   * Metrics of the averaged predictions of several trials of one study, on the validation and the test split.
   * @param requests at least one; they differ in parameters, seeds and weights only
   * @param shares one for each of them; absent: equal
   */
  testTogether(
    requests: readonly TestRequest<Settings>[],
    shares?: readonly number[],
  ): Promise<Readonly<Record<string, number>>>
}

export interface TrainRequest<Settings> {
  readonly settings: Settings
  readonly dataset: PreparedDataset
  readonly parameters: Assignment
  readonly goals: readonly Goal[]
  /** Of the trial within its study, from 0; absent outside of one. */
  readonly trialNumber?: number
  /** Decides the train/validation/test split; the same for all trials of a study. */
  readonly studySeed: number
  /** Which part of the rows validates; absent or null: the validation split; `none`: no part, all of them train. */
  readonly fold?: HeldOut | null
  /** Initial weights, order of batches, dropout. */
  readonly trialSeed: number
  readonly engine: Engine
  /** Libraries that boost trees, best first; absent: our own. */
  readonly boosters?: readonly BoosterLibrary[]
  readonly host: ObjectiveHost
}

export interface TestRequest<Settings> extends Omit<TrainRequest<Settings>, 'host' | 'goals'> {
  readonly weights: readonly NamedTensor[]
}
