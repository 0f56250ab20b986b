import { defaults } from '../../../core/study/defaults.ts'
import { msg } from '../../../core/errors/message.ts'
import path from 'node:path'
import { AppError } from '../../../core/errors/errors.ts'
import type { ImportQuestion, ReadyStudy } from '../../../core/processes/import-protocol.ts'
import type { ImportedTrial, StudyOrigin } from '../../../core/study/imported-study.ts'
import { invalidData } from '../../../core/errors/invalid-data.ts'
import { isObject } from '../../../core/values/json.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import { uploadsOf } from '../../../interop/optuna/artifacts.ts'
import { type FromOptuna, fromOptuna } from '../../../interop/optuna/from-optuna.ts'
import { buildSpace } from '../../../search/space/build-space.ts'
import { contains } from '../../../search/space/conditions.ts'
import { tasks } from '../../../training/tasks/registry.ts'
import { type CheckedStudy, checkStudy } from '../../studies/node/study-check.ts'
import { readForeign } from './read-foreign.ts'
import { readOptuna } from './read-optuna.ts'
import { hashFile } from '../../../platform/files/hash-file.ts'

/**
 * Reads the studies of an Optuna file as finished studies, all or none of them.
 * @throws AppError `data.invalid`, `study.notFound`, `specification.invalid`, `file.*`
 */
export async function readOptunaStudies({
  file,
  only,
  name,
  artifacts = null,
}: Pick<ImportQuestion, 'file' | 'only' | 'name' | 'artifacts'>): Promise<readonly ReadyStudy[]> {
  const { libraryVersion, studies: all } = await readOptuna(file)
  const studies = only === null ? all : all.filter(study => study.name === only)
  if (studies.length === 0) {
    if (only !== null) throw new AppError('study.notFound', { study: only })
    throw invalidData(file, 'studies', 0, msg('rule.notEmpty'))
  }
  if (name !== null && studies.length > 1) {
    const rule = msg('rule.import.oneName')
    throw invalidData(file, 'name', studies.map(study => study.name).slice(0, 20), rule)
  }
  const sha256 = await hashFile(file)
  return studies.map(study => {
    const mapped = readForeign(file, () => fromOptuna(study))
    const specification = specificationOf(mapped, name ?? mapped.name, file)
    const uploads = uploadsOf(study.trials)
    const isLeft = artifacts === null && uploads.length > 0
    const origin: StudyOrigin = {
      program: 'Optuna',
      version: libraryVersion,
      file: path.basename(file),
      sha256,
      study: study.name,
      notes: [
        ...mapped.notes,
        ...(isLeft ? [{ code: 'filesLeft' as const, trials: uploads.length }] : []),
      ],
      ...(mapped.userAttributes == null ? {} : { userAttributes: mapped.userAttributes }),
    }
    return { specification, origin, trials: mapped.trials, uploads }
  })
}

/**
 * The specification that this program wrote into the file, if it still holds all trials; otherwise what the trials say.
 * Another program evaluates such a study, so it goes on with `tunewright suggest` only.
 */
function specificationOf(
  { goals, constraints, space, ownSpecification, trials }: FromOptuna,
  name: string,
  file: string,
): StudySpecification {
  const checked = (raw: Readonly<Record<string, unknown>>): CheckedStudy =>
    checkStudy({ ...raw, name, objective: { external: true } }, { tasks, external: true })
  if (isObject(ownSpecification)) {
    const originalCheck = checked({
      ...ownSpecification,
      warmStart: [],
      enqueue: [],
      replicates: undefined,
    })
    if (
      originalCheck.ok &&
      isSameStudy(originalCheck.specification, { goals, constraints }, trials)
    )
      return originalCheck.specification
  }
  const common = { goals, constraints, space, stop: {} }
  const inferred = checked({ ...common, sampler: { name: defaults.sampler } })
  if (inferred.ok) return inferred.specification
  const plain = checked({ ...common, sampler: { name: defaults.plainSampler } })
  if (plain.ok) return plain.specification
  throw new AppError('specification.invalid', { file, problems: plain.problems })
}

function isSameStudy(
  original: StudySpecification,
  { goals, constraints }: Pick<FromOptuna, 'goals' | 'constraints'>,
  trials: readonly ImportedTrial[],
): boolean {
  if (original.goals.length !== goals.length) return false
  const sameGoals = original.goals.every(
    (goal, index) =>
      goal.metric === goals[index]?.metric && goal.direction === goals[index].direction,
  )
  // A file without a single measured trial does not tell how many constraints there were.
  const measured = trials.some(trial => trial.constraints !== undefined)
  const sameConstraints = !measured || original.constraints.length === constraints.length
  if (!sameGoals || !sameConstraints) return false
  const space = buildSpace(original.space)
  return trials.every(({ parameters }) => contains(space, parameters))
}
