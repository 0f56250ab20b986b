import { type ChartModel, isDrawn, type Mark } from '../../../charts/chart-model.ts'
import type { Markup } from '../markup.ts'
import { sample, shapePath } from './marks.ts'
import { RAMP_STEPS, toneClass } from './tones.ts'

export interface LegendEntry {
  /** Words before the picture; empty for most. */
  readonly before: string
  readonly picture: Markup
  readonly widthPx: number
  readonly after: string
}

/** Marks that have a name, each name once, and what the shades mean. */
export function legendEntries({ marks, ramp }: ChartModel): LegendEntry[] {
  const named = new Map(
    marks.filter(mark => mark.name !== '' && isDrawn(mark)).map(mark => [mark.name, mark]),
  )
  const steps = Array.from(
    { length: RAMP_STEPS },
    (_, step) =>
      `<rect class="area-${ramp?.kind ?? 'rank'}${step}" x="${step * 12}" width="12" height="12"/>`,
  )
  const widthPx = RAMP_STEPS * 12
  return [
    ...[...named.values()].map(mark => ({
      before: '',
      picture: markSample(mark),
      widthPx: 24,
      after: mark.name,
    })),
    ...(ramp === undefined
      ? []
      : [
          {
            before: ramp.low,
            picture: sample(widthPx, steps.join('')),
            widthPx,
            after: ramp.high,
          },
        ]),
  ]
}

/** A mark as the legend shows it. */
function markSample(mark: Mark): Markup {
  const line = toneClass('line', mark.tone)
  switch (mark.kind) {
    case 'points':
    case 'rug': {
      const { shape = 'dot' } = mark
      return sample(12, `<path class="mark ${shape} ${line}" d="${shapePath(shape, 6, 6)}"/>`)
    }
    case 'line': {
      const path = mark.stepped === true ? 'M1,9H12V3H23' : 'M1,6H23'
      return sample(24, `<path class="line dash${mark.dash ?? 0} ${line}" d="${path}"/>`)
    }
    case 'rules':
      return sample(12, `<path class="rule ${line}" d="M6,0V12"/>`)
    default: {
      const kind = mark.kind === 'spans' && typeof mark.tone === 'string' ? mark.tone : ''
      const className = `${mark.kind === 'band' ? 'band' : 'span'} ${kind} ${line} ${toneClass('area', mark.tone)}`
      return sample(24, `<rect class="${className}" x="1" y="1" width="22" height="10"/>`)
    }
  }
}
