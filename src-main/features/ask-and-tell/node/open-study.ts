import { isDeepStrictEqual } from 'node:util'
import { openLineSchema } from '../common/ask-tell-protocol.ts'
import { AppError } from '../../../core/errors/errors.ts'
import { isObject } from '../../../core/values/json.ts'
import { msg } from '../../../core/errors/message.ts'
import { type Problem, problemValue } from '../../../core/errors/problem.ts'
import { parseWithProblems } from '../../../core/errors/schema-problems.ts'
import type { SpaceSpecification } from '../../../core/study/space-specification.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import type { StudyRecord } from '../../../core/study/study.ts'
import { settingChanges } from '../../../core/study/study-change.ts'
import { writeStudyYaml } from '../../../interop/study-file/write-study-yaml.ts'
import type { StudyStore } from '../../../platform/storage/study-store.ts'
import { tasks } from '../../../training/tasks/registry.ts'
import { describeEnvironment } from '../../../platform/machine/environment.ts'
import { resolveWarmStart } from '../../studies/node/warm-start.ts'
import { checkStudy } from '../../studies/node/study-check.ts'
import { unnamedSpace, withNamed } from './named-parameter.ts'

interface OpenOptions {
  readonly store: StudyStore
  readonly now: () => number
  /** Whether somebody else works on a study. */
  readonly isTaken?: (studyId: number) => boolean
}

/**
 * The study that a first line describes: a new one, or that of the same name, which must be the same.
 * @throws AppError `specification.invalid` with every problem, `study.running`
 */
export function openExternalStudy(
  line: unknown,
  { store, now, isTaken }: OpenOptions,
): StudyRecord {
  const written = checkOpenLine(line)
  const storedStudy = store.listStudies().find(({ name }) => name === written.name)
  if (storedStudy !== undefined && isTaken?.(storedStudy.id) === true) {
    throw new AppError('study.running', { study: storedStudy.name })
  }
  const saysSampler = isObject(line) && Object.hasOwn(line, 'sampler')
  // Who names no sampler goes on with that of the study, whatever the default was when it was made.
  const specification =
    storedStudy === undefined
      ? written
      : {
          ...written,
          ...(saysSampler ? {} : { sampler: storedStudy.specification.sampler }),
          space: grownSpace(written.space, storedStudy.specification.space),
        }
  if (storedStudy === undefined) {
    return store.createStudy({
      specification: resolveWarmStart(store, specification),
      source: writeStudyYaml(specification),
      environment: describeEnvironment(),
      createdAtMs: now(),
    })
  }
  // Trials of another program bind no sampler.
  const isFree = storedStudy.environment.importedFrom !== undefined
  const before = asWritten(storedStudy, specification)
  const problems = differences(
    isFree ? { ...before, sampler: specification.sampler } : before,
    specification,
  )
  if (problems.length > 0) throw new AppError('specification.invalid', { problems })
  if (isDeepStrictEqual(before.sampler, specification.sampler)) return storedStudy
  return withSampler(storedStudy, specification.sampler, { store, now })
}

/** Puts another sampler in force, as a change that a person made. */
function withSampler(
  study: StudyRecord,
  sampler: StudySpecification['sampler'],
  { store, now }: { readonly store: StudyStore; readonly now: () => number },
): StudyRecord {
  const specification = { ...study.specification, sampler }
  store.changeSpecification({
    studyId: study.id,
    specification,
    atMs: now(),
    detail: {
      changes: settingChanges(study.specification, specification).map(change => ({ ...change })),
    },
  })
  return { ...study, specification }
}

/** Trials may have named further parameters than the line, or wider bounds. */
function grownSpace(
  written: SpaceSpecification,
  storedSpace: SpaceSpecification,
): SpaceSpecification {
  try {
    const grown = Object.entries(written).reduce(
      (space, [name, parameter]) => withNamed(space, { trial: 0, name, parameter }),
      storedSpace,
    )
    return grown === storedSpace ? storedSpace : written
  } catch {
    return written
  }
}

/** The whole specification, with everything that a line need not say. */
function checkOpenLine(line: unknown): StudySpecification {
  const parsed = parseWithProblems(openLineSchema, line)
  const raw = isObject(line) ? line : {}
  const { name, stop } = openLineSchema.shape
  const isUnnamed = isObject(raw['space']) && Object.keys(raw['space']).length === 0
  const checked = checkStudy(
    {
      ...raw,
      ...(isUnnamed ? { space: unnamedSpace } : {}),
      name: raw['name'] ?? name.parse(undefined),
      stop: raw['stop'] ?? stop.parse(undefined),
      objective: { external: true },
    },
    { tasks, external: true },
  )
  if (parsed.ok && checked.ok) {
    return isUnnamed ? { ...checked.specification, space: {} } : checked.specification
  }
  // The line's own schema is nearer to a place than the study file's.
  const problemPaths = new Set(
    (parsed.ok ? [] : parsed.problems).map(({ path }) => JSON.stringify(path)),
  )
  const further = (checked.ok ? [] : checked.problems).filter(
    ({ path }) => !problemPaths.has(JSON.stringify(path)),
  )
  const problems = [...(parsed.ok ? [] : parsed.problems), ...further]
  throw new AppError('specification.invalid', { problems })
}

/** The stored specification with `warmStart` as the line that created it can have said it. */
function asWritten({ specification }: StudyRecord, now: StudySpecification): StudySpecification {
  const studies = (list: StudySpecification['warmStart']): string =>
    JSON.stringify(list.map(({ study, data }) => [study, data === 'other']))
  const isSame = studies(specification.warmStart) === studies(now.warmStart)
  return isSame ? { ...specification, warmStart: now.warmStart } : specification
}

/** A study goes on with what its trials were proposed by; anything else is another study. */
function differences(before: StudySpecification, now: StudySpecification): Problem[] {
  const keys = Object.keys(now) as (keyof StudySpecification)[]
  return keys
    .filter(key => !isDeepStrictEqual(before[key], now[key]))
    .map(key => ({
      path: [key],
      value: problemValue(now[key]),
      rule: msg('rule.sameStudy', { study: before.name, value: JSON.stringify(before[key]) }),
    }))
}
