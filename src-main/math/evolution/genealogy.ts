/**
 * The ancestry of an individual: for it and each of its ancestors that has parents on record, these
 * parents, nearest generations first. Meaning of DEAP's `History.getGenealogy`; where a member of the family
 * can be reached on several ways, the shortest counts.
 * @param parentsOf the parents of a number; undefined if nothing is known of it
 * @param depth generations to go back, 1: its parents only; default all
 */
export function genealogy(
  individual: number,
  parentsOf: (individual: number) => readonly number[] | undefined,
  depth = Number.POSITIVE_INFINITY,
): Map<number, readonly number[]> {
  const tree = new Map<number, readonly number[]>()
  let generation = [individual]
  for (let back = 0; back < depth && generation.length > 0; back++) {
    const next = new Set<number>()
    for (const member of generation) {
      const parents = parentsOf(member)
      if (parents === undefined || tree.has(member)) continue
      tree.set(member, parents)
      for (const parent of parents) if (!tree.has(parent)) next.add(parent)
    }
    generation = [...next]
  }
  return tree
}
