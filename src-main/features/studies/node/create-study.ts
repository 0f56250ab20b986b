import { rowPartsKey } from '../../../core/data/data-rows.ts'
import { isUtf8 } from 'node:buffer'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { AppError, isAppError } from '../../../core/errors/errors.ts'
import { type MessageDescriptor, msg } from '../../../core/errors/message.ts'
import { constraintMetric } from '../../../core/study/constraints.ts'
import type { IngestedData } from '../../../core/processes/ingest-protocol.ts'
import type { Problem } from '../../../core/errors/problem.ts'
import { studySizeProblem } from '../../../core/study/study-budget.ts'
import type { StudyRecord } from '../../../core/study/study.ts'
import type { JsonObject, JsonValue } from '../../../core/values/json.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import type { ModuleObjective } from '../../../core/study/user-code.ts'
import { fileError, readWithin } from '../../../platform/files/read-within.ts'
import { readStudyText, type StudyFormat } from '../../../interop/study-file/read-study-text.ts'
import type { DatasetStore, StudyStore } from '../../../platform/storage/study-store.ts'
import type { Workspace } from '../../../platform/storage/workspace.ts'
import { tasks } from '../../../training/tasks/registry.ts'
import type { Task } from '../../../training/tasks/task.ts'
import { prepareDataset, type PrepareDatasetRequest } from '../../../datasets/ingest-client.ts'
import { describeEnvironment } from '../../../platform/machine/environment.ts'
import { inputsKey, taskOf } from '../../../training/tasks/sketch-trial.ts'
import { resolveWarmStart } from './warm-start.ts'
import type { PreparedForPrograms } from '../../../datasets/prepared-for-programs.ts'
import { registerPrepared } from '../../../datasets/register-prepared.ts'
import { requireAvailableExecutor } from '../../../running/executors/require-available-executor.ts'
import { redactSource } from '../../../interop/study-file/redact-source.ts'
import {
  SecretsFile,
  secretsOf,
  withoutSecrets,
} from '../../../platform/user-code/secret-variables.ts'
import { requireTrustedCode } from '../../../running/trusted-code.ts'
import {
  checkStudyText,
  moduleWithoutSpace,
  namesParameters,
  studyByteLimit,
} from './study-check.ts'
import { taskSettings } from '../../../core/objectives/task/task.ts'

/** A study file that passed every check. */
export interface CheckedStudyFile {
  readonly specification: StudySpecification
  readonly source: string
  /** Where its text was read; absent for one that stands in no file. */
  readonly file?: { readonly path: string; readonly format: StudyFormat }
  /** Folder of the file; relative paths of data files start here. */
  readonly directory: string
  /** See `CheckedStudy`; absent where nobody asks. */
  readonly usesTaskSpace?: boolean
  readonly leavesFolds?: boolean
}

/**
 * The space that a file without one gets is told, not only taken; so are its folds.
 * @param folds see {@link prepareStudyData}
 */
export function taskSpaceRemarks(
  { specification, usesTaskSpace, leavesFolds }: CheckedStudyFile,
  folds: number,
): MessageDescriptor[] {
  const names = Object.keys(specification.space)
  return [
    ...(usesTaskSpace === true ? [msg('cli.taskSpace', { count: names.length, names })] : []),
    ...(leavesFolds === true && folds > 1 ? [msg('cli.taskFolds', { folds })] : []),
  ]
}

/**
 * Reads and checks a study file.
 * @param readSpace gives the space of a module, for a file that leaves it to the module
 * @throws AppError `file.notFound`, `file.unreadable`, `specification.invalid` with every problem
 */
export async function readStudyFile(
  file: string,
  readSpace?: (objective: ModuleObjective, directory: string) => Promise<JsonValue>,
): Promise<CheckedStudyFile> {
  const bytes = await readBytes(file)
  const format = path.extname(file).toLowerCase() === '.json' ? 'json' : 'yaml'
  if (!isUtf8(bytes)) {
    const problem = { path: [], value: null, rule: msg('rule.utf8') }
    throw new AppError('specification.invalid', { file, problems: [problem] })
  }
  const source = bytes.toString('utf8')
  const directory = path.dirname(path.resolve(file))
  const module = readSpace === undefined ? null : moduleWithoutSpace(source, format)
  const moduleSpace = module === null ? undefined : await readSpace?.(module, directory)
  const checked = checkStudyText(source, format, {
    tasks,
    ...(moduleSpace === undefined ? {} : { moduleSpace }),
  })
  if (!checked.ok) throw new AppError('specification.invalid', { file, problems: checked.problems })
  return {
    specification: checked.specification,
    usesTaskSpace: checked.usesTaskSpace,
    leavesFolds: checked.leavesFolds,
    source,
    directory,
    file: { path: file, format },
  }
}

