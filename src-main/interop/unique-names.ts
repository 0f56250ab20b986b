import type { ImportNote } from '../core/study/import-note.ts'
import { brokenNameRule, MAX_NAME_LENGTH, usableName } from '../core/study/parameter-name.ts'

/**
 * Names of parameters that study files allow, each once; one that is allowed is kept.
 *
 * @param names as another program writes them, all different
 * @param notes get one for every name that changes
 * @returns name there to name here, in the same order
 */
export function uniqueNames(names: readonly string[], notes: ImportNote[]): Map<string, string> {
  const usedNames = new Set(names.filter(name => brokenNameRule(name) === null))
  return new Map(
    names.map(name => {
      if (usedNames.has(name)) return [name, name]
      const usable = usableName(name)
      let unique = usable
      for (let count = 2; usedNames.has(unique); count++) {
        const ending = `_${count}`
        unique = [...usable].slice(0, MAX_NAME_LENGTH - ending.length).join('') + ending
      }
      usedNames.add(unique)
      notes.push({ code: 'parameterRenamed', parameter: name, name: unique })
      return [name, unique]
    }),
  )
}
