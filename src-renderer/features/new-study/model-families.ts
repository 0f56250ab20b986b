import { ownValue } from '../../../src-main/core/values/named-values.ts'
import { isObject } from '../../../src-main/core/values/json.ts'
import { isSame, type Space } from './follow-data.ts'

/** Model families that a space searches; null where it has no choice of them. */
export function familiesOf(space: Space): readonly string[] | null {
  const { family } = space
  const choice = isObject(family) ? family['choice'] : undefined
  return Array.isArray(choice) ? choice.map(String) : null
}

/**
 * A space over some families of those that are offered: parameters come and go with the families that read them, and what a person has
 * made of the others stays.
 */
export function withFamilies(space: Space, offered: Space, chosen: readonly string[]): Space {
  const all = familiesOf(offered) ?? []
  const chosenFamilies = all.filter(family => chosen.includes(family))
  const readersOf = (parameter: unknown): readonly string[] | null => {
    const when = isObject(parameter) && isObject(parameter['when']) ? parameter['when'] : {}
    const readers = when['family']
    if (readers === undefined) return null
    return (Array.isArray(readers) ? (readers as unknown[]) : [readers]).map(String)
  }
  const fitted = (parameter: unknown): unknown => {
    const readers = readersOf(parameter)
    if (readers === null || !isObject(parameter)) return parameter
    const remainingFamilies = chosenFamilies.filter(family => readers.includes(family))
    const when: Record<string, unknown> = {
      ...(parameter['when'] as object),
      family: remainingFamilies.length === 1 ? remainingFamilies[0] : remainingFamilies,
    }
    if (isSame(remainingFamilies, chosenFamilies)) delete when['family']
    const { when: _, ...otherKeys } = parameter
    return Object.keys(when).length === 0 ? otherKeys : { ...otherKeys, when }
  }
  const isRead = (parameter: unknown): boolean =>
    readersOf(parameter)?.some(family => chosenFamilies.includes(family)) ?? true
  const names = [...new Set([...Object.keys(offered), ...Object.keys(space)])]
  const before = familiesOf(space) ?? []
  return Object.fromEntries(
    names.flatMap((name): [string, unknown][] => {
      if (name === 'family') return [[name, { choice: chosenFamilies }]]
      const [mine, theirs] = [ownValue(space, name), ownValue(offered, name)]
      if (theirs === undefined) return mine === undefined ? [] : [[name, mine]]
      if (!isRead(theirs)) return []
      // One that a person took out stays out; one of a family that comes back comes too.
      const wasRead = readersOf(theirs)?.some(family => before.includes(family)) ?? true
      if (mine === undefined && wasRead) return []
      const { when: _, ...range } = (isObject(mine ?? theirs) ? (mine ?? theirs) : {}) as Record<
        string,
        unknown
      >
      const { when } = theirs as Record<string, unknown>
      return [[name, fitted(when === undefined ? range : { ...range, when })]]
    }),
  )
}