/** Problems that show only after the text was checked, told as those of the text are: with file and line. */
function placed(
  error: unknown,
  { source, file }: Partial<Pick<CheckedStudyFile, 'source' | 'file'>>,
): unknown {
  if (!isAppError(error, 'specification.invalid') || source === undefined || file === undefined)
    return error
  const study = readStudyText(source, file.format)
  const problems = error.detail.problems.map(problem => ({
    ...problem,
    ...study.locate(problem.path, 'value'),
  }))
  return new AppError('specification.invalid', { file: file.path, problems }, error)
}

interface PrepareOptions extends Pick<PrepareDatasetRequest, 'signal' | 'isBounded'> {
  /** Bounds what stays in the cache; absent: nothing does. */
  readonly prepared?: PreparedForPrograms | undefined
}

/**
 * Prepares the data of a study and checks what is known only with them: files, columns, sizes of the splits, the space,
 * and the metrics that the data can have.
 * @param signal ends the reading of the data
 * @param isBounded whether the reading has seconds of CPU by the size of the data
 * @returns null without data; `properties`: those of the manifest, with what shapes networks; `space` and `folds`: those of the file, or the best ones for
 *   its data where it leaves them
 * @throws AppError `specification.invalid`, `data.invalid`, `file.notFound`, …
 */
export async function prepareStudyData(
  {
    specification,
    directory,
    usesTaskSpace = false,
    leavesFolds = false,
    ...text
  }: Pick<
    CheckedStudyFile,
    'specification' | 'directory' | 'usesTaskSpace' | 'leavesFolds' | 'file'
  > &
    Partial<Pick<CheckedStudyFile, 'source'>>,
  cacheDirectory: string,
  { signal, isBounded, prepared }: PrepareOptions = {},
): Promise<{
  readonly dataset: IngestedData | null
  readonly properties: JsonObject | null
  readonly space: StudySpecification['space']
  readonly folds: number
}> {
  const { objective, seed, space, folds } = specification
  const prepare = async () => ({
    dataset: await prepareDataset({
      objective,
      cacheDirectory,
      seed,
      studyDirectory: directory,
      ...(signal === undefined ? {} : { signal }),
      ...(isBounded === undefined ? {} : { isBounded }),
    }),
  })
  const { dataset } = await (prepared === undefined
    ? prepare()
    : prepared.during(cacheDirectory, prepare))
  const task = taskOf(objective)
  if (dataset === null || task === null)
    return { dataset, properties: dataset?.manifest.properties ?? null, space, folds }
  const inputs = task.inputs(dataset.manifest)
  const problems = [
    ...(task.checkInputs?.(space, inputs) ?? []),
    ...absentMetrics(specification, task, inputs),
  ]
  if (problems.length > 0) throw placed(new AppError('specification.invalid', { problems }), text)
  const settings = task.settingsSchema.parse(taskSettings(objective) ?? {})
  const offered = leavesFolds ? task.dataFolds?.(settings, dataset.manifest) : undefined
  const isFree = usesTaskSpace && !namesParameters(specification)
  const sized = isFree ? task.sizedSpace?.(settings, dataset.manifest) : undefined
  const properties = {
    ...dataset.manifest.properties,
    [inputsKey]: inputs,
    [rowPartsKey]: { ...dataset.parts },
  }
  const trainedFolds = offered ?? folds
  const small = task.smallParts?.(settings, dataset.manifest, trainedFolds) ?? []
  return {
    dataset: {
      ...dataset,
      findings: [...(trainedFolds > 1 ? dataset.foldedFindings : dataset.findings), ...small],
    },
    properties,
    space: { ...space, ...sized },
    folds: trainedFolds,
  }
}

