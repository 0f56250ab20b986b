/**
 * Names of parameters that study files allow (letters, digits, `_` and `-`), each once.
 *
 * @param names as another program writes them, all different
 * @returns name there to name here, in the same order
 */
export function uniqueNames(names: readonly string[], longest = 60): Map<string, string> {
  const taken = new Set<string>()
  return new Map(
    names.map(name => {
      const plain = name.replace(/[^\p{L}\p{N}_-]+/gu, '_').slice(0, longest)
      const usable = plain === '' || plain in Object.prototype ? `parameter_${plain}` : plain
      let unique = usable
      for (let count = 2; taken.has(unique); count++) {
        const ending = `_${count}`
        unique = usable.slice(0, longest - ending.length) + ending
      }
      taken.add(unique)
      return [name, unique]
    }),
  )
}
