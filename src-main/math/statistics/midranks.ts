/** Ranks from 1, from low to high; equal values share the mean of theirs. No NaN. */
export function midranks(values: readonly number[]): number[] {
  const order = values.map((_, index) => index)
  order.sort((a, b) => (values[a] as number) - (values[b] as number))
  const ranks = new Array<number>(values.length)
  for (let start = 0; start < order.length;) {
    const value = values[order[start] as number]
    let end = start + 1
    while (end < order.length && values[order[end] as number] === value) end++
    // The mean of start + 1 … end.
    for (let at = start; at < end; at++) ranks[order[at] as number] = (start + 1 + end) / 2
    start = end
  }
  return ranks
}
