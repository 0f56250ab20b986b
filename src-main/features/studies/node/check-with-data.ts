import type { DataCheck } from '../common/rows.ts'
import { type AppError, errorMessage, isAppError, toAppError } from '../../../core/errors/errors.ts'
import { type MessageDescriptor, msg } from '../../../core/errors/message.ts'
import { isObject } from '../../../core/values/json.ts'
import { type Problem, problemValue, shortValue } from '../../../core/errors/problem.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import type { StudyFormat } from '../../../interop/study-file/read-study-text.ts'
import type { UnlocatedProblems } from '../../../core/processes/request-protocol.ts'
import type { PreparedForPrograms } from '../../../datasets/prepared-for-programs.ts'
import { prepareStudyData } from './create-study.ts'
import { locateProblems } from './locate-problems.ts'

interface CheckedText {
  readonly text: string
  readonly format: StudyFormat
  readonly specification: StudySpecification
}

/**
 * Checks studies over their data while they are written, one after the other: a newer one ends the reading of the data of the one before.
 * @param directories where relative names of data files start, and where prepared data lie
 */
export function createDataChecker(directories: {
  readonly study: string
  readonly cache: string
  /** Refuses data that are not to be read. */
  readonly requireData?: (objective: StudySpecification['objective']) => void
  /** Whether the reading of data has seconds of CPU by their size; default false. */
  readonly isBounded?: boolean
  /** Bounds what stays in the cache; absent: nothing does. */
  readonly prepared?: PreparedForPrograms | undefined
  /** Default: in this process. */
  readonly locate?: (
    problems: UnlocatedProblems,
  ) => readonly Problem[] | Promise<readonly Problem[]>
}): (study: CheckedText) => Promise<DataCheck> {
  let reading = new AbortController()
  return async ({ text, format, specification }) => {
    reading.abort()
    const controller = new AbortController()
    reading = controller
    try {
      directories.requireData?.(specification.objective)
      const { dataset, properties } = await prepareStudyData(
        { specification, directory: directories.study },
        directories.cache,
        {
          signal: controller.signal,
          isBounded: directories.isBounded ?? false,
          ...(directories.prepared && { prepared: directories.prepared }),
        },
      )
      const findings = dataset?.findings.map(finding => ({ ...finding })) ?? []
      const { folds } = specification
      return { state: 'read', problems: [], dataset: dataset && { ...properties, findings, folds } }
    } catch (error) {
      if (controller.signal.aborted) return { state: 'superseded', problems: [], dataset: null }
      const problems = problemsOf(toAppError(error), specification)
      const { locate = locateProblems } = directories
      return { state: 'read', problems: await locate({ text, format, problems }), dataset: null }
    }
  }
}

/** A complaint of the reader of data, at the key of the study file that says it. @throws AppError where no study file can mend it */
function problemsOf(error: AppError, { objective }: StudySpecification): readonly Problem[] {
  if (isAppError(error, 'specification.invalid')) return error.detail.problems
  const data = 'data' in objective ? objective.data : undefined
  if (isAppError(error, 'data.invalid')) {
    const { field, value, rule } = error.detail
    const columnPath = columnKey(data, error.detail)
    if (columnPath !== null) return [{ path: columnPath, value, rule: cellRule(error.detail) }]
    // Every other name of a field stands in the data file.
    if (field.startsWith('objective.')) return [{ path: field.split('.'), value, rule }]
    return [{ path: fileKey(data), value: null, rule: errorMessage(error) }]
  }
  const isTooCostly =
    isAppError(error, 'child.gone') && error.detail.reason.code === 'failure.child.cpu'
  if (isTooCostly || ['file.notFound', 'file.unreadable', 'file.notChosen'].includes(error.code)) {
    const path = fileKey(data)
    return [{ path, value: problemValue(null), rule: errorMessage(error) }]
  }
  throw error
}

type InvalidData = AppError<'data.invalid'>['detail']

/** Rules that values of a column break: codes of them. */
const columnRules = [
  'rule.columnType',
  'rule.numericColumn',
  'rule.everyRow',
  'rule.numberOrTime',
  'rule.targetMissing',
  'rule.regressionTarget',
  'rule.differentValues',
  'rule.classCount',
  'rule.sameNumber',
]

/** The key that says how the column is used whose values break a rule; null where the rule is about the file. */
function columnKey(data: unknown, { field, rule }: InvalidData): readonly string[] | null {
  if (!isObject(data) || !('file' in data) || !columnRules.includes(rule.code)) return null
  const within = ['objective', 'data']
  return field === data['target'] ? [...within, 'target'] : [...within, 'columns', field]
}

/** What is wrong with a value of a column, which the path of the problem names. */
function cellRule({ value, line, rule }: InvalidData): MessageDescriptor {
  return line === undefined ? rule : msg('rule.inLine', { line, value: shortValue(value), rule })
}

/** The key that names the data. */
function fileKey(data: unknown): readonly string[] {
  const within = ['objective', 'data']
  if (!isObject(data)) return within
  if ('file' in data) return [...within, 'file']
  const { source } = data
  if (!isObject(source)) return [...within, 'source']
  const [key = ''] = ['file', 'folders', 'images'].filter(candidateKey => candidateKey in source)
  return [...within, 'source', ...(key === '' ? [] : [key])]
}
