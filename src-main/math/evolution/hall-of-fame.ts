import type { Order } from './selection/ranked.ts'

/**
 * The best individuals ever seen, from the best on; of equally good ones the older stands first and
 * survives. Members are those of DEAP's `HallOfFame`, except that there a newcomer stands before its
 * equals, so that the oldest of them leaves first.
 * @param hall so far, from the best; at most `size`
 * @param individuals new ones in the order of their birth
 * @param isSame whether two individuals are one and the same solution, which enters once
 */
export function updateHallOfFame<Individual>(
  hall: readonly Individual[],
  individuals: readonly Individual[],
  size: number,
  order: Order<Individual>,
  isSame: (first: Individual, second: Individual) => boolean,
): Individual[] {
  const updated = [...hall]
  for (const individual of individuals) {
    const last = updated.at(-1)
    const enters = updated.length < size || (last !== undefined && order(individual, last) < 0)
    if (!enters || updated.some(member => isSame(individual, member))) continue
    const place = updated.findIndex(member => order(individual, member) < 0)
    updated.splice(place < 0 ? updated.length : place, 0, individual)
    updated.length = Math.min(updated.length, size)
  }
  return updated
}
