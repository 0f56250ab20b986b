import { ownValue } from '../../core/values/named-values.ts'
import type { JsonObject, JsonValue } from '../../core/values/json.ts'
import { isObject } from '../../core/values/json.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'
import type { MeasurementAspect, MeasurementDifference } from '../../core/questions/comparison.ts'

/** A study as far as its values can be held against those of others. */
export interface MeasuredStudy {
  readonly name: string
  readonly specification: StudySpecification
  /** Properties of its prepared data; null without data, or before they are prepared. */
  readonly dataset: JsonObject | null
}

/** Settings of data that say where rows come from, and those that say which of them validate. */
const sourceKeys = ['file', 'source', 'testFile']
const splitKeys = ['train', 'validation', 'test', 'group', 'time', 'embargo']

/**
 * What a value of the first goal measures, by aspect; equal texts measure alike. Null: not known, as of a program, which may measure the same
 * as anything.
 */
function measurementOf({
  specification,
  dataset,
}: MeasuredStudy): Record<MeasurementAspect, string | null> {
  const { goals, objective, folds } = specification
  const [goal] = goals
  const settings = objective as Readonly<Record<string, JsonValue | undefined>>
  const data = isObject(settings['data']) ? settings['data'] : {}
  const pick = (keys: readonly string[]): string =>
    keys
      .flatMap(key => {
        const value = ownValue(data, key)
        return value === undefined ? [] : [`${key} ${textOf(value)}`]
      })
      .join(', ')
  const content = dataset?.['contentHash']
  return {
    goal: `${goal?.direction} ${goal?.metric}`,
    task: textOrNull(settings['task'] ?? settings['function']),
    data: typeof content === 'string' ? content : textOrNull(pick(sourceKeys)),
    target: textOrNull(data['target']),
    split: isObject(settings['data'])
      ? [pick(splitKeys), ...(folds > 1 ? [`folds ${folds}`] : [])].filter(Boolean).join(', ')
      : null,
  }
}

function textOrNull(value: JsonValue | undefined): string | null {
  return value === undefined || value === '' ? null : textOf(value)
}

/** Whether two measurements differ in an aspect that both say. */
function differ(first: string | null, other: string | null): boolean {
  return first !== null && other !== null && first !== other
}

function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** As a person knows it: a hash says nothing. */
function shownOf(aspect: MeasurementAspect, study: MeasuredStudy): string | null {
  if (aspect === 'data') return measurementOf({ ...study, dataset: null }).data
  return measurementOf(study)[aspect]
}

/**
 * Whether values of studies can be compared: same goal, problem, data, target and split.
 * @returns aspects in which they differ, and the names of studies that can be compared with one another, two or more at a time
 */
export function measurementDifferences(studies: readonly MeasuredStudy[]): {
  readonly differences: readonly MeasurementDifference[]
  readonly comparable: readonly (readonly string[])[]
} {
  const measured = studies.map(study => ({ study, of: measurementOf(study) }))
  const aspects: readonly MeasurementAspect[] = ['goal', 'task', 'data', 'target', 'split']
  const differences = aspects.flatMap((aspect): MeasurementDifference[] =>
    measured.every(({ of }) => measured.every(other => !differ(of[aspect], other.of[aspect])))
      ? []
      : [
          {
            aspect,
            values: measured.map(({ study }) => ({
              study: study.name,
              value: shownOf(aspect, study) ?? '–',
            })),
          },
        ],
  )
  const alike: (typeof measured)[] = []
  for (const study of measured) {
    const group = alike.find(members =>
      members.every(({ of }) => aspects.every(aspect => !differ(of[aspect], study.of[aspect]))),
    )
    if (group === undefined) alike.push([study])
    else group.push(study)
  }
  return {
    differences,
    comparable: alike
      .filter(({ length }) => length > 1)
      .map(group => group.map(({ study }) => study.name)),
  }
}
