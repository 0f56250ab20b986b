import type { TrialState } from '../../../contract/trial.ts'
import { markup, trusted, type Markup } from '../markup.ts'

/**
 * One shape per trial state, so that states differ without colour. Shapes are path data around
 * (x, y); circles are strokes of no length with round caps, which costs ten bytes a point.
 */
const shapes: Readonly<Record<TrialState, (x: number, y: number) => string>> = {
  complete: (x, y) => `M${coordinate(x)},${coordinate(y)}h0`,
  pruned: (x, y) => `M${coordinate(x)},${coordinate(y - 4)}l4,4l-4,4l-4,-4z`,
  failed: (x, y) => `M${coordinate(x - 3.5)},${coordinate(y - 3.5)}l7,7m0,-7l-7,7`,
  cancelled: (x, y) => `M${coordinate(x - 3)},${coordinate(y - 3)}h6v6h-6z`,
  running: (x, y) => `M${coordinate(x - 3)},${coordinate(y - 4)}l7,4l-7,4z`,
  interrupted: (x, y) => `M${coordinate(x - 2)},${coordinate(y - 4)}v8m4,-8v8`,
}

/** A number for path data and attributes: one decimal is a tenth of a pixel. */
export function coordinate(value: number): string {
  return String(Math.round(value * 10) / 10)
}

export function markPath(state: TrialState, x: number, y: number): string {
  return shapes[state](x, y)
}

/** Marks of one state as a single path; those that break a constraint are paler. */
export function marks(
  state: TrialState,
  paths: readonly string[],
  infeasible = false,
): Markup | null {
  return paths.length === 0
    ? null
    : trusted(`<path class="${markClass(state, infeasible)}" d="${paths.join('')}"/>`)
}

export function markClass(state: TrialState, infeasible: boolean): string {
  return `mark ${state}${infeasible ? ' infeasible' : ''}`
}

/** The mark beside a word, for legends and tables. */
export function stateIcon(state: TrialState, infeasible = false): Markup {
  return markup`<svg class="icon" viewBox="0 0 12 12" aria-hidden="true">${marks(
    state,
    [markPath(state, 6, 6)],
    infeasible,
  )}</svg>`
}
