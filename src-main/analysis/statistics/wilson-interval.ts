import { normalQuantile } from '../../math/distributions/normal.ts'

/**
 * A confidence interval of a share: `hits` of `count`. It never leaves 0 … 1 and has its level even for small counts.
 * E. B. Wilson: Probable inference, the law of succession, and statistical inference. Journal of the American Statistical
 * Association 22(158), 1927, 209–212, doi:10.1080/01621459.1927.10502953.
 * @returns 0 … 1 where nothing was counted
 */
export function wilsonInterval(
  hits: number,
  count: number,
  level = 0.95,
): readonly [low: number, high: number] {
  if (count === 0) return [0, 1]
  const z = normalQuantile((1 + level) / 2)
  const share = hits / count
  const center = (share + z ** 2 / (2 * count)) / (1 + z ** 2 / count)
  const half =
    (z / (1 + z ** 2 / count)) *
    Math.sqrt((share * (1 - share)) / count + z ** 2 / (4 * count ** 2))
  return [hits === 0 ? 0 : center - half, hits === count ? 1 : center + half]
}
