import { writeFileSync } from 'node:fs'

interface Line {
  readonly name: string
  readonly color: string
  readonly points: readonly (readonly [x: number, y: number])[]
}

interface Panel {
  readonly title: string
  readonly horizontal: string
  readonly lines: readonly Line[]
  /** Where the names of the lines stand, pixels from the top; default: above everything. */
  readonly namesAt?: number
}

const width = 380
const height = 260
const margin = { left: 52, right: 16, top: 34, bottom: 42 }

/** Panels side by side, both axes logarithmic. */
export function writePicture(file: string, panels: readonly Panel[]): void {
  const bodies = panels.map(
    (panel, at) => `<g transform="translate(${at * width} 0)">${panelBody(panel)}</g>`,
  )
  const whole = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${panels.length * width} ${height}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="#fff"/>
${bodies.join('\n')}
</svg>
`
  writeFileSync(file, whole)
}

function panelBody({ title, horizontal, lines, namesAt = margin.top + 12 }: Panel): string {
  const all = lines.flatMap(({ points }) => points)
  const x = scale(
    all.map(([value]) => value),
    margin.left,
    width - margin.right,
  )
  const y = scale(
    all.map(([, value]) => value),
    height - margin.bottom,
    margin.top,
  )
  const ticks = (values: readonly number[], draw: (value: number) => string): string =>
    values.map(draw).join('')
  const bottom = height - margin.bottom
  return [
    `<text x="${margin.left}" y="18" font-weight="bold">${title}</text>`,
    ticks(x.ticks, value => label(x.at(value), bottom + 14, 'middle', value)),
    ticks(y.ticks, value => {
      const line = `<path d="M${margin.left} ${fixed(y.at(value))}H${width - margin.right}" stroke="#ddd"/>`
      return line + label(margin.left - 6, y.at(value) + 4, 'end', value)
    }),
    `<text x="${(margin.left + width - margin.right) / 2}" y="${height - 10}" text-anchor="middle">${horizontal}</text>`,
    ...lines.map(({ name, color, points }, index) => {
      const path = points.map(([px, py]) => `${fixed(x.at(px))} ${fixed(y.at(py))}`).join('L')
      const key = `<text x="${width - margin.right - 4}" y="${namesAt + 14 * index}" text-anchor="end" fill="${color}">${name}</text>`
      return `<path d="M${path}" fill="none" stroke="${color}" stroke-width="1.6"/>${key}`
    }),
  ].join('\n')
}

function label(x: number, y: number, anchor: string, value: number): string {
  return `<text x="${fixed(x)}" y="${fixed(y)}" text-anchor="${anchor}" fill="#555">${value}</text>`
}

function scale(values: readonly number[], from: number, to: number) {
  const logs = values.map(Math.log10)
  const [low, high] = [Math.min(...logs), Math.max(...logs)]
  const at = (value: number): number =>
    from + ((Math.log10(value) - low) / (high - low)) * (to - from)
  const ticks: number[] = []
  for (let power = Math.floor(low); power <= high; power++) {
    for (const digit of [1, 2, 5]) {
      const value = Number((digit * 10 ** power).toPrecision(1))
      if (Math.log10(value) >= low && Math.log10(value) <= high) ticks.push(value)
    }
  }
  const every = Math.ceil(ticks.length / 8)
  return { at, ticks: ticks.filter((_, index) => index % every === 0) }
}

function fixed(value: number): string {
  return value.toFixed(1)
}
