/** The picture of a comparison in pairs: for each row a line from one value to the other, to the left is better. */
export interface Pair {
  readonly label: string
  readonly from: number
  readonly to: number
}

const WIDTH = 640
const LEFT = 230
const RIGHT = 30
const TOP = 52
const ROW = 22
const FROM_COLOR = '#999'
const TO_COLOR = '#0b6bcb'

/** @returns an SVG document with a logarithmic axis */
export function drawPairs(
  pairs: readonly Pair[],
  text: { readonly title: string; readonly from: string; readonly to: string },
): string {
  const values = pairs.flatMap(({ from, to }) => [from, to]).filter(value => value > 0)
  const [low, high] = [Math.log10(Math.min(...values)), Math.log10(Math.max(...values))]
  const x = (value: number): number =>
    LEFT + ((Math.log10(value) - low) / (high - low)) * (WIDTH - LEFT - RIGHT)
  const rows = pairs.map(({ label, from, to }, index) => {
    const y = TOP + ROW * index
    const [a, b] = [x(from).toFixed(1), x(to).toFixed(1)]
    return `<text x="${LEFT - 12}" y="${y + 4}" text-anchor="end">${label}</text><path d="M${a} ${y}H${b}" stroke="${TO_COLOR}"/><circle cx="${a}" cy="${y}" r="4" fill="${FROM_COLOR}"/><circle cx="${b}" cy="${y}" r="4" fill="${TO_COLOR}"/>`
  })
  const floor = TOP + ROW * pairs.length
  const decades = Array.from(
    { length: Math.max(Math.floor(high) - Math.ceil(low) + 1, 0) },
    (_, index) => 10 ** (Math.ceil(low) + index),
  )
  const ticks = decades.map(
    value =>
      `<path d="M${x(value).toFixed(1)} ${TOP - 14}V${floor - 8}" stroke="#e4e4e4"/><text x="${x(value).toFixed(1)}" y="${floor + 8}" text-anchor="middle" fill="#555">${value}</text>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${floor + 18}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="#fff"/>
<text x="16" y="18" font-weight="bold">${text.title}</text>
<g><circle cx="${LEFT}" cy="30" r="4" fill="${FROM_COLOR}"/><text x="${LEFT + 10}" y="34">${text.from}</text><circle cx="${LEFT + 120}" cy="30" r="4" fill="${TO_COLOR}"/><text x="${LEFT + 130}" y="34">${text.to}</text></g>
${ticks.join('')}
${rows.join('\n')}
</svg>
`
}
