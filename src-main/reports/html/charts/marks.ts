import { type Shape, starPoints, stateShapes } from '../../../charts/chart-model.ts'
import type { TrialState } from '../../../core/trial/trial.ts'
import { markup, trusted, type Markup } from '../markup.ts'
import { toneClass } from './tones.ts'

/**
 * Shapes as path data around (x, y), so that what differs differs without color; dots are strokes of no length with round caps,
 * which costs ten bytes a point.
 */
const shapes: Readonly<Record<Shape, (x: number, y: number) => string>> = {
  dot: (x, y) => `M${coordinate(x)},${coordinate(y)}h0`,
  circle: (x, y) => `M${coordinate(x - 3)},${coordinate(y)}a3,3 0 1 0 6,0a3,3 0 1 0 -6,0`,
  ring: (x, y) => `M${coordinate(x - 7)},${coordinate(y)}a7,7 0 1 0 14,0a7,7 0 1 0 -14,0`,
  diamond: (x, y) => `M${coordinate(x)},${coordinate(y - 4)}l4,4l-4,4l-4,-4z`,
  cross: (x, y) => `M${coordinate(x - 3.5)},${coordinate(y - 3.5)}l7,7m0,-7l-7,7`,
  square: (x, y) => `M${coordinate(x - 3)},${coordinate(y - 3)}h6v6h-6z`,
  triangle: (x, y) => `M${coordinate(x - 3)},${coordinate(y - 4)}l7,4l-7,4z`,
  star: (x, y) =>
    `M${starPoints(7)
      .map(([right, down]) => `${coordinate(x + right)},${coordinate(y + down)}`)
      .join('L')}z`,
  bars: (x, y) => `M${coordinate(x - 2)},${coordinate(y - 4)}v8m4,-8v8`,
}

/** A number for path data and attributes: one decimal is a tenth of a pixel. */
export function coordinate(value: number): string {
  return String(Math.round(value * 10) / 10)
}

/** A triangle that points to the right or the left, up or down: the value lies further out. */
export function arrowPath(x: number, y: number, [right, down]: readonly [number, number]): string {
  const [across, up] = [4 * down, 4 * right]
  return `M${coordinate(x + 4 * right)},${coordinate(y + 4 * down)}L${coordinate(x - 3 * right + across)},${coordinate(y - 3 * down + up)}L${coordinate(x - 3 * right - across)},${coordinate(y - 3 * down - up)}z`
}

export function shapePath(shape: Shape, x: number, y: number): string {
  return shapes[shape](x, y)
}

/** A small drawing beside a word, for legends and tables. */
export function sample(width: number, content: string): Markup {
  return trusted(
    `<svg class="sample" viewBox="0 0 ${width} 12" width="${width}" height="12" aria-hidden="true">${content}</svg>`,
  )
}

/** The mark of a trial by its state; one that breaks a constraint has its own. */
export function stateIcon(state: TrialState, infeasible = false): Markup {
  const [shape, tone] = infeasible
    ? (['circle', 'failed'] as const)
    : ([stateShapes[state], state] as const)
  return markup`${sample(12, `<path class="mark ${shape} ${toneClass('line', tone)}" d="${shapePath(shape, 6, 6)}"/>`)}`
}
