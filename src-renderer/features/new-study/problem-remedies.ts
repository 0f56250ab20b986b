import type { MessageDescriptor } from '../../../src-main/core/errors/message.ts'
import type { Problem } from '../../../src-main/core/errors/problem.ts'
import { isObject } from '../../../src-main/core/values/json.ts'
import { ownValue } from '../../../src-main/core/values/named-values.ts'
import { type DataKeys, withKey } from '../datasets/data-keys.ts'
import { type Draft, objectOf } from './draft.ts'
import { suggestedParameter } from './suggested-parameter.ts'

/** Another objective or space that solves a problem. */
export interface DraftRemedy {
  /** A text `newStudy.remedy.…`. */
  readonly name: 'dropRows' | 'inferType' | 'leaveOut' | 'addParameters'
  readonly objective?: Draft
  readonly space?: Draft
  /** Parameters that are added. */
  readonly parameters?: readonly string[]
}

/**
 * What one press can do about a problem of a draft; the most likely remedy first.
 * @param problems of the draft; one press adds every parameter that they name, at the first of them
 */
export function draftRemedies(
  problem: Problem,
  draft: Draft,
  problems: readonly Problem[],
): readonly DraftRemedy[] {
  const { path, rule } = problem
  const { code } = innermostRule(rule)
  const objective = objectOf(draft['objective'])
  const data = objectOf(objective['data'])
  const withData = (keys: DataKeys): Draft => ({ ...objective, data: keys })
  if (code === 'rule.targetMissing') {
    return [{ name: 'dropRows', objective: withData(withKey(data, 'withoutTarget', 'drop')) }]
  }
  const [, , key, column] = path
  if (key === 'columns' && typeof column === 'string') {
    const inferred = withInferredType(data, column)
    const ignored = Array.isArray(data['ignore']) ? (data['ignore'] as unknown[]) : []
    const leftOut = withKey(inferred, 'ignore', [...ignored, column])
    const leaveOut = { name: 'leaveOut', objective: withData(leftOut) } as const
    return inferred === data
      ? [leaveOut]
      : [{ name: 'inferType', objective: withData(inferred) }, leaveOut]
  }
  if (code === unknownCode && problems.find(isUnknownPlaceholder) === problem) {
    const parameters = [...new Set(problems.filter(isUnknownPlaceholder).map(placeholderOf))]
    const added = parameters.map(name => [name, suggestedParameter(name)] as const)
    const space = { ...objectOf(draft['space']), ...Object.fromEntries(added) }
    return [{ name: 'addParameters', parameters, space }]
  }
  return []
}

const unknownCode = 'rule.unknownPlaceholder'

function isUnknownPlaceholder({ rule }: Problem): boolean {
  return rule.code === unknownCode && typeof rule.values?.['name'] === 'string'
}

function placeholderOf({ rule }: Problem): string {
  const name = rule.values?.['name']
  return typeof name === 'string' ? name : ''
}

/** The rule that a value breaks, without where it stands. */
function innermostRule(rule: MessageDescriptor): MessageDescriptor {
  const inner: unknown = rule.values?.['rule']
  return isObject(inner) && typeof inner['code'] === 'string'
    ? innermostRule(inner as unknown as MessageDescriptor)
    : rule
}

/** The keys without a type of a column; the same keys where they say none. */
function withInferredType(data: DataKeys, column: string): DataKeys {
  const lists = ['numeric', 'categorical'].reduce((keys, list) => {
    const names: unknown = ownValue(keys, list)
    if (!Array.isArray(names) || !names.includes(column)) return keys
    const others = names.filter(name => name !== column)
    return withKey(keys, list, others.length === 0 ? undefined : others)
  }, data)
  const columns = objectOf(lists['columns'])
  const settings = objectOf(ownValue(columns, column))
  if (!('type' in settings)) return lists
  const { [column]: _, ...otherColumns } = columns
  const { type: _type, ...signs } = settings
  const next = Object.keys(signs).length === 0 ? otherColumns : { ...columns, [column]: signs }
  return withKey(lists, 'columns', Object.keys(next).length === 0 ? undefined : next)
}
