import { computed, toRef, type WritableComputedRef } from 'vue'
import type { AxisPart } from '../../../src-main/analysis/parallel/narrow-space.ts'
import { roundTo } from '../../../src-main/math/numbers.ts'
import { trialStates } from '../../../src-main/core/trial/trial.ts'
import { useAddress } from '../../composables/use-address.ts'
import { useAnalysis } from '../../stores/analysis.ts'

type Parts = ReadonlyMap<string, AxisPart>

/** Everything that decides what charts show is in the address. */
export function useChartAddress(): void {
  const analysis = useAnalysis()
  useAddress('where', toRef(analysis, 'text'))
  useAddress(
    'states',
    text(
      () => analysis.states.join(),
      written => {
        analysis.states = trialStates.filter(state => written.split(',').includes(state))
      },
    ),
  )
  useAddress(
    'brush',
    text(
      () => partsText(analysis.parts),
      written => {
        analysis.parts = partsOf(written)
      },
    ),
  )
  useAddress(
    'selected',
    text(
      () => [...analysis.selected].sort((a, b) => a - b).join(),
      written => {
        analysis.selected = new Set(wholeNumbers(written))
      },
    ),
  )
  useAddress(
    'until',
    text(
      () => String(analysis.until ?? ''),
      written => {
        analysis.until = wholeNumbers(written)[0] ?? null
      },
    ),
  )
  useAddress(
    'goal',
    text(
      () => (analysis.goalIndex === 0 ? '' : String(analysis.goalIndex)),
      written => {
        analysis.goalIndex = wholeNumbers(written)[0] ?? 0
      },
    ),
  )
}

function text(get: () => string, set: (written: string) => void): WritableComputedRef<string> {
  return computed({ get, set })
}

function wholeNumbers(written: string): number[] {
  return (written.match(/\d+/g) ?? []).map(Number)
}

/** Names may have any sign, so the list is JSON. */
function partsText(parts: Parts): string {
  if (parts.size === 0) return ''
  const short = (value: number): number => roundTo(value, 4)
  return JSON.stringify([...parts].map(([name, [low, high]]) => [name, short(low), short(high)]))
}

/** What does not read as a list of parts, as in an address that was cut, brushes nothing. */
function partsOf(written: string): Parts {
  let read: unknown
  try {
    read = JSON.parse(written)
  } catch {
    return new Map()
  }
  const parts = new Map<string, AxisPart>()
  for (const entry of Array.isArray(read) ? (read as unknown[]) : []) {
    if (!Array.isArray(entry)) continue
    const [name, low, high] = entry as unknown[]
    if (typeof name === 'string' && typeof low === 'number' && typeof high === 'number')
      parts.set(name, [low, high])
  }
  return parts
}
