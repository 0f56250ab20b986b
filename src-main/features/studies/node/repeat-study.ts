import { defaults } from '../../../core/study/defaults.ts'
import { msg } from '../../../core/errors/message.ts'
import type { StudyRecord } from '../../../core/study/study.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import { confirmationTag } from '../../../core/questions/confirmation.ts'
import { bestTrials } from '../../../core/trial/ranking.ts'
import { estimatedBestOf } from '../../analysis/node/estimated-best-of.ts'
import { writeStudyYaml } from '../../../interop/study-file/write-study-yaml.ts'
import type { StudyStore } from '../../../platform/storage/study-store.ts'
import { withSecrets } from '../../../platform/user-code/secret-variables.ts'
import { createStudy, directoryOf } from './create-study.ts'
import { refused } from '../../interventions/node/refused.ts'
import type { Workspace } from '../../../platform/storage/workspace.ts'

export interface RepeatOptions {
  readonly store: StudyStore
  readonly workspace: Workspace
  readonly now: () => number
}

/**
 * The same study again with other seeds: everything random is drawn anew, the split of the data too.
 * @param count how many further studies
 * @returns their ids, none of them started
 */
export async function repeatStudy(
  studyId: number,
  count: number,
  options: RepeatOptions,
): Promise<number[]> {
  const study = options.store.studyById(studyId)
  const { specification } = study
  const names = new Set(options.store.listStudies().map(({ name }) => name))
  const ids: number[] = []
  for (let seed = specification.seed + 1; ids.length < count; seed++) {
    const name = `${specification.name}-seed-${seed % 2 ** 32}`
    if (names.has(name)) continue
    ids.push(await createCopy(study, { ...specification, name, seed: seed % 2 ** 32 }, options))
  }
  return ids
}

export interface ConfirmOptions {
  /** Configurations to train again, the best first. */
  readonly top: number
  /** Trainings of each, all with new seeds that the configurations share. */
  readonly trainings: number
}

/**
 * A study that trains the best configurations of another one again, on the same split of the data. Trial 0 is the
 * estimated best, the others follow by their values.
 * @returns its id, not started
 * @throws AppError `intervention.refused` with fewer than two feasible complete trials
 */
export async function confirmWinner(
  studyId: number,
  { top, trainings }: ConfirmOptions,
  options: RepeatOptions,
): Promise<number> {
  const { store, now } = options
  const study = store.studyById(studyId)
  const { specification } = study
  const trials = store.trials(studyId, { metrics: false })
  const observed = bestTrials(trials, specification.goals[0])
  const likely = estimatedBestOf(specification, trials, store.events(studyId))?.likely
  const first = observed.filter(({ number }) => number === likely)
  const best = distinct([...first, ...observed]).slice(0, top)
  if (best.length < 2) {
    throw refused(study, msg('rule.trials.twoToConfirm'))
  }
  const names = new Set(store.listStudies().map(({ name }) => name))
  const { failures } = specification.stop
  let name = `${specification.name}-confirmed`
  for (let again = 2; names.has(name); again++) name = `${specification.name}-confirmed-${again}`
  const id = await createCopy(
    study,
    {
      ...specification,
      name,
      space: withoutPriors(specification.space),
      currentConfiguration: undefined,
      enqueue: best.map(({ parameters }) => parameters),
      duplicates: 'allow',
      warmStart: [],
      sampler: { name: defaults.plainSampler },
      pruner: { name: defaults.pruner },
      replicates: { count: trainings, value: 'mean', seeds: 'shared' },
      stop: { trials: best.length, failures },
    },
    options,
  )
  const { labels } = store.studyById(id)
  store.setLabels(id, { ...labels, tags: [confirmationTag(studyId)] }, { atMs: now() })
  return id
}

/** The samplers of a confirmation have no use for them. */
function withoutPriors(space: StudySpecification['space']): StudySpecification['space'] {
  return Object.fromEntries(
    Object.entries(space).map(([name, parameter]) => {
      const { prior: _, ...withoutPrior } = { prior: undefined, ...parameter }
      return [name, withoutPrior]
    }),
  )
}

/** Trials with different parameters; of equal ones the first. */
function distinct<Trial extends { readonly parameters: object }>(
  trials: readonly Trial[],
): Trial[] {
  const seen = new Set<string>()
  return trials.filter(({ parameters }) => {
    const key = JSON.stringify(Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1)))
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

async function createCopy(
  original: StudyRecord,
  specification: StudySpecification,
  { store, workspace, now }: RepeatOptions,
): Promise<number> {
  // The copy has its own entry among the secrets.
  const objective = withSecrets(original, workspace.secretsFile)
  const study = await createStudy({
    file: {
      specification: { ...specification, objective },
      source: writeStudyYaml(specification),
      directory: directoryOf(original, workspace),
    },
    store,
    datasetCacheDirectory: workspace.datasetCacheDirectory,
    trustFile: workspace.trustFile,
    machineFile: workspace.machineFile,
    secretsFile: workspace.secretsFile,
    now,
  })
  return study.id
}
