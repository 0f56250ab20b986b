import type { RowSource } from './row-source.ts'

/**
 * One-hot targets with a share s of each spread evenly over all classes: y · (1 − s) + s / classes. Szegedy et al.:
 * Rethinking the Inception architecture for computer vision. CVPR 2016, doi:10.1109/CVPR.2016.308, section 7.
 */
export function smoothLabels(source: RowSource, share: number): RowSource {
  if (share === 0) return source
  const even = share / source.targetSize
  return {
    ...source,
    fill(order, start, count, inputs, targets) {
      source.fill(order, start, count, inputs, targets)
      for (let at = 0; at < count * source.targetSize; at++) {
        targets[at] = (targets[at] as number) * (1 - share) + even
      }
    },
  }
}
