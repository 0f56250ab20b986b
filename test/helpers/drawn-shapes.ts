import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { encode } from 'fast-png'
import { createRandomStream } from '../../src-main/math/random/stream.ts'

/** Whether a point lies in a shape of radius 1 around the origin. */
const shapes: Readonly<Record<string, (x: number, y: number) => boolean>> = {
  circles: (x, y) => Math.hypot(x, y) < 0.9,
  crosses: (x, y) =>
    Math.max(Math.abs(x), Math.abs(y)) < 1 && Math.min(Math.abs(x), Math.abs(y)) < 0.3,
  squares: (x, y) => Math.max(Math.abs(x), Math.abs(y)) < 0.8,
  triangles: (x, y) => y < 0.7 && y > -0.9 + 2 * Math.abs(x),
}

/**
 * Writes pictures of four shapes, one folder a class: filled, of random place, size, turn (up to 15°), colors of shape and background, with noise in every
 * channel. As few and as hard as somebody's first own pictures.
 * @param folder is made
 * @param perClass pictures of each class; default 30
 * @param side height and width in pixels; default 48
 * @param noise standard deviation of the noise of a channel, of 255; default 25
 */
export function writeDrawnShapes(
  folder: string,
  { perClass = 30, side = 48, noise = 25, seed = 1 } = {},
): void {
  for (const [label, [name, contains]] of Object.entries(shapes).entries()) {
    mkdirSync(path.join(folder, name), { recursive: true })
    for (let number = 0; number < perClass; number++) {
      const stream = createRandomStream({
        seed,
        number: label * perClass + number,
        purpose: 'drawn shapes',
      })
      const between = (low: number, high: number): number => low + (high - low) * stream.uniform()
      const radius = between(0.18, 0.34) * side
      const [centerX, centerY] = [between(radius, side - radius), between(radius, side - radius)]
      const turn = between(-Math.PI / 12, Math.PI / 12)
      const background = [between(90, 220), between(90, 220), between(90, 220)]
      const isDark = stream.uniform() < 0.5
      const ink = background.map(level =>
        isDark ? level - between(60, 90) : level + between(35, 60),
      )
      const data = new Uint8ClampedArray(side * side * 3)
      for (let pixel = 0; pixel < side * side; pixel++) {
        const dx = ((pixel % side) + 0.5 - centerX) / radius
        const dy = (Math.floor(pixel / side) + 0.5 - centerY) / radius
        const [x, y] = [
          Math.cos(turn) * dx - Math.sin(turn) * dy,
          Math.sin(turn) * dx + Math.cos(turn) * dy,
        ]
        const color = contains(x, y) ? ink : background
        for (let channel = 0; channel < 3; channel++)
          data[3 * pixel + channel] = (color[channel] as number) + noise * stream.normal()
      }
      const png = encode({
        width: side,
        height: side,
        data: new Uint8Array(data),
        channels: 3,
        depth: 8,
      })
      writeFileSync(path.join(folder, name, `${number}.png`), png)
    }
  }
}
