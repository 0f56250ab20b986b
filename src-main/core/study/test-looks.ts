import { msg, type MessageDescriptor } from '../errors/message.ts'
import { isObject, type JsonObject } from '../values/json.ts'
import type { StudySpecification } from './study-specification.ts'

/**
 * How often models were measured on the test rows of a study, by all studies of the database: who chooses among values of the same rows chooses by
 * them, and the rows are no test any more.
 */
export interface TestLooks {
  /** Before the value of the trial that was tested. */
  readonly before: number
  /** So far, with the value itself and those after it. */
  readonly total: number
  /** Studies that have looked. */
  readonly studies: number
}

/** Keys of `data` that decide which rows are the test rows, beside the files themselves. */
const splitKeys = ['test', 'group', 'time', 'target', 'problem', 'withoutTarget'] as const

/**
 * Names the test rows of a study: the content of its files, and what draws the split from it. Studies with the same name have the same
 * test rows.
 * @param dataset what the study knows of its data; `contentHash` is the hash of its files
 * @returns null for a study without data of ours
 */
export function testRowsName(
  { objective, seed }: Pick<StudySpecification, 'objective' | 'seed'>,
  dataset: JsonObject | null,
): string | null {
  const contentHash = dataset?.['contentHash']
  if (typeof contentHash !== 'string' || !('data' in objective) || !isObject(objective.data))
    return null
  const { data } = objective
  if (hasTestFile(data)) return JSON.stringify([contentHash, 'file'])
  const split = splitKeys.map(key => data[key] ?? null)
  // Rows in the order of their times are not drawn.
  return JSON.stringify([contentHash, 'time' in data ? null : seed, split])
}

function hasTestFile(data: Readonly<Record<string, unknown>>): boolean {
  const { source, testFile } = data
  if (testFile !== undefined) return true
  return source === 'mnist' || (isObject(source) && source['testImages'] !== undefined)
}

/**
 * Says it of the value of the trial that was tested first, or of that of a model that was measured later.
 * @param isLater of a later one, `before` does not count what came before it
 */
export function testLooksMessage(
  { before, total, studies }: TestLooks,
  isLater = false,
): MessageDescriptor {
  if (total <= 1) return msg('testLooks.first')
  return msg('testLooks.again', { before: isLater ? 0 : before, total, studies })
}
