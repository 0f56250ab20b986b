import type { ConfigurationDifference } from '../../core/questions/comparison.ts'
import { isObject } from '../../core/values/json.ts'
import type { JsonValue } from '../../core/values/json.ts'
import type { StudySpecification } from '../../core/study/study-specification.ts'

/** Parts in which repeats of a study may differ. */
const ofRepeats = new Set(['name', 'seed'])

/** Paths at which specifications differ, in the order of the study file; what all have alike is left out. */
export function configurationDifferences(
  specifications: readonly StudySpecification[],
): ConfigurationDifference[] {
  const flat = specifications.map(specification => {
    const entries = Object.entries(specification).filter(([key]) => !ofRepeats.has(key))
    return new Map(entries.flatMap(([key, value]) => leavesOf(key, value as JsonValue)))
  })
  const paths = new Set(flat.flatMap(leaves => [...leaves.keys()]))
  return [...paths].flatMap(path => {
    const values = flat.map(leaves => leaves.get(path))
    const texts = values.map(value => JSON.stringify(value))
    return texts.every(text => text === texts[0]) ? [] : [{ path, values }]
  })
}

/** Whether two studies are the same but for name and seed: repeats of one another. */
export function areRepeats(a: StudySpecification, b: StudySpecification): boolean {
  return configurationDifferences([a, b]).length === 0
}

/** Lists stay whole: their items have no names. */
function leavesOf(path: string, value: JsonValue): [string, JsonValue][] {
  if (!isObject(value)) return [[path, value]]
  const entries = Object.entries(value)
  if (entries.length === 0) return [[path, value]]
  return entries.flatMap(([key, part]) => leavesOf(`${path}.${key}`, part))
}
