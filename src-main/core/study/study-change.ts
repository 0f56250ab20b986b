import { z } from 'zod'
import { isObject } from '../values/json.ts'
import type { JsonValue } from '../values/json.ts'
import { namedValues, ownValue, setOwnValue } from '../values/named-values.ts'
import { parameterSchema } from './space-specification.ts'
import { stopSchema } from './keys/stop.ts'
import { type StudySpecification, studySpecificationSchema } from './study-specification.ts'

/**
 * Settings that a person may change in a study that has begun: when it ends, how many trials run at once, the pruner, and
 * what parameters may become. The objective, its goals and the sampler stay: with others it would be
 * another study.
 */
const { pruner, parallelTrials } = studySpecificationSchema.shape

export const studyChangeSchema = z.strictObject({
  stop: stopSchema.optional(),
  parallelTrials: parallelTrials.unwrap().optional(),
  pruner: pruner.unwrap().optional(),
  /** The changed parameters only; others stay, and none can be added. */
  space: namedValues(parameterSchema).optional(),
})

export type StudyChange = z.output<typeof studyChangeSchema>

/** One setting before and after; null where there was or is none. */
export interface SettingChange {
  /** e.g. `stop.trials`, `parallelTrials`, `pruner`, `space.learningRate` */
  readonly path: string
  readonly from: JsonValue
  readonly to: JsonValue
}

/** The specification with the change made; unknown parameters in `space` are left to the check. */
export function withChange(
  specification: StudySpecification,
  change: StudyChange,
): StudySpecification {
  return {
    ...specification,
    stop: change.stop ?? specification.stop,
    parallelTrials: change.parallelTrials ?? specification.parallelTrials,
    pruner: change.pruner ?? specification.pruner,
    space: { ...specification.space, ...change.space },
  }
}

/** Every setting that differs between two specifications of a study. */
export function settingChanges(
  before: StudySpecification,
  after: StudySpecification,
): SettingChange[] {
  return [
    ...differences('stop', before.stop, after.stop),
    ...differences(
      '',
      { parallelTrials: before.parallelTrials, pruner: before.pruner, sampler: before.sampler },
      after,
    ),
    ...differences('space', before.space, after.space),
  ]
}

/**
 * The specification with some settings as they were before.
 * @returns null if one of them is no longer what the change made it
 */
export function withoutChanges(
  specification: StudySpecification,
  changes: readonly SettingChange[],
): StudySpecification | null {
  const reverted: Record<string, unknown> = {
    ...specification,
    stop: { ...specification.stop },
    space: { ...specification.space },
  }
  for (const { path, from, to } of changes) {
    const dot = path.indexOf('.')
    const key = path.slice(dot + 1)
    const owner = (dot < 0 ? reverted : ownValue(reverted, path.slice(0, dot))) as Record<
      string,
      unknown
    >
    if (!isSame(ownValue(owner, key), to)) return null
    if (from === null) Reflect.deleteProperty(owner, key)
    else setOwnValue(owner, key, from)
  }
  return reverted as unknown as StudySpecification
}

function differences(section: string, before: object, after: object): SettingChange[] {
  const keys = section === '' ? Object.keys(before) : Object.keys({ ...before, ...after })
  return keys.flatMap(key => {
    const from = ownValue(before as Record<string, unknown>, key)
    const to = ownValue(after as Record<string, unknown>, key)
    if (isSame(from, to)) return []
    const path = section === '' ? key : `${section}.${key}`
    // Whole: taking a change back, and verifying what came before it, needs every value.
    return [{ path, from: (from ?? null) as JsonValue, to: (to ?? null) as JsonValue }]
  })
}

function isSame(a: unknown, b: unknown): boolean {
  return sorted(a) === sorted(b)
}

/** JSON with the keys of every object in order. */
function sorted(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, part: unknown) =>
    isObject(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}