/** Goals and constraints that trials over such data never report. */
function absentMetrics(
  { objective, goals, constraints }: StudySpecification,
  task: Task,
  inputs: JsonObject,
): readonly Problem[] {
  if (task.dataMetrics === undefined) return []
  const parsed = task.settingsSchema.parse(taskSettings(objective) ?? {})
  const reported = task.dataMetrics(parsed, inputs).map(({ name }) => name)
  const absent = task
    .metrics(parsed)
    .map(({ name }) => name)
    .filter(name => !reported.includes(name))
  const problemsOf = (key: string, names: readonly string[], path: readonly string[]) =>
    names.flatMap((value, index) => {
      if (!absent.includes(value)) return []
      const rule = msg('rule.metricOfData', { metrics: reported })
      return [{ path: [key, index, ...path], value, rule }]
    })
  return [
    ...problemsOf(
      'goals',
      goals.map(({ metric }) => metric),
      ['metric'],
    ),
    ...problemsOf('constraints', constraints.map(constraintMetric), []),
  ]
}

/**
 * Stores a new study. Its data are prepared first, so that a missing or broken data file leaves
 * nothing behind; code of the user has to be trusted.
 * @throws AppError `study.exists`, `userCode.untrusted`, `data.invalid`, `file.notFound`, …
 */
export async function createStudy(options: {
  readonly file: CheckedStudyFile
  readonly store: StudyStore
  readonly datasetCacheDirectory: string
  /** Which code of the user may run; without it, none. */
  readonly trustFile?: string
  /** Which machines a study may name; without it, none. */
  readonly machineFile?: string
  /** Takes the values of secret variables; without it they are lost. */
  readonly secretsFile?: string
  /** A further registry in which the data are entered, for a study whose store does not last. */
  readonly registry?: DatasetStore
  readonly now: () => number
}): Promise<StudyRecord> {
  const { file, store } = options
  const { source, directory } = file
  const { name } = file.specification
  if (store.listStudies().some(study => study.name === name)) {
    throw new AppError('study.exists', { study: name })
  }
  let resolved
  try {
    resolved = resolveWarmStart(store, file.specification)
  } catch (error) {
    throw placed(error, file)
  }
  const { dataset, properties, space, folds } = await prepareStudyData(
    { ...file, specification: resolved },
    options.datasetCacheDirectory,
  )
  const specification = { ...resolved, space, folds }
  const project = await requireTrustedCode(specification, directory, options.trustFile)
  await requireAvailableExecutor(specification, options.machineFile)
  const secrets = secretsOf(specification.objective)
  const hasSecrets = Object.keys(secrets).length > 0
  const storedSpecification = hasSecrets
    ? { ...specification, objective: withoutSecrets(specification.objective) }
    : specification
  const study = store.createStudy({
    specification: storedSpecification,
    source: hasSecrets ? redactSource(source, storedSpecification, Object.values(secrets)) : source,
    environment: { ...describeEnvironment(), ...(project === null ? {} : { project }) },
    createdAtMs: options.now(),
  })
  if (hasSecrets && options.secretsFile !== undefined) {
    new SecretsFile(options.secretsFile).store(study, secrets)
  }
  if (dataset === null) return study
  const { contentHash } = dataset.manifest
  const findings = dataset.findings.map(finding => ({ ...finding }))
  const record = { ...properties, findings, contentHash, sourceDirectory: directory }
  store.setDataset(study.id, record)
  registerPrepared(store, dataset, { atMs: options.now(), studyId: study.id })
  if (options.registry !== undefined) {
    registerPrepared(options.registry, dataset, { atMs: options.now() })
  }
  return { ...study, dataset: record }
}

/**
 * Where relative paths of a study start, for a study that is made from it: the folder of its code, that of its data, else the one
 * of the database.
 */
export function directoryOf(
  { environment, dataset }: StudyRecord,
  { databasePath }: Pick<Workspace, 'databasePath'>,
): string {
  const ofData = dataset?.['sourceDirectory']
  const fallback = typeof ofData === 'string' ? ofData : path.dirname(databasePath)
  return environment.project?.studyDirectory ?? fallback
}

async function readBytes(file: string): Promise<Buffer> {
  const limit = studyByteLimit()
  try {
    const problem = studySizeProblem((await stat(file)).size, limit)
    if (problem !== null) throw new AppError('specification.invalid', { file, problems: [problem] })
    return await readWithin(file, 'file', limit)
  } catch (error) {
    throw fileError(error, file, 'file')
  }
}
