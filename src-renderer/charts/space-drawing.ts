import { visibleText } from '../../src-main/core/i18n/visible-text.ts'
import type { ChartColors } from '../../src-main/charts/chart-colors.ts'
import type { SpacePoint } from '../../src-main/charts/pareto-model.ts'
import { canvasFont } from './canvas-font.ts'

export interface Turn {
  /** Around the vertical axis, radians. */
  readonly yaw: number
  /** Up and down, radians. */
  readonly pitch: number
}

export interface Projected {
  readonly x: number
  readonly y: number
  /** Larger is nearer. */
  readonly depth: number
}

/** Parallel projection of the turned unit cube into a square of the given size. */
export function project(
  [a, b, c]: readonly [number, number, number],
  { yaw, pitch }: Turn,
  sizePx: number,
): Projected {
  const [x, y, z] = [a - 0.5, b - 0.5, c - 0.5]
  const across = x * Math.cos(yaw) + y * Math.sin(yaw)
  const away = -x * Math.sin(yaw) + y * Math.cos(yaw)
  const up = z * Math.cos(pitch) - away * Math.sin(pitch)
  const depth = -(z * Math.sin(pitch) + away * Math.cos(pitch))
  // The diagonal of the cube is √3 long.
  const scale = sizePx / 1.9
  return { x: sizePx / 2 + across * scale, y: sizePx / 2 - up * scale, depth }
}

/** The three edges that meet in the origin, as axes. */
const spaceAxes = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
] as const

/** Draws points from far to near, and the axes with their names. */
export function drawSpace(
  context: CanvasRenderingContext2D,
  points: readonly SpacePoint[],
  names: readonly string[],
  turn: Turn,
  sizePx: number,
  selected: ReadonlySet<number>,
  colors: ChartColors,
): void {
  context.clearRect(0, 0, sizePx, sizePx)
  const origin = project([0, 0, 0], turn, sizePx)
  const { family, sizePx: lettersPx } = canvasFont()
  context.font = `${lettersPx}px ${family}`
  context.textAlign = 'center'
  spaceAxes.forEach((end, index) => {
    const { x, y } = project(end, turn, sizePx)
    context.strokeStyle = colors.quiet
    context.beginPath()
    context.moveTo(origin.x, origin.y)
    context.lineTo(x, y)
    context.stroke()
    context.fillStyle = colors.text
    const name = project([end[0] * 1.08, end[1] * 1.08, end[2] * 1.08], turn, sizePx)
    context.fillText(visibleText(names[index] ?? ''), name.x, name.y)
  })
  const placed = points
    .map(point => ({ point, ...project(point.at, turn, sizePx) }))
    .sort((a, b) => a.depth - b.depth)
  for (const { point, x, y } of placed) {
    context.fillStyle = point.front ? colors.best : colors.faint
    context.beginPath()
    context.arc(x, y, point.front ? 4 : 2.5, 0, 2 * Math.PI)
    context.fill()
    if (!selected.has(point.trial)) continue
    context.strokeStyle = colors.text
    context.beginPath()
    context.arc(x, y, 8, 0, 2 * Math.PI)
    context.stroke()
  }
}
