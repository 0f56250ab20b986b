/** 0.25 as `25 %`. */
export function formatShare(share: number): string {
  return `${Math.round(100 * share)} %`
}
