import type { CostMetric } from '../../../src-main/core/trial/cost-metrics.ts'
import { formatNumber } from '../../../src-main/core/i18n/format-number.ts'
import { format } from '../../composables/localize.ts'

const formats: Readonly<Record<CostMetric, (value: number) => string>> = {
  trainingSeconds: seconds => format.duration(seconds * 1_000),
  peakMemoryBytes: format.bytes,
  parameterCount: formatNumber,
  modelBytes: format.bytes,
  multiplyAdds: formatNumber,
  latencyMs: millisecondsText,
  latencyBatch32Ms: millisecondsText,
  latencyDeviationMs: millisecondsText,
  energyJoules: joulesText,
  cpuEnergyJoules: joulesText,
  gpuEnergyJoules: joulesText,
  peakGpuMemoryBytes: format.bytes,
}

/** A cost of a trial with its unit. */
export function costText(name: CostMetric, value: number): string {
  return formats[name](value)
}

function millisecondsText(durationMs: number): string {
  return `${formatNumber(durationMs)} ms`
}

export function joulesText(joules: number): string {
  return `${formatNumber(joules)} J`
}
