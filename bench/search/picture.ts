import { scaleLog } from 'd3-scale'
import { area, line } from 'd3-shape'
import { peerFile, type Summaries } from './peers.ts'

/**
 * The picture of a sampler: distance to the best known value against evaluations on six problems of different kinds, median and
 * quartiles, beside the frozen peers of its family. Both axes are logarithmic; what is exactly the best known value
 * lies on the lower edge.
 */

const PROBLEMS = [
  'hartmann6',
  'rastrigin10',
  'mixcond',
  'hpolib_protein_structure',
  'yahpo_lcbench_167168',
  'yahpo_rbv2_xgboost_16',
]

/** The peers that say most about a sampler; those of `auto` for one that is not listed. */
const PEERS: Readonly<Record<string, readonly string[]>> = {
  auto: ['optuna-tpe-v5', 'optuna-tpe-rec-v48', 'cmaes-catcmawm-v013'],
  tpe: ['optuna-tpe-v5', 'optuna-tpe-rec-v48', 'hyperopt-tpe'],
  cmaes: ['optuna-cmaes', 'cmaes-ipop', 'optuna-random'],
  catcma: ['cmaes-catcmawm-v013', 'cmaes-ipop', 'optuna-random'],
  genetic: ['deap-ga', 'deap-ga-pop20', 'optuna-random'],
  pso: ['deap-pso', 'optuna-random'],
  de: ['scipy-de', 'optuna-random'],
  sobol: ['optuna-qmc', 'optuna-random'],
  halton: ['optuna-qmc', 'optuna-random'],
  latinHypercube: ['optuna-qmc', 'optuna-random'],
  anneal: ['hyperopt-tpe', 'optuna-random'],
}

const COLORS = ['#0b6bcb', '#c0392b', '#2e8b57', '#8e6bbf']
const PANEL = { width: 280, height: 190, left: 52, right: 12, top: 26, bottom: 30 }
const COLUMNS = 3
const LEGEND_HEIGHT = 28

interface Series {
  readonly label: string
  readonly color: string
  readonly summaries: Summaries
}

/** @returns an SVG document */
export function drawPicture(sampler: string, summaries: Summaries): string {
  const peers = (PEERS[sampler] ?? PEERS['auto'] ?? []).flatMap(id => peerFile.peers[id] ?? [])
  const series: Series[] = [
    { label: sampler, color: COLORS[0]!, summaries },
    ...peers.map((peer, index) => ({
      label: peer.label,
      color: COLORS[index + 1] ?? '#777',
      summaries: peer.problems,
    })),
  ]
  const problems = PROBLEMS.filter(problem => summaries[problem] !== undefined)
  const rows = Math.ceil(problems.length / COLUMNS)
  const width = COLUMNS * PANEL.width
  const height = LEGEND_HEIGHT + rows * PANEL.height
  const panels = problems.map((problem, index) => {
    const x = (index % COLUMNS) * PANEL.width
    const y = LEGEND_HEIGHT + Math.floor(index / COLUMNS) * PANEL.height
    return `<g transform="translate(${x} ${y})">${drawPanel(problem, series)}</g>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="#fff"/>
${legend(series)}
${panels.join('\n')}
</svg>
`
}

function legend(series: readonly Series[]): string {
  let x = PANEL.left
  const items = series.map(({ label, color }) => {
    const at = x
    x += 34 + label.length * 6.4
    return `<path d="M${at} 14h16" stroke="${color}" stroke-width="2"/><text x="${at + 20}" y="18">${escapeText(label)}</text>`
  })
  return `<g>${items.join('')}</g>`
}

function drawPanel(problem: string, series: readonly Series[]): string {
  const best = peerFile.bestKnown[problem] ?? 0
  const lines = series.flatMap(({ color, summaries }) => {
    const points = Object.entries(summaries[problem] ?? {}).map(([evaluations, summary]) => ({
      evaluations: Number(evaluations),
      regrets: summary.slice(0, 3).map(value => Math.max(value - best, 0)),
    }))
    points.sort((a, b) => a.evaluations - b.evaluations)
    return points.length === 0 ? [] : [{ color, points }]
  })
  const positive = lines.flatMap(({ points }) =>
    points.flatMap(({ regrets }) => regrets.slice(0, 1).filter(regret => regret > 0)),
  )
  const largest = Math.max(...positive)
  const smallest = Math.max(Math.min(...positive), largest * 1e-8)
  const x = scaleLog([45, 1100], [PANEL.left, PANEL.width - PANEL.right])
  const y = scaleLog([smallest / 2, largest * 1.3], [PANEL.height - PANEL.bottom, PANEL.top])
  const at = (regret: number): number => y(Math.max(regret, smallest / 2))
  const drawn = lines.map(({ color, points }, index) => {
    const band = area<(typeof points)[number]>()
      .x(({ evaluations }) => x(evaluations))
      .y0(({ regrets }) => at(regrets[1]!))
      .y1(({ regrets }) => at(regrets[2]!))
    const middle = line<(typeof points)[number]>()
      .x(({ evaluations }) => x(evaluations))
      .y(({ regrets }) => at(regrets[0]!))
    const quartiles =
      index === 0 ? `<path d="${band(points)}" fill="${color}" opacity="0.15"/>` : ''
    return `${quartiles}<path d="${middle(points)}" fill="none" stroke="${color}" stroke-width="${index === 0 ? 2.2 : 1.4}"/>`
  })
  return [
    `<text x="${PANEL.left}" y="16" font-weight="bold">${problem}</text>`,
    axes(x, y),
    ...drawn,
  ].join('')
}

type Scale = ReturnType<typeof scaleLog<number, number>>

function axes(x: Scale, y: Scale): string {
  const bottom = PANEL.height - PANEL.bottom
  const xTicks = [50, 100, 200, 1000].map(
    tick =>
      `<path d="M${x(tick).toFixed(1)} ${bottom}v4" stroke="#999"/><text x="${x(tick).toFixed(1)}" y="${bottom + 16}" text-anchor="middle" fill="#555">${tick}</text>`,
  )
  const [low, high] = y.domain() as [number, number]
  const first = Math.ceil(Math.log10(low))
  const last = Math.floor(Math.log10(high))
  const step = Math.max(Math.ceil((last - first + 1) / 5), 1)
  const yTicks: string[] = []
  for (let power = first; power <= last; power += step) {
    const tickY = y(10 ** power).toFixed(1)
    yTicks.push(
      `<path d="M${PANEL.left} ${tickY}H${PANEL.width - PANEL.right}" stroke="#e4e4e4"/><text x="${PANEL.left - 5}" y="${Number(tickY) + 4}" text-anchor="end" fill="#555">1e${power}</text>`,
    )
  }
  const frame = `<path d="M${PANEL.left} ${PANEL.top}V${bottom}H${PANEL.width - PANEL.right}" fill="none" stroke="#999"/>`
  return [...yTicks, frame, ...xTicks].join('')
}

function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;')
}
