/**
 * Ring migration between islands: every island sends the `count` individuals that `select` gives to the
 * next one, the last to the first. They take the places of those that `replace` gives there, by default
 * of the island's own emigrants. All leave before any arrives. Meaning of DEAP's `migRing`.
 *
 * J. P. Cohoon, S. U. Hegde, W. N. Martin, D. Richards: Punctuated equilibria: a parallel genetic algorithm.
 * ICGA 1987, 148–154.
 *
 * @param replace gives different members of the island, at least `count`, each of them once in it
 * @returns new islands of the same sizes
 */
export function migrateRing<Individual>(
  islands: readonly (readonly Individual[])[],
  count: number,
  select: (island: readonly Individual[], count: number) => readonly Individual[],
  replace: (island: readonly Individual[], count: number) => readonly Individual[] = select,
): Individual[][] {
  const emigrants = islands.map(island => select(island, count))
  return islands.map((island, to) => {
    const arriving = emigrants.at(to - 1) as readonly Individual[]
    const settled = [...island]
    replace(island, count).forEach((leaving, index) => {
      const position = settled.indexOf(leaving)
      const immigrant = arriving[index]
      if (position >= 0 && immigrant !== undefined) settled[position] = immigrant
    })
    return settled
  })
}
