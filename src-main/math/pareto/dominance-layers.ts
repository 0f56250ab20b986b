import { firstIndexWhere } from '../numbers.ts'
import { dominates, type Point } from './point.ts'

/**
 * Non-dominated fronts of a growing set of points: adding one costs a part of what sorting all again would, about
 * the size of a few fronts. The fronts do not depend on the order in which the points came.
 *
 * K. Li, K. Deb, Q. Zhang, Q. Zhang: Efficient nondomination level update method for steady-state evolutionary
 * multiobjective optimization. IEEE Transactions on Cybernetics 47(9), 2017, 2838–2849,
 * doi:10.1109/TCYB.2016.2621008.
 */
export class DominanceLayers {
  readonly #points = new Map<number, Point>()
  readonly #fronts: number[][] = []

  /** @param id not in use yet; @param point to be minimized */
  add(id: number, point: Point): void {
    this.#points.set(id, point)
    // Whoever is dominated by a front is dominated by every better one: binary search.
    const fronts = this.#fronts
    const first = firstIndexWhere(
      fronts.length,
      level => !this.#isDominated(point, fronts[level] as number[]),
    )
    // Whatever the newcomers dominate goes one front down, where it may dominate others in turn.
    let moving = [id]
    for (let level = first; moving.length > 0; level++) {
      const front = this.#fronts[level] ?? []
      const displaced = front.filter(other => this.#isDominated(this.pointOf(other), moving))
      this.#fronts[level] =
        displaced.length === 0
          ? [...front, ...moving]
          : [...front.filter(other => !displaced.includes(other)), ...moving]
      moving = displaced
    }
  }

  /** Ids of a front, rising; empty if there are not so many. @param rank 0 for the non-dominated */
  front(rank: number): number[] {
    return [...(this.#fronts[rank] ?? [])].sort((a, b) => a - b)
  }

  get frontCount(): number {
    return this.#fronts.length
  }

  pointOf(id: number): Point {
    return this.#points.get(id) as Point
  }

  #isDominated(point: Point, others: readonly number[]): boolean {
    return others.some(other => dominates(this.pointOf(other), point))
  }
}
