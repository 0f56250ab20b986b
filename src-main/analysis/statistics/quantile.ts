/** Medians and quantiles lie in `math`, where search algorithms can use them too. */
export { median, quantileSorted } from '../../math/statistics/quantile.ts'
